"""Statements in camt.052, 053 and 054, as banks write them in eight versions."""

import gzip
from pathlib import Path

import pytest

from tests.sources.decoders.decoding import is_known, read
from tests.sources.loading import LoadFiles, source

BALANCE = (
    "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>{amount}</Amt>"
    "<CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>2026-07-01</Dt></Dt></Bal>"
)


def entry(amount: str, sign: str = "DBIT", *, state: str = "BOOK", ref: str = "", more: str = "") -> str:
    """Return a booked entry of July 1, valued on the 2nd."""
    reference = f"<AcctSvcrRef>{ref}</AcctSvcrRef>" if ref else ""
    return (
        f"<Ntry><Amt Ccy='EUR'>{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Sts>{state}</Sts>"
        "<BookgDt><Dt>2026-07-01</Dt></BookgDt><ValDt><DtTm>2026-07-02T00:30:00+02:00</DtTm></ValDt>"
        f"{reference}{more}</Ntry>"
    )


def details(*each: str) -> str:
    """Return the details of an entry, one for each text."""
    return "<NtryDtls>" + "".join(f"<TxDtls>{one}</TxDtls>" for one in each) + "</NtryDtls>"


def statement(*entries: str, number: str = "7", opening: str = "100.00", closing: str = "60.00") -> str:
    """Return a statement of an account, from an opening to a closing balance."""
    balances = BALANCE.format(code="OPBD", amount=opening, sign="CRDT")
    balances += BALANCE.format(code="CLBD", amount=closing, sign="CRDT")
    return (
        f"<Stmt><Id>S{number}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb><Acct><Id><IBAN>DE02 1203 0000 0000 2020 51</IBAN></Id>"
        f"<Ccy>EUR</Ccy></Acct>{balances}{''.join(entries)}</Stmt>"
    )


def message(*statements: str, start: str = "<Document>", end: str = "</Document>") -> str:
    """Return a message without a namespace."""
    return f"<?xml version='1.0'?>{start}<BkToCstmrStmt><GrpHdr/>{''.join(statements)}</BkToCstmrStmt>{end}"


PAYMENT = (
    "<Refs><EndToEndId>RUN-12</EndToEndId></Refs><RltdPties><Dbtr><Nm>Fabrikam</Nm></Dbtr>"
    "<Cdtr><Nm>Contoso Cloud Ltd</Nm></Cdtr></RltdPties><RmtInf><Ustrd>Invoice G002297372</Ustrd>"
    "<Ustrd>and G002297373</Ustrd><Strd><RfrdDocInf><Nb>D020001IVK</Nb></RfrdDocInf>"
    "<CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd></RmtInf>"
)


def test_a_payment(tmp_path: Path) -> None:
    """Money out is negative; the other side and all that the payment says of its purpose are kept; days stay as written."""
    seen = read(tmp_path, "camt", message(statement(entry("40.00", ref="B1", more=details(PAYMENT)))))
    (one,) = seen.records
    assert one | {"transaction_id": ""} == {
        "transaction_id": "",
        "account": "DE02120300000000202051",
        "statement": "7",
        "value_on": "2026-07-02",
        "booked_on": "2026-07-01",
        "amount": "-40.00",
        "currency": "EUR",
        "reference": "Invoice G002297372 and G002297373 RF18539007547034 D020001IVK RUN-12",
        "counterparty": "Contoso Cloud Ltd",
        "bank_reference": "B1",
    }
    assert seen.told == [
        "statement, statement 7 of account …2051: opening 100.00, 1 movement, closing 60.00 EUR: agrees."
    ]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.13'>", "</Document>"),
        ("<x:Envelope xmlns:x='urn:any'><AppHdr/><Document>", "</Document></x:Envelope>"),
    ],
)
def test_any_namespace_and_wrapping(tmp_path: Path, start: str, end: str) -> None:
    """What surrounds the message, and its version, make no difference."""
    seen = read(tmp_path, "camt", message(statement(entry("40.00")), start=start, end=end))
    assert seen.column("amount") == ["-40.00"]


