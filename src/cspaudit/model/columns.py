"""Short ways to write the columns of a canonical table."""

from cspaudit.model.table import Column, ColumnType, Order


def required(name: str, type_: ColumnType = "text") -> Column:
    """Return a column without which a record cannot be judged."""
    return Column(name, type_, required=True)


def optional(name: str, type_: ColumnType = "text") -> Column:
    """Return a column that may stay empty."""
    return Column(name, type_)


def one_of(name: str, allowed: str, *, required: bool = False) -> Column:
    """Return a text column that takes only the blank-separated words of ``allowed``."""
    return Column(name, required=required, allowed=tuple(allowed.split()))


def currency(name: str, *, required: bool = False) -> Column:
    """Return a column for an ISO 4217 code."""
    return Column(
        name, required=required, pattern="[A-Z]{3}", pattern_says="three capital letters (ISO 4217)"
    )


CURRENCY_COLUMN = currency("currency", required=True)
DOMAIN_COLUMN = Column(
    "domain", required=True, pattern=r"[^@\s/]+\.[^@\s/]+", pattern_says="a domain such as fabrikam.example"
)
VALIDITY = (required("valid_from_on", "date"), optional("valid_to_on", "date"))
VALID_ORDER = Order("valid_from_on", "valid_to_on")
