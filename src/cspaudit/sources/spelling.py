"""How names in headers are compared."""

import unicodedata


def normal(name: str) -> str:
    """Return a header cell without case, accents' forms, blanks and signs, for comparison."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(sign for sign in folded if sign.isalnum()) or folded
