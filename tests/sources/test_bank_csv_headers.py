"""The columns of many banks' CSV files, under their own names, with movements of invented people."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.sources.loading import LoadFiles, Loading, source

MAPPING = "bank_statement_csv"
#: what the file holds, the currency that it does not tell, and (value day, day of booking, amount, text, counterparty)
BANKS: dict[str, tuple[str, str, tuple[str, str, str, str, str | None]]] = {
    "debit, credit and amount": (
        (
            "Buchungstag;Wert;Umsatzart;Begünstigter / Auftraggeber;Verwendungszweck;IBAN / Kontonummer;BIC;Kundenreferenz;"
            "Mandatsreferenz ;Gläubiger ID;Fremde Gebühren;Betrag;Anzahl der Schecks;Soll;Haben;Währung\n"
            "1.7.2026;2.7.2026;SEPA-Überweisung;Contoso;Rechnung 7;DE02;X;R9;;;;-40,00;;-40,00;;EUR\n"
        ),
        "",
        ("2026-07-02", "2026-07-01", "-40", "Rechnung 7 SEPA-Überweisung R9", "Contoso"),
    ),
    "payer and payee": (
        (
            '"Buchungsdatum";"Wertstellung";"Status";"Zahlungspflichtige*r";"Zahlungsempfänger*in";"Verwendungszweck";'
            '"Umsatztyp";"IBAN";"Betrag (€)";"Gläubiger-ID";"Mandatsreferenz";"Kundenreferenz"\n'
            '"01.07.26";"02.07.26";"Gebucht";"Fabrikam";"Contoso";"Rechnung 7";"Ausgang";"DE02";"-1.040,00";"";"";""\n'
            '"03.07.26";"";"Vorgemerkt";"Fabrikam";"Contoso";"Rechnung 8";"Ausgang";"DE02";"-7,00";"";"";""\n'
        ),
        "EUR",
        ("2026-07-02", "2026-07-01", "-1040", "Rechnung 7 Ausgang", "Contoso"),
    ),
    "booking text holds the purpose": (
        (
            "Buchungstag;Wertstellung;Umsatzart;Buchungstext;Betrag;Währung;Auftraggeberkonto;IBAN Auftraggeberkonto;Kategorie\n"
            "01.07.2026;02.07.2026;Überweisung;Contoso Rechnung 7;-40,00;EUR;202051;DE02;\n"
        ),
        "",
        ("2026-07-02", "2026-07-01", "-40", "Contoso Rechnung 7 Überweisung", None),
    ),
    "two columns of currency after a preamble": (
        (
            "Umsatzanzeige;Datei erstellt am: 05.07.2026 09:00\n;\nIBAN;DE02\nKontoname;Girokonto\nKunde;Fabrikam\n\n"
            "Buchung;Valuta;Auftraggeber/Empfänger;Buchungstext;Verwendungszweck;Saldo;Währung;Betrag;Währung\n"
            "01.07.2026;02.07.2026;Contoso;Überweisung;Rechnung 7;1.000,00;EUR;-40,00;EUR\n"
        ),
        "",
        ("2026-07-02", "2026-07-01", "-40", "Rechnung 7 Überweisung", "Contoso"),
    ),
    "parts of a description": (
        (
            "Abschlussdatum;Abschlusszeit;Buchungsdatum;Valutadatum;Währung;Belastung;Gutschrift;Einzelbetrag;Saldo;"
            "Transaktions-Nr.;Beschreibung1;Beschreibung2;Beschreibung3;Fussnoten\n"
            "2026-07-01;09:00:00;2026-07-01;2026-07-02;CHF;-40.00;;;1000.00;T1;Contoso;Rechnung 7;IBAN CH02;\n"
        ),
        "",
        ("2026-07-02", "2026-07-01", "-40", "Contoso Rechnung 7 IBAN CH02 T1", None),
    ),
    "currencies in the header": (
        "Buchungsdatum;Avisierungstext;Gutschrift in CHF;Lastschrift in CHF;Valuta;Saldo in CHF\n01.07.2026;Contoso 7;;-40.00;02.07.2026;10.00\n",
        "CHF",
        ("2026-07-02", "2026-07-01", "-40", "Contoso 7", None),
    ),
    "day, label and amount in one word": (
        (
            "dateOp;dateVal;label;category;categoryParent;supplierFound;amount;accountNum;accountLabel;accountbalance\n"
            "2026-07-01;2026-07-02;VIR Contoso 7;a;b;Contoso;-40,00;202051;Compte;10,00\n"
        ),
        "EUR",
        ("2026-07-02", "2026-07-01", "-40", "VIR Contoso 7", "Contoso"),
    ),
    "income and expenses": (
        (
            "Data_Operazione;Data_Valuta;Entrate;Uscite;Descrizione;Descrizione_Completa;Stato;Moneymap\n"
            "01.07.2026;02.07.2026;;-40,00;Bonifico;Fattura 7 Contoso;Contabilizzato;\n"
        ),
        "EUR",
        ("2026-07-02", "2026-07-01", "-40", "Bonifico Fattura 7 Contoso", None),
    ),
    "words for letters": (
        (
            "Rekeningnummer;Transactiedatum;Valutacode;CreditDebet;Bedrag;Tegenrekeningnummer;Tegenrekeninghouder;"
            "Valutadatum;Betaalwijze;Omschrijving\n"
            "NL01;30-07-2026;EUR;D;40,00;NL02;Contoso;31-07-2026;Overboeking;Factuur 7\n"
        ),
        "",
        ("2026-07-31", "2026-07-30", "-40", "Factuur 7 Overboeking", "Contoso"),
    ),
    "three lines of a description": (
        (
            '"IBAN/BBAN","Munt","BIC","Volgnr","Datum","Rentedatum","Bedrag","Saldo na trn","Tegenrekening IBAN/BBAN",'
            '"Naam tegenpartij","Transactiereferentie","Betalingskenmerk","Omschrijving-1","Omschrijving-2","Omschrijving-3"\n'
            '"NL01","EUR","X","0001","2026-07-01","2026-07-02","-40,00","+10,00","NL02","Contoso","T1","K1","Factuur","7",""\n'
        ),
        "",
        ("2026-07-02", "2026-07-01", "-40", "Factuur 7 K1 T1", "Contoso"),
    ),
    "a value that is the amount": (
        "Date, Type, Description, Value, Balance, Account Name, Account Number\n01 Jul 2026,D/D,CONTOSO 7,-40.00,10.00,Main,202051\n",
        "GBP",
        ("2026-07-01", "2026-07-01", "-40", "CONTOSO 7 D/D", None),
    ),
    "states of a movement": (
        (
            "Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance\n"
            "TRANSFER,Current,2026-06-30 23:00:00,2026-07-01 09:00:00,To Contoso 7,-40.00,0.00,EUR,COMPLETED,10.00\n"
            "TRANSFER,Current,2026-07-02 23:00:00,,To Contoso 8,-7.00,0.00,EUR,PENDING,\n"
        ),
        "",
        ("2026-07-01", "2026-07-01", "-40", "To Contoso 7 TRANSFER", None),
    ),
    "a column that says debit": (
        (
            "Details,Posting Date,Description,Amount,Type,Balance,Check or Slip #\n"
            "DEBIT,2026-07-01,CONTOSO 7,-40.00,ACH_DEBIT,10.00,\n"
        ),
        "USD",
        ("2026-07-01", "2026-07-01", "-40", "CONTOSO 7 DEBIT ACH_DEBIT", None),
    ),
    "a type that is the sign": (
        (
            "Account Number,Transaction Description,Transaction Date,Transaction Type,Transaction Amount,Balance\n"
            "2051,CONTOSO 7,2026-07-01,Debit,40.00,10.00\n"
        ),
        "USD",
        ("2026-07-01", "2026-07-01", "-40", "CONTOSO 7 Debit", None),
    ),
    "a category beside the text": (
        "Data mov. ;Data valor ;Descrição ;Débito ;Crédito ;Saldo contabilístico ;Saldo disponível ;Categoria \n"
        "30-07-2026;31-07-2026;TRF CONTOSO 7 ;40,00;;10,00;10,00;Diversos ;\n".replace(" ;\n", "\n"),
        "EUR",
        ("2026-07-31", "2026-07-30", "-40", "TRF CONTOSO 7", None),
    ),
    "currencies in brackets": (
        "日付,内容,出金金額(円),入金金額(円),残高(円),メモ\n2026/07/01,振込 コントソ,40,,10,請求7\n",
        "JPY",
        ("2026-07-01", "2026-07-01", "-40", "振込 コントソ 請求7", None),
    ),
    "one column of both": (
        '取引日,入出金(円),取引後残高(円),入出金内容\n20260701,"-1,040","10,000",振込 コントソ\n',
        "JPY",
        ("2026-07-01", "2026-07-01", "-1040", "振込 コントソ", None),
    ),
}


@pytest.fixture
def banks(load_files: LoadFiles) -> Iterator[Loading]:
    """The files of all banks in one engagement, each a source of its own."""
    files = {f"{number}.csv": content for number, (content, _, _) in enumerate(BANKS.values())}
    sources = [
        source(
            f"{number}.csv",
            MAPPING,
            **({"constants": f'{{ currency = "{currency}" }}'} if currency else {}),
        )
        for number, (_, currency, _) in enumerate(BANKS.values())
    ]
    done = load_files(files, "".join(sources))
    assert done.loaded.problems == ()
    yield done
    done.warehouse.close()


def test_each_bank(banks: Loading) -> None:
    """Of each file the one booked movement comes out, with its days, sign, text and counterparty."""
    rows = banks.rows(
        "SELECT source_id, value_on::VARCHAR, booked_on::VARCHAR, amount, reference, counterparty FROM bank_transaction "
        "ORDER BY try_cast(split_part(source_id, '.', 1) AS INTEGER)"
    )
    names = list(BANKS)
    assert {names[int(row[0].partition(".")[0])]: row[1:] for row in rows} == {
        name: (one[0], one[1], Decimal(one[2]), one[3], one[4]) for name, (_, _, one) in BANKS.items()
    }
    assert banks.rejects() == []
