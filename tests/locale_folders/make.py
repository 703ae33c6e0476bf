"""Write the exports of one invented partner in three languages, and save each again through a spreadsheet program.

    python tests/locale_folders/make.py

Run by hand where LibreOffice is: its files are kept in the folders de/, pt/ and ja/, so that the tests need none. The
events are the same in every language; headers, words, days, amounts and encodings are those of the language.
"""

import csv
import io
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).resolve().parent
#: LibreOffice's numbers of character sets
UTF8, CP1252, SHIFT_JIS = 76, 1, 64
Cell = str | date | datetime | Decimal | int


@dataclass(frozen=True)
class Language:
    """How one language writes days, times and amounts, and how its spreadsheet program saves a CSV file."""

    name: str
    locale: str
    lcid: int
    day: Callable[[date], str]
    time: Callable[[datetime], str]
    decimal: str
    separator: str
    charset: int

    def text(self, cell: Cell) -> str:
        """Return a cell as the language's exports write it."""
        match cell:
            case datetime():
                return self.time(cell)
            case date():
                return self.day(cell)
            case Decimal():
                return f"{cell:.2f}".replace(".", self.decimal)
            case _:
                return str(cell)


GERMAN = Language(
    "de", "de-DE", 1031, lambda d: f"{d:%d.%m.%Y}", lambda t: f"{t:%d.%m.%Y %H:%M}", ",", ";", CP1252
)
PORTUGUESE = Language(
    "pt", "pt-BR", 1046, lambda d: f"{d:%d/%m/%Y}", lambda t: f"{t:%d/%m/%Y %H:%M}", ",", ";", CP1252
)
JAPANESE = Language(
    "ja", "ja-JP", 1041, lambda d: f"{d:%Y/%m/%d}", lambda t: f"{t:%Y/%m/%d %H:%M}", ".", ",", SHIFT_JIS
)
MONTHS = {
    "de": ["Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"],
    "pt": ["jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez"],
}
CURRENCY = {"de": "EUR", "pt": "BRL", "ja": "JPY"}
#: what each file is saved as
SAVED_AS = {
    "tickets": "csv",
    "customers": "xlsx",
    "billing": "csv",
    "requests": "xlsx",
    "activity": "csv",
    "reconciliation": "ods",
    "trace": "xlsx",
    "bank": "csv",
    "receivables": "xls",
}
#: in Japanese the program writes a day without its year into a CSV file, and no reader could tell it
SAVED_IN_JAPANESE_AS = {**SAVED_AS, "billing": "xlsx", "bank": "ods"}