def test_prefixes_and_packing(tmp_path: Path) -> None:
    """Every element may have a prefix, and the file may be packed, whatever its name."""
    plain = message(statement(entry("40.00")), start="<Document>")
    prefixed = plain.replace("</", "</n:").replace("<n:", "<n:")
    prefixed = "".join(
        f"<n:{part}" if part[:1].isalpha() else f"<{part}" for part in prefixed.split("<") if part
    ).replace("<n:Document>", "<n:Document xmlns:n='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'>")
    seen = read(tmp_path, "camt", gzip.compress(prefixed.encode()))
    assert seen.column("amount") == ["-40.00"]


def test_version_8(tmp_path: Path) -> None:
    """From version 8 on a state has a code and a party a person."""
    parties = "<RltdPties><Dbtr><Pty><Nm>Tailspin GmbH</Nm></Pty></Dbtr></RltdPties>"
    seen = read(
        tmp_path,
        "camt",
        message(
            statement(entry("40.00", "CRDT", state="<Cd>BOOK</Cd>", more=details(parties)), closing="140")
        ),
    )
    assert (seen.column("amount"), seen.column("counterparty")) == (["40.00"], ["Tailspin GmbH"])


def test_what_is_not_booked(tmp_path: Path) -> None:
    """Pending and informative entries are left aside, counted, and no part of the balance."""
    seen = read(
        tmp_path,
        "camt",
        message(statement(entry("40.00"), entry("5", state="PDNG"), entry("6", state="<Cd>INFO</Cd>"))),
    )
    assert seen.column("amount") == ["-40.00"]
    assert "statement: entries that are not booked were left aside: INFO 1, PDNG 1." in seen.told


def test_a_returned_payment(tmp_path: Path) -> None:
    """Money that comes back is money in, from the one to whom it was paid."""
    seen = read(
        tmp_path,
        "camt",
        message(
            statement(
                entry("40.00", "CRDT", more="<RvslInd>true</RvslInd>" + details(PAYMENT)), closing="140.00"
            )
        ),
    )
    assert (seen.column("amount"), seen.column("counterparty")) == (["40.00"], ["Contoso Cloud Ltd"])
    assert seen.told[0].endswith("agrees.")


def amount(value: str, currency: str = "EUR") -> str:
    """Return the amount of a detail."""
    return f"<AmtDtls><TxAmt><Amt Ccy='{currency}'>{value}</Amt></TxAmt></AmtDtls>"


@pytest.mark.parametrize(
    ("each", "expected"),
    [
        # the amounts add up: a movement each
        ([amount("30.00"), amount("10.00")], ["-30.00", "-10.00"]),
        # they do not add up, one is absent, or one is in another currency: the booking as a whole
        ([amount("30.00"), amount("11.00")], ["-40.00"]),
        ([amount("40.00"), ""], ["-40.00"]),
        ([amount("30.00"), amount("10.00", "USD")], ["-40.00"]),
        # one detail needs no amount, and an instructed amount in another currency is not what was booked
        ([amount("44.00", "USD")], ["-40.00"]),
        ([], ["-40.00"]),
    ],
)
def test_a_batch(tmp_path: Path, each: list[str], expected: list[str]) -> None:
    """A booking of several payments becomes several movements where their amounts make its own."""
    seen = read(tmp_path, "camt", message(statement(entry("40.00", more=details(*each)))))
    assert seen.column("amount") == expected
    assert len(set(seen.column("transaction_id"))) == len(expected)
    assert seen.told[0].endswith("agrees.")


def test_two_counterparties_of_one_booking_name_none(tmp_path: Path) -> None:
    """A booking that cannot be parted keeps every text; its counterparty stays open where there are two."""
    other = PAYMENT.replace("Contoso Cloud Ltd", "Litware Ltd").replace("G002297372", "G002297399")
    seen = read(tmp_path, "camt", message(statement(entry("40.00", more=details(PAYMENT, other)))))
    (one,) = seen.records
    assert one["counterparty"] is None
    assert "G002297372" in str(one["reference"])
    assert "G002297399" in str(one["reference"])


def test_balances_that_differ(tmp_path: Path) -> None:
    """A statement whose movements do not make its closing balance says by how much, and which records cannot be read."""
    seen = read(tmp_path, "camt", message(statement(entry("39.00"), entry("NaN"), entry("1E400"))))
    assert [one.value for one in seen.refused] == ["NaN", "1E400"]
    assert seen.told[0] == (
        "statement, statement 7 of account …2051: opening 100.00, 1 movement, closing 60.00 EUR: differs by -1.00; "
        "2 of its records cannot be read."
    )


