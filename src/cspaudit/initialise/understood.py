"""What short answers mean: names, zones, holidays, domains, currencies, periods; and what the name of a file tells."""

import re
from collections.abc import Callable, Collection
from typing import Any

from cspaudit.errors import EngagementError, near
from cspaudit.initialise import places, said
from cspaudit.model.columns import DOMAIN_COLUMN
from cspaudit.model.period import parse_period
from cspaudit.model.zones import check_zone

#: words in the name of a file that tell whose ledger it is
_SIDE_OF_WORD = {
    "payable": "ap payable payables kreditor kreditoren vendor vendors supplier suppliers bill bills lieferant lieferanten "
    "fournisseur fournisseurs proveedor proveedores fornecedor fornecedores fornitori leverancier crediteuren",
    "receivable": "ar receivable receivables debitor debitoren customer customers client clients kunde kunden clientes "
    "cliente clienti klanten debiteuren",
}
#: numbers of invoices and ids of customers as Microsoft gives them
_IN_NAMES = {
    "invoice_id": re.compile(r"(?<![A-Za-z0-9])[DEGT]\d[0-9A-Z]{8}(?![A-Za-z0-9])"),
    "customer_id": re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
}
_CURRENCY = re.compile(r"[A-Z]{3}")


def side_of(name: str) -> str:
    """Return the side of the ledger that the words of a file's name tell; empty where they tell none or both."""
    words = set(re.findall(r"[^\W\d_]+", name.lower()))
    found = [side for side, known in _SIDE_OF_WORD.items() if words & set(known.split())]
    return found[0] if len(found) == 1 else ""


def in_name(column: str, name: str) -> str:
    """Return the value of a column that the name of a file holds; empty where it holds none, or several."""
    found = set(_IN_NAMES[column].findall(name)) if column in _IN_NAMES else set()
    return found.pop() if len(found) == 1 else ""


def one_line(text: str) -> str:
    """Return a name or sentence on one line; EngagementError for nothing, or signs that no line can hold."""
    plain = " ".join(text.split())
    if plain and plain.isprintable():
        return plain
    raise EngagementError("A name is wanted.", hint="Write a few words.")


def line_or_none(text: str) -> str:
    """Return a sentence on one line, empty for none."""
    return "" if text.strip().lower() in said.NONE else one_line(text)


def zone(text: str) -> str:
    """Return the name of a time zone; EngagementError with the nearest for another text."""
    check_zone(text.strip())
    return text.strip()


def holidays(text: str) -> str:
    """Return the code of a country or one of its parts, empty for none; EngagementError for another text."""
    plain = text.strip()
    if plain.lower() in said.NONE:
        return ""
    code = plain if places.has_holidays(plain) else plain.upper()
    if places.has_holidays(code):
        return code
    from cspaudit.model.holiday_dates import holiday_dates

    holiday_dates(code, [2026])  # tells what is near
    return code


def domains(text: str) -> tuple[str, ...]:
    """Return domains that stand with commas between them, none for none."""
    if text.strip().lower() in said.NONE:
        return ()
    found = [one.strip().lower().removeprefix("@") for one in text.split(",") if one.strip()]
    for one in found:
        if not re.fullmatch(DOMAIN_COLUMN.pattern, one):
            raise EngagementError(f"{one!r} is no domain.", hint=f"Write {DOMAIN_COLUMN.pattern_says}.")
    return tuple(dict.fromkeys(found))


def names(text: str) -> tuple[str, ...]:
    """Return names that stand with commas between them, none for none."""
    if text.strip().lower() in said.NONE:
        return ()
    return tuple(dict.fromkeys(one_line(one) for one in text.split(",") if one.strip()))


def currency(text: str) -> str:
    """Return a currency by its three letters."""
    if _CURRENCY.fullmatch(text.strip().upper()):
        return text.strip().upper()
    raise EngagementError(f"{text!r} is no currency.", hint="Write three letters, such as EUR.")


def period(text: str) -> str:
    """Return a year, quarter or month as the engagement writes it."""
    parse_period(text.strip().upper())
    return text.strip().upper()


def vendors(known: Collection[str], text: str) -> tuple[str, ...]:
    """Return the vendors that stand with semicolons between them; EngagementError for one that the ledger has not."""
    found = tuple(dict.fromkeys(one.strip() for one in text.split(";") if one.strip()))
    for one in found:
        if one not in known:
            raise EngagementError(f"The ledger has no vendor {one!r}.", hint=near(one, known))
    if not found:
        raise EngagementError(
            "No vendor is named.", hint="Name those that are the supplier, with semicolons between."
        )
    return found


def open_or(parse: Callable[[str], Any], text: str) -> Any:
    """Let a question be left open: then its source waits for the answer."""
    return "" if text.strip() == "?" else parse(text)
