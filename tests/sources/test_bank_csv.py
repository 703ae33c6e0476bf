"""Banks' lists of movements as CSV, in the words of eight languages."""

from decimal import Decimal
from pathlib import Path

import pytest

from cspaudit import resources
from cspaudit.sources.detect import known_layouts
from tests.sources.loading import LoadFiles, Loading, detect, open_warehouse, source, write

MAPPING = "bank_statement_csv"
Row = tuple[str, str, str, str, str | None, str | None]

#: header and rows of an invented bank, the currency that it does not tell, and what comes of it
LANGUAGES: dict[str, tuple[str, str, list[Row]]] = {
    "en": (
        (
            "Account,Posting date,Value date,Description,Debit,Credit,Balance\n"
            '12345,2026-07-01,2026-07-02,WIRE G002297372,"1,533.50",,"8,466.50"\n'
            '12345,2026-07-03,2026-07-03,INTEREST,,0.07,"8,466.57"\n'
        ),
        "USD",
        [
            ("2026-07-02", "2026-07-01", "-1533.50", "USD", "WIRE G002297372", None),
            ("2026-07-03", "2026-07-03", "0.07", "USD", "INTEREST", None),
        ],
    ),
    "de": (
        (
            "Buchungstag;Valutadatum;Buchungstext;Verwendungszweck;Begünstigter/Zahlungspflichtiger;Kontonummer/IBAN;Betrag;Währung;Info\n"
            '01.07.26;02.07.26;ÜBERWEISUNG;"Rechnung G002297372";Contoso GmbH;DE02;"-1.533,50";EUR;Umsatz gebucht\n'
            "03.07.26;03.07.26;ENTGELT;Juli;;;-7,10;EUR;Umsatz vorgemerkt\n"
        ),
        "",
        [
            (
                "2026-07-02",
                "2026-07-01",
                "-1533.50",
                "EUR",
                "Rechnung G002297372 ÜBERWEISUNG",
                "Contoso GmbH",
            ),
        ],
    ),
    "fr": (
        (
            "Date de comptabilisation;Libellé;Débit euros;Crédit euros\n"
            "2026-07-01;VIR SEPA FACTURE G002297372;-1 533,50;\n2026-07-03;REMISE CHEQUE;;99,00\n"
        ),
        "EUR",
        [
            ("2026-07-01", "2026-07-01", "-1533.50", "EUR", "VIR SEPA FACTURE G002297372", None),
            ("2026-07-03", "2026-07-03", "99.00", "EUR", "REMISE CHEQUE", None),
        ],
    ),
    "es": (
        (
            "F. Operación;F. Valor;Concepto;Importe;Divisa;Saldo;Beneficiario;Ordenante\n"
            "2026-07-01;2026-07-02;TRANSFERENCIA;-1.533,50;EUR;10,00;Contoso SL;Fabrikam SL\n"
            "2026-07-03;2026-07-03;ABONO;12,00;EUR;22,00;Fabrikam SL;Tailspin SA\n"
        ),
        "",
        [
            ("2026-07-02", "2026-07-01", "-1533.50", "EUR", "TRANSFERENCIA", "Contoso SL"),
            ("2026-07-03", "2026-07-03", "12.00", "EUR", "ABONO", "Tailspin SA"),
        ],
    ),
    "it": (
        (
            "Data contabile;Data valuta;Causale;Descrizione;Dare;Avere;Divisa\n"
            "01.07.2026;02.07.2026;BONIFICO;Fattura G002297372;1.533,50;;EUR\n"
        ),
        "",
        [("2026-07-02", "2026-07-01", "-1533.50", "EUR", "BONIFICO Fattura G002297372", None)],
    ),
    "pt": (
        (
            "Data Mov.;Data Valor;Descrição;Débito;Crédito;Saldo Contabilístico\n"
            "01-07-2026;02-07-2026;TRF Contoso;1.533,50;;10,00\n31-07-2026;31-07-2026;JUROS;;0,07;10,07\n"
        ),
        "EUR",
        [
            ("2026-07-02", "2026-07-01", "-1533.50", "EUR", "TRF Contoso", None),
            ("2026-07-31", "2026-07-31", "0.07", "EUR", "JUROS", None),
        ],
    ),
    "nl": (
        (
            '"Datum","Naam / Omschrijving","Rekening","Tegenrekening","Code","Af Bij","Bedrag (EUR)","Mutatiesoort","Mededelingen"\n'
            '"20260701","Contoso BV","NL01","NL02","OV","Af","1533,50","Overschrijving","Factuur G002297372"\n'
            '"20260703","Tailspin BV","NL01","NL03","OV","Bij","99,00","Overschrijving","Factuur 7"\n'
        ),
        "EUR",
        [
            (
                "2026-07-01",
                "2026-07-01",
                "-1533.50",
                "EUR",
                "Factuur G002297372 Overschrijving",
                "Contoso BV",
            ),
            ("2026-07-03", "2026-07-03", "99.00", "EUR", "Factuur 7 Overschrijving", "Tailspin BV"),
        ],
    ),
    "ja": (
        (
            "取引日,摘要,お支払金額,お預り金額,差引残高\n"
            '2026年7月1日,振込 コントソ,"153,350",,"5,000"\n2026年7月3日,利息,,7,"5,007"\n'
        ),
        "JPY",
        [
            ("2026-07-01", "2026-07-01", "-153350", "JPY", "振込 コントソ", None),
            ("2026-07-03", "2026-07-03", "7", "JPY", "利息", None),
        ],
    ),
}


