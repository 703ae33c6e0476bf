"""The commands about exports: what each layout is for, and which one a file has."""

from pathlib import Path

from cspaudit import resources
from cspaudit.sources import mapping
from tests.cli.engagements import INVOICE_ROWS, command


def test_every_layout_is_listed() -> None:
    """A line a layout, with how sure it is."""
    lines = command("sources", "list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(mapping.names(resources.mappings()))
    assert all(line.rpartition("; ")[2] in {"documented", "seen", "assumed"} for line in lines)


def test_files_are_told_one_by_one(tmp_path: Path) -> None:
    """Each file has its likeliest layout with the evidence, or a reason; exit code 3 where one is not recognised."""
    good, bad = tmp_path / "invoices.csv", tmp_path / "letter.txt"
    good.write_text(INVOICE_ROWS, encoding="utf-8")
    bad.write_text("Dear Sir,\n", encoding="utf-8")

    known = command("sources", "detect", good)
    assert known.code == 0
    assert known.stdout.splitlines()[:4] == [
        str(good),
        '  table = "supplier_invoice": table supplier_invoice; layout documented',
        "    5 of 5 fields are known; all that are needed are there",
        "    3 of the first 3 records can be used",
    ]
    assert '  or table = "customer_invoice": 5 of 5 fields, 3 of 3 records' in known.stdout

    both = command("sources", "detect", bad, good)
    assert both.code == 3
    assert f"{bad}\n  not recognised. No layout knows half of its fields" in both.stdout
    assert str(good) in both.stdout


def test_a_near_miss_tells_why_it_is_one(tmp_path: Path) -> None:
    """Fields lacking, records that cannot be used, or too few of the fields that the layout lives by."""
    files = {
        "lacking": "ticket_id,severity\n1,critical\n",
        "unusable": "ticket_id,opened_at\n1,2026-07-01T08:00:00Z\n2,never\n3,never\n",
        "groups": "id,created_at,url\n1,2026-07-01 08:00:00,x\n",
    }
    told = {}
    for name, content in files.items():
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        told[name] = command("sources", "detect", path).stdout
    assert '  nearest table = "ticket" knows 2 of 2 of its fields, and lacks opened_at\n' in told["lacking"]
    assert (
        '  nearest table = "ticket" knows 2 of 2 of its fields, and can use 1 of its 3 records\n'
        in told["unusable"]
    )
    assert (
        '"fivetran_zendesk_ticket_csv" knows 3 of 3 of its fields, and misses 6 of the 8 that it uses\n'
        in told["groups"]
    )


def test_what_is_still_to_be_said_is_told(tmp_path: Path) -> None:
    """Zone, side and currency that the file does not tell are asked for in the words of cspaudit.toml."""
    ledger = tmp_path / "ledger.csv"
    ledger.write_text(
        "invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,SettledDate,note\n1,1/2/2026,2/1/2026,5.00,1/15/2026,x\n",
        encoding="utf-8",
    )
    told = command("sources", "detect", ledger).stdout
    assert 'the source must say side = "payable" or "receivable"' in told
    assert 'the source must say constants = { currency = "…" }' in told
    assert "    not used: note\n" in told


def test_vendors_are_told(tmp_path: Path) -> None:
    """A ledger of several vendors is told with them and with what the source must say."""
    ledger = tmp_path / "ledger.csv"
    ledger.write_text(
        "Invoice No,Invoice Date,Due Date,Total,Vendor,Currency\n"
        "1,2026-07-01,2026-08-01,5.00,Microsoft,EUR\n2,2026-07-01,2026-08-01,5.00,City Power,EUR\n"
        "3,2026-07-01,2026-08-01,5.00,Microsoft,EUR\n",
        encoding="utf-8",
    )
    told = command("sources", "detect", ledger).stdout
    assert "    it has 2 vendors: Microsoft, City Power\n" in told
    assert '    the source must say which of them is meant: only = { "vendor" = ["…"] }\n' in told


def test_a_file_that_is_not_there_is_a_wrong_command(tmp_path: Path) -> None:
    """A path without a file, or a folder, is refused before anything is read."""
    assert command("sources", "detect", tmp_path / "none.csv").code == 2
    assert command("sources", "detect", tmp_path).code == 2


def test_what_no_field_tells_and_what_holds_nothing(tmp_path: Path) -> None:
    """A column to be stated is asked for with what it is; what is known and of no use is declined with the reason."""
    licences, balance = tmp_path / "D1.csv", tmp_path / "balance.json"
    licences.write_text(
        "OrderId,SubscriptionId,CustomerId,OfferName,ChargeStartDate,ChargeEndDate,TotalForCustomer\n"
        "o,s,c,x,7/1/2026,7/31/2026,1.50\n",
        encoding="utf-8",
    )
    told = command("sources", "detect", licences)
    assert told.code == 0
    assert (
        "    it does not tell invoice_id (the number of the invoice, which stands in the name of the file): "
        'the source must say constants = { invoice_id = "…" }\n'
    ) in told.stdout
    balance.write_text(
        '{"balanceAmount": 7, "currencyCode": "EUR", "currencySymbol": "", "accountingDate": "2026-07-01T00:00:00", '
        '"firstInvoiceCreationDate": "", "lastPaymentDate": "", "lastPaymentAmount": 1, "latestInvoiceDate": ""}',
        encoding="utf-8",
    )
    told = command("sources", "detect", balance)
    assert told.code == 3
    assert (
        "  nothing can be taken from it. It holds Partner Center invoice summaries (JSON): it tells what"
        in told.stdout
    )
