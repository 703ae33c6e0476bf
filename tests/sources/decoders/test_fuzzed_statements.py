"""Whatever the bytes, a decoder yields records, counts rejects, or says that the file cannot be read."""

import contextlib
import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cspaudit.errors import SourceError
from cspaudit.sources.mapping import Format
from tests.sources.decoders import test_bai2, test_bank_rows, test_camt, test_mt940, test_ofx
from tests.sources.decoders.decoding import is_known, read_anyhow

_AMOUNT = re.compile(r"-?\d+(\.\d+)?")

#: a valid file of each format
VALID: dict[Format, bytes] = {
    "camt": test_camt.message(
        test_camt.statement(
            test_camt.entry(
                "40.00", ref="B1", more=test_camt.details(test_camt.PAYMENT, test_camt.amount("1.00"))
            )
        )
    ).encode(),
    "mt940": test_mt940.text(
        ":61:2607020701DR40,00NTRFKREF77//B4711",
        ":86:116?00UEBERWEISUNG?20SVWZ+Invoice?32Contoso",
        ":61:2607020701CR1,NTRFNONREF",
        ":86:/TRTP/X/NAME/CONTOSO/REMI/1",
        ":NS:01Text",
    ).encode(),
    "bai2": test_bai2.text("16,495,4000,V,260702,,SP4738,INV7,Wire, To", "88,CRNM: Contoso Ltd/").encode(),
    "bank_rows": test_bank_rows.SIGNED.encode() * 3,
    "ofx": test_ofx.text(test_ofx.ONE, test_ofx.ONE.replace("F1", "F2")).encode(),
}
#: bytes that mean something in one of the formats
MARKS = b"<>/&;:?+-,.0123456789CDR\n\r \0\xff\xfe{}[]\"'=!"

Edit = tuple[int, int, bytes]
edits = st.lists(
    st.tuples(
        st.integers(0, 2000),
        st.integers(0, 60),
        st.one_of(st.binary(max_size=12), st.lists(st.sampled_from(MARKS), max_size=8).map(bytes)),
    ),
    min_size=1,
    max_size=6,
)
FORMATS = pytest.mark.parametrize("name", sorted(VALID))


def decode(name: Format, content: bytes) -> None:
    """Decode bytes; anything but a SourceError, sound records and rejects is a failure."""
    is_known(content, name)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "statement"
        path.write_bytes(content)
        with contextlib.suppress(SourceError):
            seen = read_anyhow(path, name)
            for record in seen.records:
                assert _AMOUNT.fullmatch(str(record["amount"]))
                assert record["transaction_id"]
            assert len(set(seen.column("transaction_id"))) == len(seen.records) or name != "camt"


@FORMATS
@given(changes=edits)
@example(changes=[(0, 0, b"")])
@settings(max_examples=150, deadline=None)
def test_a_damaged_file(name: Format, changes: list[Edit]) -> None:
    """A valid file with stretches cut out, overwritten and put in."""
    content = VALID[name]
    for at, length, put in changes:
        place = at % (len(content) + 1)
        content = content[:place] + put + content[place + length :]
    decode(name, content)


@FORMATS
@given(cut=st.integers(0, 1200), rest=st.binary(max_size=400))
@settings(max_examples=100, deadline=None)
def test_anything_after_a_valid_head(name: Format, cut: int, rest: bytes) -> None:
    """The first bytes of a valid file, and then any."""
    decode(name, VALID[name][:cut] + rest)


@FORMATS
@given(content=st.binary(max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_bytes(name: Format, content: bytes) -> None:
    """Any bytes at all."""
    decode(name, content)