def test_one_statement_twice(load_files: LoadFiles) -> None:
    """A day's report and its statement hold one movement; two equal movements of one day stay two."""
    report = message(statement(entry("20.00", ref="B1"), closing="80.00")).replace("Stmt>", "Rpt>")
    whole = message(
        statement(entry("20.00", ref="B1"), entry("10.00", ref="B2"), entry("10.00", ref="B2")),
        statement(entry("5.00"), entry("5.00"), number="8", opening="60", closing="50"),
    )
    done = load_files(
        {
            "bank/1.xml": report.replace("BkToCstmrRpt", "BkToCstmrAcctRpt"),
            "bank/2.xml": whole,
            "bank/3.xml": whole,
        },
        source("bank/*.xml", "camt_statement"),
    )
    assert done.loaded.problems == ()
    assert done.counts() == (11, 11, 0)
    rows = done.rows("SELECT amount, count(*) FROM bank_transaction GROUP BY amount ORDER BY 1")
    assert [(float(amount), count) for amount, count in rows] == [(-20, 1), (-10, 2), (-5, 2)]


def test_two_sources_hold_one_movement(load_files: LoadFiles) -> None:
    """What another source, even in another format, of the same bank holds already is passed over and told, not left out."""
    whole = message(statement(entry("20.00", ref="B1"), entry("10.00", ref="B2")))
    done = load_files(
        {"1.xml": message(statement(entry("20.00", ref="B1"))), "2.xml": whole, "3.xml": whole},
        source("1.xml", "camt_statement") + source("[23].xml", "camt_statement"),
    )
    assert done.counts() == (5, 5, 0)
    assert done.rows("SELECT amount::VARCHAR, source_id FROM bank_transaction ORDER BY 1") == [
        ("-10.0000", "[23].xml"),
        ("-20.0000", "1.xml"),
    ]
    assert done.rows("SELECT * FROM gave_way") == [("[23].xml", "bank_transaction", 1)]


@pytest.mark.parametrize("together", [True, False])
def test_a_sum_gives_way_to_its_payments(load_files: LoadFiles, *, together: bool) -> None:
    """What a notification tells in detail and the statement as a sum counts once, in detail, in one source or two."""
    sums = message(statement(entry("40.00", ref="B1"), entry("7.00", ref="B2")))
    listed = details(PAYMENT + amount("30.00"), amount("10.00"))
    notified = (
        message(
            statement(entry("40.00", ref="B1", more=listed), entry("7.00", ref="B2", more=details(PAYMENT)))
        )
        .replace("BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn")
        .replace("Stmt>", "Ntfctn>")
    )
    sources = ["*.xml"] if together else ["1.xml", "2.xml"]
    done = load_files(
        {"1.xml": sums, "2.xml": notified}, "".join(source(one, "camt_statement") for one in sources)
    )
    assert done.counts() == (5, 5, 0)
    assert done.rows("SELECT amount::VARCHAR FROM bank_transaction ORDER BY amount") == [
        ("-30.0000",),
        ("-10.0000",),
        ("-7.0000",),
    ]
    passed = [text for text in done.loaded.warnings if "passed over" in text]
    assert len(passed) == (1 if together else 2)


def test_a_day_that_there_is_not(load_files: LoadFiles) -> None:
    """A movement on February 30, or without any day, is left out and counted."""
    wrong = entry("1").replace("2026-07-02T00:30:00+02:00", "2026-02-30T00:00:00")
    done = load_files(
        {"s": message(statement(wrong, "<Ntry><Amt Ccy='EUR'>2</Amt><CdtDbtInd>DBIT</CdtDbtInd></Ntry>"))},
        source("s", "camt_statement"),
    )
    assert done.counts() == (2, 0, 2)
    assert [(field, value) for *_, field, value, _ in done.rejects()] == [
        ("value_on", "2026-02-30"),
        ("value_on", None),
    ]


def test_other_xml_is_not_taken() -> None:
    """A document of another kind is not taken for a bank's message."""
    assert not is_known(b"<?xml version='1.0'?><html><body>camt</body></html>", "camt")
    assert not is_known(b"BkToCstmrStmt", "camt")