HEADERS: dict[str, dict[str, list[str]]] = {
    "de": {
        "tickets": ["Zusammenfassung", "Vorgangsschlüssel", "Vorgangs-ID", "Vorgangstyp", "Status", "Priorität", "Autor", "Erstellt", "Erledigt", "Benutzerdefinierte Felder (Organizations)"],
        "customers": ["Microsoft-ID", "Firmenname", "Primärer Domänenname", "Beziehung"],
        "billing": ["Rechnungsnummer", "Abrechnungszeitraum", "Rechnungsdatum", "Fälligkeitsdatum", "Gebühren", "Währung", "Zahlungsstatus"],
        "requests": ["Anforderungs-ID", "Titel", "Kunde", "Schweregrad", "Status", "Erstellt am", "Geschlossen am", "Erstellt von"],
        "activity": ["Datum", "Vorgang", "Benutzer", "Kunde", "Kunden-ID"],
        "bank": ["Buchungstag", "Valutadatum", "Auftraggeber/Empfänger", "Verwendungszweck", "Betrag", "Währung"],
        "receivables": ["Kundennummer", "Rechnungsnummer", "Rechnungsdatum", "Fälligkeitsdatum", "Rechnungsbetrag", "Währung", "Bezahlt am"],
    },
    "pt": {
        "tickets": ["Resumo", "Chave da item", "ID da item", "Tipo de item", "Status", "Prioridade", "Relator", "Criado", "Resolvido", "Campo personalizado (Organizations)"],
        "customers": ["ID da Microsoft", "Nome da empresa", "Nome de domínio primário", "Relação"],
        "billing": ["Número da fatura", "Período de cobrança", "Data da fatura", "Data de vencimento", "Encargos", "Moeda", "Situação"],
        "requests": ["ID da solicitação", "Título", "Cliente", "Gravidade", "Status", "Criado em", "Fechado em", "Criado por"],
        "activity": ["Data e hora", "Operação", "Usuário", "Cliente", "ID do cliente"],
        "bank": ["Data do movimento", "Data valor", "Beneficiário", "Histórico", "Valor", "Moeda"],
        "receivables": ["Código do cliente", "Número da fatura", "Data da fatura", "Data de vencimento", "Valor total", "Moeda", "Pago em"],
    },
    "ja": {
        "tickets": ["要約", "課題キー", "課題ID", "課題タイプ", "Status", "優先度", "報告者", "作成日", "Resolved", "Custom field (Organizations)"],
        "customers": ["マイクロソフト ID", "会社名", "プライマリ ドメイン名", "関係"],
        "billing": ["請求書番号", "請求期間", "請求日", "支払期日", "料金", "通貨", "状態"],
        "requests": ["リクエスト ID", "タイトル", "顧客", "重要度", "状態", "作成日時", "終了日", "作成者"],
        "activity": ["日時", "操作", "ユーザー", "顧客名", "顧客 ID"],
        "bank": ["取引日", "起算日", "取引先", "摘要", "金額", "通貨"],
        "receivables": ["顧客番号", "請求書番号", "請求日", "支払期日", "請求金額", "通貨", "入金日"],
    },
}  # fmt: skip
ENGLISH = {
    "reconciliation": ["PartnerId", "CustomerId", "CustomerName", "InvoiceNumber", "SubscriptionId", "ProductName", "UnitPrice", "Quantity", "Total", "Currency", "ChargeStartDate", "ChargeEndDate"],
    "trace": ["origin_timestamp_utc", "sender_address", "recipient_status", "message_subject", "total_bytes", "message_id"],
}  # fmt: skip
WORDS = {
    "de": {"done": "Erledigt", "open": "Offen", "paid": "Bezahlt", "closed": "Geschlossen", "critical": "Kritisch", "reseller": "Wiederverkäufer", "incident": "Incident", "subject": "Ihre Rechnung"},
    "pt": {"done": "Resolvido", "open": "Em aberto", "paid": "Paga", "closed": "Fechado", "critical": "Crítico", "reseller": "Revendedor", "incident": "Incident", "subject": "Sua fatura"},
    "ja": {"done": "完了", "open": "未払い", "paid": "支払い済み", "closed": "終了", "critical": "重大", "reseller": "リセラー", "incident": "Incident", "subject": "請求書のお知らせ"},
}  # fmt: skip


def customer(number: int) -> str:
    """The id of an invented customer."""
    return f"c0000000-0000-4000-8000-{number:012}"


