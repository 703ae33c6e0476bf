"""Bank statements that third parties published: recognised or declined, every record and every balance accounted for."""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from cspaudit import resources
from cspaudit.sources.detect import KnownLayout, known_layouts
from cspaudit.sources.mapping import Format
from tests.sources.decoders.decoding import read_anyhow
from tests.sources.loading import Loading, detect, open_warehouse, source
from tests.sources.test_real_exports import load_sources

pytestmark = pytest.mark.samples

FOLDERS: dict[str, Format] = {
    "camt_genkgo": "camt",
    "mt940_wolph": "mt940",
    "bai2_moov": "bai2",
    "ofx_ofxparse": "ofx",
}
#: how many movements the statements of each folder have
RECORDS = {"camt_genkgo": 22, "mt940_wolph": 228, "bai2_moov": 84, "ofx_ofxparse": 13}
#: files that hold no statement, or of one only some fields without the beginning
NO_STATEMENT = {
    "camt053.v2.wrong.xml",
    "bank_small.ofx",
    "requirements.txt__requirements.txt",
    "betterplace__amount_formats.sta",
    "betterplace__currency_in_25.sta",
    "betterplace__empty_86.sta",
    "betterplace__empty_entry_date.sta",
    "betterplace__empty_line.sta",
    "betterplace__missing_crlf_at_end.sta",
    "cmxl__account_balance_credit.sta",
    "cmxl__account_balance_debit.sta",
    "cmxl__account_identification_iban.sta",
    "cmxl__account_identification_legacy.sta",
    "cmxl__available_balance.sta",
    "cmxl__closing_balance.sta",
    "cmxl__reference.sta",
    "cmxl__statement_details.sta",
    "cmxl__statement_line.sta",
    "cmxl__statement_number.sta",
    "self-provided__account_identification.sta",
    "self-provided__empty_non_swift.sta",
    "self-provided__invalid_statement.sta",
    "self-provided__sparkassen.sta",
}
#: statements whose movements, all of them, cannot be used: without any day, or on days that there are not
NO_USABLE = {
    "camt052.v2.with-account-name.xml",
    "camt054.v2.with-account-name.xml",
    "camt054.v8-with-UETR.xml",
    "camt054.v8-with-financial-institution.xml",
    "self-provided__february_30.sta",
    "self-provided__transaction_details_wrapped.sta",
    "self-provided__wrapped_timestamp.sta",
    "date_missing.ofx",
    "decimal_error.ofx",
}
NUMBER = r"-?[\d,]+(?:\.\d+)?"
TOLD = re.compile(
    rf"statement .*? of .*?: (?:opening ({NUMBER}), )?[\d,]+ movements?(?:, closing ({NUMBER}) \w+)?(.*)"
)
MORE = re.compile(r": the balances of (\d+) more statements agree")


@pytest.fixture(scope="module")
def layouts() -> tuple[KnownLayout, ...]:
    """Every layout that ships."""
    return known_layouts(resources.mappings())


def files_of(samples: Path, folder: str) -> list[Path]:
    """Return the files of a folder."""
    return sorted(path for path in (samples / folder).iterdir() if path.is_file())


@pytest.mark.parametrize("folder", FOLDERS)
def test_each_is_recognised_or_declined(
    samples_dir: Path, tmp_path: Path, layouts: tuple[KnownLayout, ...], folder: str
) -> None:
    """Each file has its format's layout as the only one that fits, or is declined with a reason."""
    warehouse = open_warehouse(tmp_path)
    for path in files_of(samples_dir, folder):
        found = detect(path, layouts, warehouse)
        names = [one.name for one in found.candidates]
        if path.name in NO_STATEMENT | NO_USABLE:
            assert names == [], path.name
            assert found.declined, path.name
        else:
            assert names == [f"{FOLDERS[folder]}_statement"], path.name
    warehouse.close()


def count_of(path: Path) -> int:
    """Return how many booked movements a file has, by what marks one in its text."""
    text = path.read_text(encoding="latin-1")
    if path.suffix == ".xml":
        states = re.findall(r"<Ntry>.*?<Sts>\s*(?:<Cd>)?(\w+)", text, re.DOTALL)
        return states.count("BOOK")
    if path.suffix == ".ofx":
        return len(re.findall("<STMTTRN>", text))
    if path.parent.name == "bai2_moov":
        return len(re.findall(r"(?:^|/\s+)16,\d{3},", text, re.MULTILINE))
    return len(re.findall("^:61:", text, re.MULTILINE))


