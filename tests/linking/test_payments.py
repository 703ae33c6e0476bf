"""Payments find their invoices: by the id itself, by the words of a text, by an amount that fits one alone, or not at all."""

from tests.sources.loading import LoadFiles, Loading, source

INVOICES = source("i.csv", "supplier_invoice")
PAYMENTS = source("p.csv", "supplier_payment")
INVOICE_HEAD = "invoice_id,issued_on,amount,currency"
PAYMENT_HEAD = "payment_id,paid_on,amount,currency,invoice_id,reference"
KIND = "supplier_payment_to_invoice"


def _load(load_files: LoadFiles, invoices: list[str], payments: list[str]) -> Loading:
    files = {
        "i.csv": "\n".join([INVOICE_HEAD, *invoices, ""]),
        "p.csv": "\n".join([PAYMENT_HEAD, *payments, ""]),
    }
    return load_files(files, INVOICES + PAYMENTS)


def _steps(done: Loading) -> list[tuple[object, ...]]:
    return [tuple(row) for row in done.rows("SELECT from_id, to_id, step FROM link ORDER BY ALL")]


def _told(done: Loading, kind: str = KIND) -> tuple[int, dict[str, int], int, int]:
    (tally,) = [one for one in done.loaded.links["fabrikam"] if one.kind == kind]
    return tally.candidates, dict(tally.steps), tally.ambiguous, tally.unlinked


def test_an_id_in_another_spelling_is_the_id(load_files: LoadFiles) -> None:
    """Case and blanks of an id do not matter, its leading zeros do; as a whole reference or in the invoice's own column."""
    invoices = ["E07-01,2026-07-01,100.00,EUR", "0042,2026-07-01,70.00,EUR", "420000,2026-07-01,80.00,EUR"]
    payments = [
        "P1,2026-07-20,50.00,EUR,,e07 - 01",
        "P2,2026-07-20,50.00,EUR,e07-01,",
        "P3,2026-07-20,1.00,EUR,,42",
        "P4,2026-07-20,2.00,EUR,,\uff10\uff14\uff12",
        "P5,2026-07-20,3.00,EUR,,00 42",
        "P6,2026-07-20,4.00,EUR,0042,",
        "P7,2026-07-20,5.00,EUR,X9,",
    ]
    done = _load(load_files, invoices, payments)
    assert _steps(done) == [("P1", "E07-01", "exact"), ("P2", "E07-01", "exact"), ("P5", "0042", "exact")]
    assert done.rows("SELECT payment_id, invoice_id FROM supplier_payment ORDER BY 1") == [
        ("P1", "E07-01"),
        ("P2", "E07-01"),
        ("P3", None),
        ("P4", None),
        ("P5", "0042"),
        ("P6", "0042"),
        ("P7", "X9"),
    ]
    # P6 and P7 say what they pay
    assert _told(done) == (5, {"exact": 3}, 0, 2)


def test_an_id_is_a_whole_word_of_the_text(load_files: LoadFiles) -> None:
    """One id of the partner's own, as a word or a piece of one, is what the payment pays; a part of a word is not."""
    invoices = [
        "G700001,2026-07-01,100.00,EUR",
        "G700002,2026-07-01,100.00,USD",
        "RE-26/15,2026-07-01,9.00,EUR",
    ]
    payments = [
        'P1,2026-07-20,40.00,EUR,,"Rg. g700001, danke"',
        "P2,2026-07-20,41.00,EUR,,XG700001",
        "P3,2026-07-20,42.00,EUR,,EREF+G700001.2026",
        "P4,2026-07-20,43.00,EUR,,payment of G700002",
        "P5,2026-07-20,9.00,EUR,,SVWZ re-26/15",
    ]
    done = _load(load_files, invoices, payments)
    assert _steps(done) == [
        ("P1", "G700001", "remittance_text"),
        ("P3", "G700001", "remittance_text"),
        ("P4", "G700002", "other_currency"),
        ("P5", "RE-26/15", "remittance_text"),
    ]
    assert _told(done) == (5, {"remittance_text": 3, "other_currency": 1}, 0, 1)