def rows_of(done: Loading) -> list[tuple[object, ...]]:
    """Return the movements, by day."""
    return [
        (str(value), str(booked), *rest)
        for value, booked, *rest in done.rows(
            "SELECT value_on, booked_on, amount, currency, reference, counterparty FROM bank_transaction "
            "ORDER BY value_on, amount"
        )
    ]


def load(load_files: LoadFiles, content: str | bytes, currency: str = "", **settings: str) -> Loading:
    """Load one file of a bank."""
    stated = {"constants": f'{{ currency = "{currency}" }}'} if currency else {}
    return load_files({"bank.csv": content}, source("bank.csv", MAPPING, **stated, **settings))


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language(load_files: LoadFiles, language: str) -> None:
    """Day, amount, text and counterparty are found by their names, and money out is negative."""
    content, currency, expected = LANGUAGES[language]
    done = load(load_files, content, currency)
    assert done.loaded.problems == ()
    assert rows_of(done) == [(*one[:2], Decimal(one[2]), *one[3:]) for one in expected]
    read, loaded, rejected = done.counts()
    assert (read, rejected) == (loaded, 0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_is_detected(tmp_path: Path, language: str) -> None:
    """The layout is the only one that fits, and it is told where the currency has to be stated."""
    content, currency, _ = LANGUAGES[language]
    write(tmp_path, {"bank.csv": content})
    warehouse = open_warehouse(tmp_path)
    found = detect(tmp_path / "bank.csv", known_layouts(resources.mappings()), warehouse)
    warehouse.close()
    assert [(one.name, one.needs_currency) for one in found.candidates] == [(MAPPING, bool(currency))]


@pytest.mark.parametrize(
    ("days", "read"),
    [
        (("07/01/2026", "07/31/2026"), ("2026-07-01", "2026-07-31")),
        (("01/07/2026", "31/07/2026"), ("2026-07-01", "2026-07-31")),
        (("1/7/26", "31/7/26"), ("2026-07-01", "2026-07-31")),
        (("01-Jul-2026", "31 juil. 2026"), ("2026-07-01", "2026-07-31")),
        (("20260701", "20260731"), ("2026-07-01", "2026-07-31")),
        (("2026/7/1", "2026年7月31日"), ("2026-07-01", "2026-07-31")),
        (("2026-07-01 23:59:59", "2026-07-31T00:00:00"), ("2026-07-01", "2026-07-31")),
    ],
)
def test_days_of_any_country(load_files: LoadFiles, days: tuple[str, str], read: tuple[str, str]) -> None:
    """Whether the day or the month comes first is told by the file's other days."""
    lines = "".join(f"{day},x,-1.50,EUR\n" for day in days)
    done = load(load_files, f"Date,Description,Amount,Currency\n{lines}")
    assert done.loaded.problems == ()
    assert [row[0] for row in rows_of(done)] == list(read)


def test_days_that_leave_it_open(load_files: LoadFiles) -> None:
    """Where every day can be read both ways the file is not read, and the question is put."""
    done = load(load_files, "Date,Description,Amount,Currency\n07/01/2026,x,-1.50,EUR\n")
    assert "date_order" in done.problem
    stated = load(
        load_files, "Date,Description,Amount,Currency\n07/01/2026,x,-1.50,EUR\n", date_order='"mdy"'
    )
    assert [row[0] for row in rows_of(stated)] == ["2026-07-01"]


@pytest.mark.parametrize(
    ("debit", "credit", "amount"),
    [
        ("40,00", "", "-40"),
        ("", "40,00", "40"),
        # an empty side may be nought, and money out may have its sign already, before or behind
        ("40,00", "0,00", "-40"),
        ("0,00", "40,00", "40"),
        ("-40,00", "0,00", "-40"),
        ("40,00-", "", "-40"),
        ("0,00", "0,00", "0"),
        ("1.040,00 €", "0,00 €", "-1040"),
    ],
)
def test_two_columns(load_files: LoadFiles, debit: str, credit: str, amount: str) -> None:
    """Of two columns the one that is not nought counts."""
    content = f"Datum;Text;Soll;Haben;Währung\n01.07.2026;x;{debit};{credit};EUR\n02.07.2026;y;0,5;;EUR\n"
    done = load(load_files, content)
    assert [row[2] for row in rows_of(done)] == [Decimal(amount), Decimal("-0.5")]


@pytest.mark.parametrize(
    ("header", "out", "into"),
    [
        ("Soll/Haben", "S", "H"),
        ("D/C", "D", "C"),
        ("Debit/Credit", "Debit", "Credit"),
        ("Af Bij", "Af", "Bij"),
        ("Sens", "Débit", "Crédit"),
        ("Debe/Haber", "Debe", "Haber"),
        ("Dare/Avere", "Dare", "Avere"),
        ("入出金区分", "出金", "入金"),
    ],
)
def test_a_column_of_signs(load_files: LoadFiles, header: str, out: str, into: str) -> None:
    """A column that says which way the money went gives the amount its sign."""
    content = (
        f"Date,Text,Amount,{header},Currency\n2026-07-01,x,40.00,{out},EUR\n2026-07-02,y,7.50,{into},EUR\n"
    )
    assert [row[2] for row in rows_of(load(load_files, content))] == [Decimal(-40), Decimal("7.5")]


def test_valuta_is_a_day_or_a_currency(load_files: LoadFiles) -> None:
    """The word is the day of value for some banks and the currency for others: what stands there tells."""
    day = load(load_files, "Data;Valuta;Descrizione;Importo;Divisa\n01.07.2026;02.07.2026;x;-1,50;EUR\n")
    currency = load(load_files, "Datum;Valuta;Omschrijving;Bedrag\n01.07.2026;EUR;x;-1,50\n")
    assert rows_of(day) == [("2026-07-02", "2026-07-01", Decimal("-1.5"), "EUR", "x", None)]
    assert rows_of(currency) == [("2026-07-01", "2026-07-01", Decimal("-1.5"), "EUR", "x", None)]


def test_overlapping_files(load_files: LoadFiles) -> None:
    """A movement that two files hold counts once; the same twice in one file counts twice."""
    head = "Datum;Text;Betrag;Währung\n"
    one, two, three = (
        "01.07.2026;Gebühr;-1,50;EUR\n",
        "02.07.2026;Gebühr;-1,50;EUR\n",
        "03.07.2026;Miete;-9,00;EUR\n",
    )
    done = load_files(
        {"1.csv": head + one + one + two, "2.csv": head + three + two + one + one},
        source("*.csv", MAPPING),
    )
    assert done.counts() == (7, 7, 0)
    assert [(row[0], row[2]) for row in rows_of(done)] == [
        ("2026-07-01", Decimal("-1.5")),
        ("2026-07-01", Decimal("-1.5")),
        ("2026-07-02", Decimal("-1.5")),
        ("2026-07-03", Decimal(-9)),
    ]
    ids = done.values("SELECT transaction_id FROM bank_transaction")
    assert len(set(ids)) == 4


def test_what_is_left_out(load_files: LoadFiles) -> None:
    """A row without a day or an amount is left out, and counted, by itself."""
    done = load(
        load_files,
        "Datum;Text;Betrag;Währung\n31.02.2026;x;-1,50;EUR\n01.07.2026;x;NaN;EUR\n02.07.2026;x;;EUR\n03.07.2026;x;-1,50;EUR\n",
    )
    assert done.counts() == (4, 1, 3)
    assert [(record, field, value) for _, record, _, field, value, _ in done.rejects()] == [
        (1, "value_on", "31.02.2026"),
        (2, "amount", "NaN"),
        (3, "amount", None),
    ]


def test_preamble_and_encoding(load_files: LoadFiles) -> None:
    """Lines before the header are left aside, and Windows' letters are read as the source says."""
    content = "Konto;12345\nZeitraum;Juli\n\nBuchungstag;Empfänger;Verwendungszweck;Betrag;Währung\n01.07.2026;Müller;x;-1,50;EUR\n"
    done = load(load_files, content.encode("cp1252"), encoding='"cp1252"')
    assert rows_of(done) == [("2026-07-01", "2026-07-01", Decimal("-1.5"), "EUR", "x", "Müller")]