@pytest.fixture(scope="module")
def loaded(samples_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loading]:
    """All files that hold a statement, each as a source of its own."""
    sources = [
        source(str(path), f"{FOLDERS[folder]}_statement", id=f'"{path.name}"')
        for folder in FOLDERS
        for path in files_of(samples_dir, folder)
        if path.name not in NO_STATEMENT
    ]
    done = load_sources(tmp_path_factory.mktemp("banks"), "".join(sources))
    yield done
    done.warehouse.close()


def test_every_record_is_accounted_for(samples_dir: Path, loaded: Loading) -> None:
    """As many records are read as the text of each file has movements; all are loaded or counted as left out."""
    assert loaded.loaded.problems == ()
    read, _, _ = loaded.counts()
    counts: dict[str, int] = {}
    for folder, records in RECORDS.items():
        own = {
            path.name: count_of(path)
            for path in files_of(samples_dir, folder)
            if path.name not in NO_STATEMENT
        }
        assert sum(own.values()) == records
        counts |= own
    assert {one.source_id: one.records_read for one in loaded.loaded.inputs} == counts
    assert read == sum(counts.values()) == sum(RECORDS.values())


def test_what_is_left_out(loaded: Loading) -> None:
    """What is left out has no day, a day that there is not, no amount, or no currency anywhere."""
    rows = loaded.rows("SELECT file, reason, count(*) FROM reject GROUP BY ALL ORDER BY ALL")
    no_day, no_line = (
        "has no day that can be read (DTPOSTED)",
        "is no statement line (:61:) with days and an amount",
    )
    assert rows == [
        ("camt052.v2.with-account-name.xml", "is required and empty", 1),
        ("camt054.v2.with-account-name.xml", "is required and empty", 1),
        ("camt054.v8-with-UETR.xml", "is required and empty", 1),
        ("camt054.v8-with-financial-institution.xml", "is required and empty", 1),
        ("date_missing.ofx", no_day, 3),
        ("decimal_error.ofx", no_day, 1),
        ("self-provided__february_30.sta", no_line, 1),
        ("self-provided__multiline.sta", "is required and empty", 1),
        ("self-provided__transaction_details_wrapped.sta", no_line, 1),
        ("self-provided__wrapped_timestamp.sta", no_line, 1),
    ]


def camt_balances(text: str) -> Iterator[tuple[str | None, str | None]]:
    """Yield opening and closing balance of each statement, as its text has them."""
    for statement in re.findall(r"<(?:Stmt|Rpt)>.*?</(?:Stmt|Rpt)>", text, re.DOTALL):
        found = {
            code: ("-" if sign == "DBIT" else "") + amount
            for code, amount, sign in re.findall(
                r"<Bal>\s*<Tp>.*?<Cd>(\w+)</Cd>.*?<Amt Ccy=\"\w+\">([\d.]+)</Amt>.*?<CdtDbtInd>(\w+)</",
                statement,
                re.DOTALL,
            )
        }
        yield found.get("OPBD", found.get("PRCD")), found.get("CLBD", found.get("ITBD"))


@pytest.mark.parametrize("folder", ["camt_genkgo", "mt940_wolph"])
def test_balances_are_those_of_the_file(samples_dir: Path, folder: str) -> None:
    """The balances that are told are those in the file, and whether they agree is what its own figures say."""
    checked = 0
    for path in files_of(samples_dir, folder):
        if path.name in NO_STATEMENT or "054" in path.name:
            continue
        text = path.read_text(encoding="latin-1").replace("\r", "")
        told = read_anyhow(path, FOLDERS[folder]).told
        shown = [found for line in told if (found := TOLD.search(line))]
        agreeing = sum(int(found.group(1)) for line in told if (found := MORE.search(line)))
        expected = list(camt_balances(text) if folder == "camt_genkgo" else mt940_balances(text))
        checked += len(expected)
        assert len(shown) + agreeing == len(expected), path.name
        rest = iter(expected)
        for found in shown:
            pair = tuple(None if one is None else Decimal(one) for one in found.groups()[:2])
            # statements that agree are told one by one only up to a number
            assert any(pair == tuple(None if one is None else Decimal(one) for one in own) for own in rest)
    assert checked == {"camt_genkgo": 20, "mt940_wolph": 135}[folder]