def rows(language: Language) -> dict[str, list[list[Cell]]]:
    """The records of every export, the same events in each language."""
    words, money = WORDS[language.name], CURRENCY[language.name]
    names = ["Contoso", "Tailspin", "Litware"]
    domains = ["contoso.example", "tailspin.example", "litware.example"]

    def jira(when: datetime) -> Cell:
        if language.name == "ja":
            return when.strftime("%Y-%m-%d %H:%M")
        return f"{when.day:02}/{MONTHS[language.name][when.month - 1]}/{when:%y %H:%M}"

    tickets: list[list[Cell]] = [
        [f"{names[i % 3]} {i}", f"SUP-{i}", 10000 + i, words["incident"], words["done"], "High", f"user{i}", jira(datetime(2026, 7 + i % 3, 13 + i, 9, 30)), jira(datetime(2026, 7 + i % 3, 14 + i, 16, 5)), names[i % 3]]
        for i in range(1, 9)
    ]  # fmt: skip
    billed = [
        ("G000900001", date(2026, 7, 8), date(2026, 9, 6), Decimal("12500.40"), words["paid"]),
        ("G000900002", date(2026, 8, 8), date(2026, 10, 7), Decimal("9800.00"), words["paid"]),
        ("G000900003", date(2026, 6, 8), date(2026, 8, 7), Decimal("11111.10"), words["paid"]),
        ("G000900004", date(2026, 9, 8), date(2026, 11, 7), Decimal("7654.30"), words["open"]),
    ]
    if language.name == "ja":
        billed = [(n, a, b, Decimal(int(c) * 100), s) for n, a, b, c, s in billed]
    amounts = {number: amount for number, _, _, amount, _ in billed}
    paid = [
        (date(2026, 9, 4), "G000900001"),
        (date(2026, 10, 5), "G000900002"),
        (date(2026, 8, 19), "G000900003"),  # twelve days late
    ]
    receivable = [
        (1, "AR-2026-101", date(2026, 7, 15), date(2026, 8, 14), "1234.56", date(2026, 8, 13)),
        (2, "AR-2026-102", date(2026, 7, 15), date(2026, 8, 14), "2345.67", date(2026, 8, 31)),
        (3, "AR-2026-103", date(2026, 8, 17), date(2026, 9, 16), "345.60", date(2026, 9, 15)),
    ]
    whole = language.name == "ja"
    return {
        "tickets": tickets,
        "customers": [[customer(i), f"{name} {language.name.upper()}", domains[i - 1], words["reseller"]] for i, name in enumerate(names, 1)],
        "billing": [[number, f"{language.day(issued)} - {language.day(due)}", issued, due, amount, money, status] for number, issued, due, amount, status in billed],
        "requests": [
            [615112491169010 + i, f"{names[i]}: SUP-{i + 1}", names[i], words["critical"], words["closed"], datetime(2026, 7 + i, 15 + i, 10, 0), datetime(2026, 7 + i, 20 + i, 17, 45), "agent@fabrikam.example"]
            for i in range(3)
        ],
        "activity": [[datetime(2026, 8, 14 + i, 13, 5), "update_subscription", "agent@fabrikam.example", names[i % 3], customer(i % 3 + 1)] for i in range(6)],
        "reconciliation": [
            ["b0000000-0000-4000-8000-000000000001", customer(i % 3 + 1), names[i % 3], number, f"d0000000-0000-4000-8000-{i:012}", "Azure plan", Decimal("0.50"), 3, amounts[number], money, date(2026, 6 + i, 13), date(2026, 7 + i, 12)]
            for i, number in enumerate(("G000900003", "G000900001", "G000900002"))
        ],
        "trace": [[f"2026-08-{13 + i}T08:00:00", "billing@fabrikam.example", f"user@{domains[i % 3]}##Receive, Deliver", f"{words['subject']} {i}", 2048, f"<m{i}@fabrikam.example>"] for i in range(6)],
        "bank": [[booked, booked, "Microsoft Ireland Operations Ltd", f"Invoice {number}", -amounts[number], money] for booked, number in paid],
        "receivables": [[customer(i), number, issued, due, Decimal(int(Decimal(amount)) if whole else amount), money, settled] for i, number, issued, due, amount, settled in receivable],
    }  # fmt: skip


def export(language: Language, name: str, records: Sequence[Sequence[Cell]]) -> str:
    """The text of an export as its system writes it in this language."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=language.separator, lineterminator="\r\n")
    writer.writerow(ENGLISH.get(name) or HEADERS[language.name][name])
    writer.writerows([language.text(cell) for cell in record] for record in records)
    return out.getvalue()


def save_again(language: Language, path: Path, kind: str, target: Path, profile: Path) -> None:
    """Open a CSV file in a spreadsheet program of this language and save it as ``kind``."""
    separator = ord(language.separator)
    output = (
        kind
        if kind != "csv"
        else f"csv:Text - txt - csv (StarCalc):{separator},34,{language.charset},1,,{language.lcid},false,true,true"
    )
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", f"--infilter=CSV:{separator},34,{UTF8},1,,{language.lcid},false,true", "--convert-to", output, "--outdir", str(target), str(path)],
        check=True,
        capture_output=True,
    )  # fmt: skip


def make_profile(language: Language, folder: Path) -> Path:
    """Make the settings of a spreadsheet program that runs in this language."""
    (folder / "user").mkdir(parents=True)
    (folder / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry">'
        '<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse">'
        f"<value>{language.locale}</value></prop></item></oor:items>",
        encoding="utf-8",
    )
    return folder


def main() -> None:
    """Write all three folders anew."""
    with tempfile.TemporaryDirectory() as temporary:
        for language in (GERMAN, PORTUGUESE, JAPANESE):
            target = HERE / language.name
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir()
            profile = make_profile(language, Path(temporary) / f"profile_{language.name}")
            for name, records in rows(language).items():
                path = Path(temporary) / f"{name}.csv"
                path.write_text(export(language, name, records), encoding="utf-8", newline="")
                kinds = SAVED_IN_JAPANESE_AS if language is JAPANESE else SAVED_AS
                save_again(language, path, kinds[name], target, profile)


if __name__ == "__main__":
    main()