def test_a_short_number_needs_the_amount_beside_it(load_files: LoadFiles) -> None:
    """A number as short as a year is an invoice's only where the amount is what is open of it, once."""
    invoices = ["2026,2026-07-01,100.00,EUR", "2027,2026-07-01,50.00,EUR", "12345,2026-07-01,30.00,EUR"]
    payments = [
        "P1,2026-07-20,100.00,EUR,,invoice 2026",
        "P2,2026-07-20,49.00,EUR,,July 2027",
        "P3,2026-07-20,30.00,EUR,,no 12345",
        "P4,2026-07-21,30.00,EUR,,no 12345",
    ]
    done = _load(load_files, invoices, payments)
    assert _steps(done) == [("P1", "2026", "remittance_text")]
    assert _told(done) == (4, {"remittance_text": 1}, 2, 1)


def test_a_batch_is_split_only_where_it_adds_up(load_files: LoadFiles) -> None:
    """Several ids in one text: what is open of them has to be the amount, and no other batch may claim them."""
    invoices = [f"INV{n},2026-07-01,{n}0.00,EUR" for n in range(1, 9)]
    payments = [
        "P1,2026-07-20,30.00,EUR,,INV1 INV2",
        "P2,2026-07-20,60.00,EUR,,INV3 INV4",
        "P3,2026-07-20,20.00,EUR,INV5,",
        "P4,2026-07-20,90.00,EUR,,INV5 and INV6",
        "P5,2026-07-21,90.00,EUR,,INV5 and INV6",
        "P6,2026-07-21,80.00,EUR,INV8,",
        # what is settled already adds nothing
        "P7,2026-07-22,70.00,EUR,,INV7 and INV8",
    ]
    done = _load(load_files, invoices, payments)
    assert done.rows(
        "SELECT payment_id, line, amount, invoice_id, invoice_unclear, record FROM supplier_payment ORDER BY ALL"
    ) == [
        ("P1", "1/1", 10, "INV1", None, 1),
        ("P1", "1/2", 20, "INV2", None, 1),
        ("P2", "1", 60, None, True, 2),
        ("P3", "1", 20, "INV5", None, 3),
        ("P4", "1", 90, None, True, 4),
        ("P5", "1", 90, None, True, 5),
        ("P6", "1", 80, "INV8", None, 6),
        ("P7", "1", 70, "INV7", None, 7),
    ]
    assert _told(done) == (5, {"batch": 2}, 3, 0)


def test_an_amount_fits_one_open_invoice_in_time(load_files: LoadFiles) -> None:
    """Without an id: the only invoice of this currency with this amount open, issued at most 180 days before."""
    invoices = [
        "A,2026-01-01,10.00,EUR",
        "B,2026-01-01,20.00,EUR",
        "C,2026-07-01,30.00,EUR",
        "D,2026-07-01,40.00,EUR",
        "E,2026-07-02,40.00,EUR",
        "F,2026-07-01,50.00,USD",
        "G,2026-07-01,60.00,EUR",
        "H,2026-07-01,70.00,EUR",
    ]
    payments = [
        "P1,2026-06-30,10.00,EUR,,",
        "P2,2026-07-01,20.00,EUR,,",
        "P3,2026-06-30,30.00,EUR,,",
        "P4,2026-07-20,40.00,EUR,,",
        "P5,2026-07-20,50.00,EUR,,",
        "P6,2026-07-20,60.00,EUR,,",
        "P7,2026-07-21,60.00,EUR,,",
        "P8,2026-07-10,30.00,EUR,H,",
        "P9,2026-07-01,40.00,EUR,,thanks",
    ]
    done = _load(load_files, invoices, payments)
    assert _steps(done) == [("P1", "A", "amount_window")]
    # P4 and P9 fit one invoice both, and P4 what is left of another; P6 and P7 fit one both
    assert _told(done) == (8, {"amount_window": 1}, 4, 3)
