"""What Microsoft billed the partner, and what the partner paid, in two systems.

New-commerce invoices (G…) come from Partner Center without a due date: 60 days from the invoice date. Legacy invoices
(D… for licences, E… for Azure) come from accounts payable, which knows due date and settlement.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from invented.base import AS_OF, Chance, Row, Sample, previous_workday

TERM = timedelta(days=60)
#: From May 2025, so that every month of the look-back (due dates from August 2025 on) is complete.
FIRST_MONTH, MONTHS = (2025, 5), 18
#: What the partner withheld of one invoice: more than the one transfer that names no invoice could make good.
SHORT = Decimal("13150.00")
CHECK = "invoice_paid_by_due_date"


@dataclass(frozen=True)
class Invoice:
    """One invoice; `paid_on` None: not paid, or paid in a way written apart."""

    invoice_id: str
    issued_on: date
    amount: Decimal
    paid_on: date | None

    @property
    def due_on(self) -> date:
        """The last day on which the money is on time."""
        return self.issued_on + TERM


def add_ledger(sample: Sample) -> None:
    """Write both kinds of invoices with payments and disputes, and the faults among them."""
    chance = Chance("ledger")
    g: dict[tuple[int, int], Invoice] = {}
    d: dict[tuple[int, int], Invoice] = {}
    e: dict[tuple[int, int], Invoice] = {}
    for number in range(MONTHS):
        month = _month(number)
        g[month] = _invoice(chance, f"G{91500000 + 137911 * number:09d}", date(*month, 8), 38_000, 52_000)
        d[month] = _invoice(chance, f"D0200{number:02d}{_letters(chance)}", date(*month, 11), 6_000, 9_500)
        if month[1] % 2:
            e[month] = _invoice(
                chance, f"E0600{number:02d}{_letters(chance)}", date(*month, 13), 2_200, 4_800
            )
    _partner_center(sample, chance, g)
    _accounts_payable(sample, d, e)
    sample.fault(
        "more than a tenth of a year's invoices late",
        "Of some 36 invoices due in the twelve months to August 2026, four were late: two of this quarter, one in March and "
        "one in May. In July it was still within a tenth.",
        ("payments_on_time_consistently", "2026-08", "share_beyond_limit"),
    )


def _partner_center(sample: Sample, chance: Chance, invoices: dict[tuple[int, int], Invoice]) -> None:
    for month, invoice in invoices.items():
        item = _item(invoice, "Recurring")
        # The invoices of April, May and July 2026 are the special ones below.
        if month == (2026, 5):
            _credit_and_rebill(sample, item, invoice)
            continue
        sample.tables.setdefault("partner_center_invoices", []).append(item)
        if month == (2026, 6):
            late = invoice.due_on + timedelta(days=4)
            _pay(sample, invoice, late, invoice.amount, invoice.invoice_id)
            sample.fault(
                "new-commerce invoice paid four days late",
                f"{invoice.invoice_id} was due on {invoice.due_on} (60 days) and paid on {late}.",
                (CHECK, invoice.invoice_id, "paid_late"),
            )
        elif month == (2026, 7):
            _pay(
                sample,
                invoice,
                invoice.due_on - timedelta(days=5),
                invoice.amount - SHORT,
                invoice.invoice_id,
            )
            item["paidAmount"] = float(invoice.amount - SHORT)
            sample.fault(
                "new-commerce invoice paid short",
                f"{invoice.invoice_id}, due on {invoice.due_on}, was paid but for {SHORT:,}; no dispute was opened.",
                (CHECK, invoice.invoice_id, "unpaid"),
                notes=[("payment_overdue_horizon", invoice.invoice_id, "within_horizon")],
            )
        elif invoice.paid_on:
            # Every fourth transfer names the invoice in its text alone.
            by_text = invoice.issued_on.month % 4 == 0
            _pay(sample, invoice, invoice.paid_on, invoice.amount, None if by_text else invoice.invoice_id)
    _one_time(sample, chance)


def _credit_and_rebill(sample: Sample, item: Row, invoice: Invoice) -> None:
    """The invoice of May is credited in full and billed anew: only the new one asks for money."""
    credit = Invoice("G093290991", date(2026, 5, 20), invoice.amount, None)
    rebill = Invoice("G093291004", date(2026, 5, 21), invoice.amount - Decimal("1204.50"), date(2026, 7, 14))
    item["amendments"] = [
        _item(credit, "Recurring")
        | {"documentType": "adjustment_note", "amendsOf": invoice.invoice_id, "paidAmount": 0}
    ]
    item["paidAmount"] = 0
    sample.tables["partner_center_invoices"] += [item, _item(rebill, "Recurring")]
    _pay(sample, rebill, date(2026, 7, 14), rebill.amount, rebill.invoice_id)


def _one_time(sample: Sample, chance: Chance) -> None:
    """One-time purchases: one with a partial credit, one disputed in part, one paid by a transfer nobody can place."""
    plain = [date(2025, 9, 9), date(2025, 12, 9), date(2026, 3, 10), date(2026, 10, 13)]
    for number, day in enumerate(plain):
        invoice = _invoice(chance, f"G{94700000 + 5113 * number:09d}", day, 4_000, 8_000)
        sample.add("partner_center_invoices", **_item(invoice, "OneTime"))
        if invoice.paid_on:
            _pay(sample, invoice, invoice.paid_on, invoice.amount, invoice.invoice_id)

    credited = Invoice("G094801118", date(2026, 6, 16), Decimal("7420.00"), date(2026, 8, 11))
    note = Invoice("G094801377", date(2026, 6, 30), Decimal("620.00"), None)
    item = _item(credited, "OneTime") | {"paidAmount": 6800.0}
    item["amendments"] = [
        _item(note, "OneTime")
        | {"documentType": "adjustment_note", "amendsOf": "G094801118", "paidAmount": 0}
    ]
    sample.add("partner_center_invoices", **item)
    _pay(sample, credited, date(2026, 8, 11), Decimal("6800.00"), credited.invoice_id)

    disputed = Invoice("G094811562", date(2026, 7, 2), Decimal("9310.00"), date(2026, 8, 27))
    sample.add("partner_center_invoices", **(_item(disputed, "OneTime") | {"paidAmount": 8110.0}))
    _pay(sample, disputed, date(2026, 8, 27), Decimal("8110.00"), disputed.invoice_id)
    sample.add(
        "supplier_dispute", invoice_id=disputed.invoice_id, line="1", opened_on="2026-07-23", amount="1200.00"
    )

    contested = Invoice("G094812377", date(2026, 7, 6), Decimal("2480.00"), None)
    sample.add("partner_center_invoices", **_item(contested, "OneTime"))
    sample.add("supplier_dispute", invoice_id=contested.invoice_id, line="1", opened_on="2026-08-03")

    # Its number stands nowhere and its amount fits nothing. It is valued after every late invoice fell due.
    unplaced = Invoice("G094820040", date(2026, 7, 29), Decimal("5260.00"), None)
    sample.add("partner_center_invoices", **_item(unplaced, "OneTime"))
    sample.add(
        "supplier_payment",
        payment_id="AP-2026-0931",
        line="1",
        paid_on="2026-09-25",
        amount="11875.20",
        currency="EUR",
        status="settled",
        reference="Sammelzahlung September",
    )
    # A record with five decimals, as a broken spreadsheet formula leaves it: left out.
    sample.add(
        "supplier_payment",
        payment_id="AP-2026-0940",
        line="1",
        paid_on="2026-09-29",
        amount="118.12345",
        currency="EUR",
        status="settled",
        reference="Rundungsdifferenz",
    )


def _accounts_payable(
    sample: Sample, d: dict[tuple[int, int], Invoice], e: dict[tuple[int, int], Invoice]
) -> None:
    late = {d[2026, 5]: 10, d[2026, 3]: 3, d[2026, 1]: 6}
    july = d[2026, 5]
    sample.fault(
        "legacy invoice paid ten days late",
        f"{july.invoice_id} was due on {july.due_on} and settled ten days later.",
        (CHECK, july.invoice_id, "paid_late"),
    )
    # Contested and settled late, and the ledger does not tell when it was contested: nobody can judge it.
    contested_late = e[2026, 7]
    for invoice in sorted([*d.values(), *e.values()], key=lambda each: (each.issued_on, each.invoice_id)):
        settled = invoice.due_on + timedelta(days=late[invoice]) if invoice in late else invoice.paid_on
        if invoice == contested_late:
            settled = invoice.due_on + timedelta(days=21)
        disputed = invoice == contested_late or invoice in {d[2026, 6], e[2025, 11]}
        sample.add(
            "ap_ledger",
            countryCode="276",
            customerID="4471-FBKM",
            PaperlessDate="1/15/2019",
            invoiceNumber=invoice.invoice_id,
            InvoiceDate=_us(invoice.issued_on),
            DueDate=_us(invoice.due_on),
            InvoiceAmount=f"{invoice.amount:.2f}",
            Disputed="Yes" if disputed else "No",
            SettledDate=_us(settled) if settled else "",
            PaperlessBill="Electronic",
            DaysToSettle=(settled - invoice.issued_on).days if settled else "",
            DaysLate=max((settled - invoice.due_on).days, 0) if settled else "",
        )


def _invoice(chance: Chance, invoice_id: str, issued_on: date, low: int, high: int) -> Invoice:
    """Return an invoice paid on a working day some days before it is due, or not yet at the cut-off."""
    amount = Decimal(chance.between(low * 100, high * 100)) / 100
    paid_on = previous_workday(issued_on + TERM - timedelta(days=chance.between(1, 20)))
    return Invoice(invoice_id, issued_on, amount, paid_on if paid_on < AS_OF.date() else None)


def _item(invoice: Invoice, invoice_type: str) -> Row:
    """Return an invoice as Partner Center writes it."""
    first = (invoice.issued_on.replace(day=1) - timedelta(days=1)).replace(day=1)
    provider = "one_time" if invoice_type == "OneTime" else "all"
    return {
        "id": invoice.invoice_id,
        "invoiceDate": f"{invoice.issued_on}T00:00:00Z",
        "billingPeriodStartDate": f"{first}T00:00:00Z",
        "billingPeriodEndDate": f"{invoice.issued_on.replace(day=1) - timedelta(days=1)}T23:59:59Z",
        "totalCharges": float(invoice.amount),
        "paidAmount": float(invoice.amount) if invoice.paid_on else 0,
        "currencyCode": "EUR",
        "currencySymbol": "€",
        "pdfDownloadLink": f"/invoices/{invoice.invoice_id}/documents/statement",
        "invoiceDetails": [{"invoiceLineItemType": "billing_line_items", "billingProvider": provider}],
        "documentType": "invoice",
        "invoiceType": invoice_type,
        "attributes": {"objectType": "Invoice"},
    }


def _pay(sample: Sample, invoice: Invoice, paid_on: date, amount: Decimal, invoice_id: str | None) -> None:
    number = len(sample.tables.get("supplier_payment", [])) + 1
    sample.add(
        "supplier_payment",
        payment_id=f"AP-{paid_on.year}-{number:04d}",
        line="1",
        paid_on=paid_on,
        amount=f"{amount:.2f}",
        currency="EUR",
        invoice_id=invoice_id,
        initiated_on=previous_workday(paid_on - timedelta(days=1)),
        status="settled",
        reference=f"Fabrikam Cloud, Rechnung {invoice.invoice_id}",
    )


def _month(number: int) -> tuple[int, int]:
    year, month = FIRST_MONTH
    return year + (month - 1 + number) // 12, (month - 1 + number) % 12 + 1


def _letters(chance: Chance) -> str:
    return "".join(chance.pick("ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(3))


def _us(day: date) -> str:
    """Return a day the American way, without leading zeros."""
    return f"{day.month}/{day.day}/{day.year}"
