"""What stands in the headers of mails: encoded words, addresses, ids and times, as programs of all kinds write them."""

from datetime import UTC, datetime, timedelta, timezone
from email.header import Header
from email.utils import format_datetime, formataddr, getaddresses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cspaudit.sources.decoders import mail_text

WORD = st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("header", "text"),
    [
        ("plain", "plain"),
        ("=?utf-8?Q?R=C3=A9ponse_=C3=A0_tout?=", "Réponse à tout"),
        ("=?utf-8?B?UsOpcG9uc2U=?=", "Réponse"),
        ("=?UTF-8?B?UsOpcG9uc2U?=", "Réponse"),
        ("=?utf-8?q?a?= =?utf-8?q?b?=\n\t=?iso-8859-1?q?=E9?=", "abé"),
        ("=?utf-8?q?=C3?= =?utf-8?q?=A9?=", "é"),
        ("[list] =?utf-8?q?Remittance_Advice?=", "[list] Remittance Advice"),
        ("=?utf-8?q?a?==?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?raw blank?= and more", "raw blank and more"),
        ("=?utf-8?q?no end", "no end"),
        ("=?utf-8*en?q?a?=", "a"),
        ("=?gb2312?B?tPq/qg==?=", "代开"),
        ("=?ks_c_5601-1987?B?x9GxuQ==?=", "한국"),
        ("=?iso-8859-1?q?=80?=", "€"),
        ("=?X-UNKNOWN?Q?caf=E9?=", "café"),
        ("=?X-UNKNOWN?Q?caf=C3=A9?=", "café"),
        ("=?utf-8?q?caf=E9?=", "café"),
        ("=?base64?q?abc?=", "abc"),
        ("=?undefined?q?abc?=", "abc"),
        ("=?utf-8?B?a?= z", "=?utf-8?B?a?= z"),
        ("=?utf-8?q??=", ""),
        ("a =?b", "a =?b"),
        ("two\n lines", "two lines"),
    ],
)
def test_encoded_words(header: str, text: str) -> None:
    """Words are read in every form that breaks RFC 2047; what is none stays as it is."""
    assert mail_text.plain(header) == text


@given(WORD, st.sampled_from(["utf-8", "utf-16", "iso-2022-jp", "koi8-r"]))
def test_what_the_standard_library_encodes_is_read(word: str, charset: str) -> None:
    """A text that went into encoded words comes out of them."""
    try:
        encoded = Header(word, charset).encode()
    except UnicodeEncodeError:
        return
    assert mail_text.plain(encoded) == word


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("kim@contoso.example", ["kim@contoso.example"]),
        ("Kim <KIM@Contoso.example>, lee@contoso.example", ["kim@contoso.example", "lee@contoso.example"]),
        ('"Lee, Kim" <kim@contoso.example>', ["kim@contoso.example"]),
        ("a@x.example <b@x.example>", ["b@x.example"]),
        ("kim@contoso.example (Kim, of (all) people)", ["kim@contoso.example"]),
        ("Team: a@x.example, b@x.example;", ["a@x.example", "b@x.example"]),
        ("undisclosed-recipients:;", []),
        ("a@x.example; b@x.example", ["a@x.example", "b@x.example"]),
        ("<@relay.example:kim@x.example>", ["kim@x.example"]),
        ('"kim.lee"@x.example', ['"kim.lee"@x.example']),
        ("Kim kim@x.example", ["kim@x.example"]),
        ("kim@x.example lee@x.example", []),
        ("kim at x.example (Kim)", ["kim@x.example"]),
        ("meet me at noon", []),
        ("kim @end|ng |rom x@ex@mple", []),
        ("=?utf-8?q?kim=40x.example?=", ["kim@x.example"]),
        ('"no end <kim@x.example>', ["kim@x.example"]),
        ("Kim", []),
        ("", []),
    ],
)
def test_addresses(header: str, found: list[str]) -> None:
    """Addresses are told in small letters without the names beside them; where several can be meant there is none."""
    assert list(mail_text.addresses(header)) == found


@given(
    st.lists(
        st.tuples(WORD, st.from_regex(r"[a-z][a-z0-9.+-]{0,9}@[a-z]{1,9}\.example", fullmatch=True)),
        max_size=5,
    )
)
def test_sound_addresses_are_those_of_the_standard_library(people: list[tuple[str, str]]) -> None:
    """Of headers by the rules both readers tell the same."""
    header = ", ".join(formataddr(one) for one in people)
    assert list(mail_text.addresses(header)) == [address for _, address in getaddresses([header]) if address]


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        (["<a@x>"], "<a@x>"),
        (["a@x"], "<a@x>"),
        (["<a\n b@x>"], "<ab@x>"),
        (["<>", "<b@x>"], "<b@x>"),
        (["<a@x> (added by x@y)"], "<a@x>"),
        (["no id here"], ""),
        ([], ""),
    ],
)
def test_ids(headers: list[str], own: str) -> None:
    """An id stands in angle brackets, also where a program left them out."""
    assert mail_text.message_id(headers) == own


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("Wed, 1 Jul 2026 10:00:00 +0200", "2026-07-01T08:00:00Z"),
        ("1 Jul 2026 10:00 +0200", "2026-07-01T08:00:00Z"),
        ("Wed, 01 JUL 2026 10:00:00 -0730", "2026-07-01T17:30:00Z"),
        ("Wed, 1 Jul 2026 10:00:00 +0200 (CEST)", "2026-07-01T08:00:00Z"),
        ("Wed, 1 Jul 2026 10:00:00 GMT", "2026-07-01T10:00:00Z"),
        ("Wed, 1 Jul 2026 10:00:00 GMT+01:30", "2026-07-01T08:30:00Z"),
        ("Wed, 1 Jul 2026 10:00:00 EST", "2026-07-01T15:00:00Z"),
        ("Wed, 1 Jul 2026 10:00:60 +0000", "2026-07-01T10:00:59Z"),
        ("Wed Jul  1 10:00:00 2026", "2026-07-01T10:00:00Z"),
        ("Wed, 1 Jul 26 10:00:00 +0000", "2026-07-01T10:00:00Z"),
        ("Wed, 1 Jul 0026 10:00:00 +0000", None),
        ("Wed, 1 Jul 2026 10:00:00 +9900", None),
        ("Wed, 31 Jun 2026 10:00:00 +0000", None),
        ("Wed, 1 Jul 99999 10:00:00 +0000", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_times(text: str, utc: str | None) -> None:
    """Times are read as programs write them, and what is none is none."""
    found = mail_text.time(text)
    assert (found.iso_utc if found else None) == utc


@given(
    st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1)).map(lambda one: one.replace(microsecond=0)),  # noqa: DTZ001  # zones are put to them
    st.integers(-14 * 60, 14 * 60),
)
def test_times_by_the_rules(moment: datetime, minutes: int) -> None:
    """What the standard library writes is read as that instant, and by the same clock."""
    clock = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    found = mail_text.time(format_datetime(clock))
    assert found is not None
    assert found.utc == clock.astimezone(UTC).replace(tzinfo=None)
    assert found.clock == clock.isoformat()


@given(st.text(), st.binary())
def test_no_header_stops_the_reading(text: str, raw: bytes) -> None:
    """Whatever stands in a header, something is told of it, and a message id is text."""
    for one in (text, raw.decode("latin-1")):
        mail_text.plain(one)
        mail_text.addresses(one)
        mail_text.message_id([one])
        mail_text.time(one)
        mail_text.in_charset(raw, one)
