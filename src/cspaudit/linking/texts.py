"""SQL for comparing what people typed: one spelling of a text, and the words in it that may be ids."""

import unicodedata

#: signs that stand inside ids; a word is cut at all others, and these never begin or end one
INNER = "-./_&\\"


def _plain_signs() -> tuple[str, str]:
    """Return signs of Japanese width and their usual forms, each one sign long, as NFKC has them."""
    wide = [chr(code) for code in (0x00A0, 0x202F, 0x3000, *range(0xFF01, 0xFFA0))]
    pairs = [(sign, plain) for sign in wide if len(plain := unicodedata.normalize("NFKC", sign)) == 1]
    return "".join(sign for sign, _ in pairs), "".join(plain for _, plain in pairs)


_WIDE, _NARROW = (text.replace("'", "''") for text in _plain_signs())


def usual(text: str) -> str:
    """Return the SQL of a text in usual signs."""
    # nearly all texts are plain ASCII, whose bytes are as many as its signs: those cost nothing
    return (
        f"CASE WHEN strlen({text}) = length({text}) THEN {text} "
        f"ELSE nfc_normalize(translate({text}, '{_WIDE}', '{_NARROW}')) END"
    )


def key(text: str) -> str:
    """Return the SQL of an id as it is compared: usual signs, capitals, without blanks; its zeros stay."""
    return f"upper(regexp_replace({usual(text)}, '\\s+', '', 'g'))"


def folded(text: str) -> str:
    """Return the SQL of a text in small letters and usual signs, as NFKC and casefolding make it."""
    return f"replace(lower({usual(text)}), 'ß', 'ss')"


def words(text: str) -> str:
    """Return the SQL of the list of a text's words in capitals, ids with signs inside being one word."""
    return (
        f"list_distinct([trim(word, '{INNER}') for word in "
        f"regexp_split_to_array(upper({usual(text)}), '[^\\p{{L}}\\p{{M}}\\p{{N}}./_&\\\\-]+')])"
    )


def pieces(text: str) -> str:
    """Return the SQL of the list of a text's words in capitals, cut at every sign too."""
    return f"list_distinct(regexp_split_to_array(upper({usual(text)}), '[^\\p{{L}}\\p{{M}}\\p{{N}}]+'))"