def mt940_statements(text: str) -> list[str]:
    """Return the texts from one beginning or end of a statement to the next that hold balances or movements."""
    pieces = re.split(r"^:20:|^-$", text, flags=re.MULTILINE)
    return [one for one in pieces if re.search("^:6[012][FM]?:", one, re.MULTILINE)]


def mt940_balances(text: str) -> Iterator[tuple[str | None, str | None]]:
    """Yield opening and closing balance of each statement, as its text has them."""
    for statement in mt940_statements(text):
        pair = [
            next(
                (
                    ("-" if sign == "D" else "") + amount.replace(",", ".")
                    for sign, amount in re.findall(
                        rf"^:{tag}[FM]:([CD])\d{{6}}(?:[A-Z]{{3}})?([\d,]+)", statement, re.MULTILINE
                    )
                ),
                None,
            )
            for tag in ("60", "62")
        ]
        yield pair[0], pair[1]


def test_whether_balances_agree(samples_dir: Path) -> None:
    """Of the MT940 statements with both balances those agree whose lines, read by their marks alone, make the difference."""
    agree = differ = 0
    for path in files_of(samples_dir, "mt940_wolph"):
        if path.name in NO_STATEMENT | NO_USABLE:
            continue
        text = path.read_text(encoding="latin-1").replace("\r", "")
        told = read_anyhow(path, "mt940").told
        seen_agree = sum(": agrees." in line for line in told)
        seen_agree += sum(int(found.group(1)) for line in told if (found := MORE.search(line)))
        seen_differ = sum(": differs by " in line for line in told)
        own = [one for one in _agreements(text) if one is not None]
        assert (seen_agree, seen_differ) == (own.count(True), own.count(False)), path.name
        agree, differ = agree + seen_agree, differ + seen_differ
    assert (agree, differ) == (112, 16)


def _agreements(text: str) -> Iterator[bool | None]:
    for statement, (opening, closing) in zip(mt940_statements(text), mt940_balances(text), strict=True):
        if opening is None or closing is None:
            yield None
            continue
        lines = re.findall(
            r"^:61:\d{6}(?:\d{4}|\s{4})?(R?[CD])[A-Z]?\s?(\d+(?:,\d*)?)", statement, re.MULTILINE
        )
        moved = sum(
            (
                Decimal(amount.replace(",", ".")) * (1 if mark in {"C", "RD"} else -1)
                for mark, amount in lines
            ),
            Decimal(0),
        )
        yield Decimal(opening) + moved == Decimal(closing)


@pytest.mark.parametrize(
    ("name", "layout", "count", "total"),
    [
        ("easybank-giro", "bank_rows_statement", 10, "-1562.86"),
        ("easybank-creditcard", "bank_rows_statement", 3, "2.31"),
        ("raiffeisen", "bank_rows_statement", 7, "-157.89"),
        ("livebank", "bank_rows_statement", 6, "5050.00"),
        ("ing-diba", "bank_statement_csv", 6, "-992.03"),
        ("oberbank", "bank_statement_csv", 5, "-9.00"),
    ],
)
def test_austrian_csv(
    samples_dir: Path, tmp_path: Path, name: str, layout: str, count: int, total: str
) -> None:
    """Every movement of each Austrian bank's file is read, with its sign, whether it has a header or not."""
    done = load_sources(tmp_path, source(f"{samples_dir}/bank_csv_austria/{name}.csv", layout))
    assert done.loaded.problems == ()
    assert done.counts() == (count, count, 0)
    assert done.rows("SELECT count(*), sum(amount), min(currency), max(currency) FROM bank_transaction") == [
        (count, Decimal(total), "EUR", "EUR")
    ]
    done.warehouse.close()


def test_austrian_csv_is_recognised(
    samples_dir: Path, tmp_path: Path, layouts: tuple[KnownLayout, ...]
) -> None:
    """Each Austrian bank's file has the one layout for such, with a header or without, whose encoding is told."""
    warehouse = open_warehouse(tmp_path)
    found = {
        path.stem: [one.name for one in detect(path, layouts, warehouse).candidates]
        for path in files_of(samples_dir, "bank_csv_austria")
    }
    warehouse.close()
    without = {
        name: ["bank_rows_statement"]
        for name in ("easybank-giro", "easybank-creditcard", "raiffeisen", "livebank")
    }
    assert found == without | {name: ["bank_statement_csv"] for name in ("ing-diba", "oberbank")}
