"""What all parts of the benchmark's invented partner share: sizes, dates, repeatable chance, the shape of an export."""

from dataclasses import dataclass

#: first second (UTC) of the time in which tickets are opened, two days around the quarter 2026-Q3
TICKETS_FROM = "timestamp '2026-06-29 00:00:00'"
TICKETS_SECONDS = 96 * 86400
#: mail begins before the quarter, so that events of its first days can have been announced
MAIL_FROM = "timestamp '2026-05-10 00:00:00'"
MAIL_SECONDS = 154 * 86400
#: invoices reach back so that twelve months lie behind every month of the quarter
INVOICES_FROM = "date '2025-05-01'"
INVOICE_DAYS = 500
AGENTS = 200
SUBSCRIPTIONS_EACH = 4
EVENTS_EACH_SUBSCRIPTION = 3
#: one ticket in so many leads to a request to Microsoft
TICKETS_A_REQUEST = 100


@dataclass(frozen=True)
class Sizes:
    """How many records of each kind the partner has; ``customers`` follow from the tickets."""

    tickets: int
    events_per_ticket: int
    mails: int
    invoices: int
    payments: int
    seed: int = 1

    @property
    def customers(self) -> int:
        """One customer for every 2,000 tickets, 20 to 5,000."""
        return min(max(self.tickets // 2000, 20), 5000)

    @property
    def parts(self) -> int:
        """In how many parts each invoice is paid."""
        return max(1, self.payments // max(self.invoices, 1))


@dataclass(frozen=True)
class Export:
    """One CSV file: its column types, and the query over ``range`` that yields its rows in order."""

    name: str
    types: dict[str, str]
    query: str

    @property
    def file(self) -> str:
        """The file's name."""
        return f"{self.name}.csv"


def macros(seed: int) -> tuple[str, ...]:
    """Return the statements that make the functions of the queries; the same numbers on every engine version.

    ``chance(i, salt)`` is a whole number from 0 to 2147483646 that looks random. ``per_mille`` is one from 0 to 999.
    """
    mixed = f"((cast(i as bigint) * 1103515245 + cast(salt as bigint) * 741103597 + {seed * 1013904223}) % 2147483647)"
    return (
        f"create macro chance(i, salt) as ({mixed} * {mixed} % 2147483647) * 48271 % 2147483647",
        "create macro per_mille(i, salt) as chance(i, salt) // 16 % 1000",
        "create macro pick(i, salt, n) as chance(i, salt) // 16 % n",
        "create macro id(prefix, i, width) as prefix || lpad(cast(i as varchar), width, '0')",
        "create macro zulu(t) as strftime(t, '%Y-%m-%dT%H:%M:%SZ')",
        "create macro customer(i) as id('C', i, 5)",
    )


def opened(index: str, sizes: Sizes) -> str:
    """Return when the ticket of this number was opened."""
    return f"({TICKETS_FROM} + to_seconds({index} * {TICKETS_SECONDS} // {sizes.tickets}))"
