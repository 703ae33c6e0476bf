"""Whose exports lie where: one partner's folder, or one with a sub-folder for each partner."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from cspaudit.initialise.exports import Export
from cspaudit.model.tables import TABLES

#: folders go by these words where they sort exports by kind, system or time, not by partner
_NO_PARTNER = """accounting archive audit azure bank banking billing bills camt communication communications connectwise csv
    customers data documents downloads dynamics emails excel exchange export exports files finance freshdesk halopsa
    inbox incidents invoices jira json ledger mail mails messages microsoft month new old outlook partner partnercenter
    payments portal quarter reconciliation sap servicenow statements subscriptions support teams tickets trace usage
    week xero year zendesk
    bestellungen buchhaltung kunden rechnungen zahlungen"""
_TIME = re.compile(r"(19|20)\d\d|\bq[1-4]\b|^\W*\d+\W*$", re.IGNORECASE)


def partner_folders(exports: Sequence[Export]) -> tuple[str, ...]:
    """Return the sub-folders that look like one partner's each; none where the folder is one partner's.

    They do where the folder itself holds no export but shared facts, and two sub-folders or more hold exports of the
    same dated kind, and none goes by the name of a system, a kind of export or a time.
    """
    tops: dict[str, set[str]] = {}
    for one in exports:
        if len(one.path.parts) > 1:
            tops.setdefault(one.path.parts[0], set()).update(_dated(one))
        elif _dated(one):
            return ()
    kinds = [name for found in tops.values() for name in found]
    is_repeated = any(kinds.count(name) > 1 for name in kinds)
    if len(tops) < 2 or not is_repeated or any(map(_is_no_partner, tops)):  # noqa: PLR2004 - two make a portfolio
        return ()
    return tuple(sorted(tops))


def sub_folders(exports: Sequence[Export]) -> tuple[str, ...]:
    """Return every sub-folder that holds an export."""
    return tuple(sorted({one.path.parts[0] for one in exports if len(one.path.parts) > 1}))


def partner_of(path: Path, partners: Mapping[str, str]) -> str:
    """Return the id of the partner in whose folder a file lies, by folder name; empty where it is nobody's own."""
    return partners.get(path.parts[0], "") if len(path.parts) > 1 else ""


def _dated(export: Export) -> set[str]:
    return {name for name in export.tables if TABLES[name].dated_by}


def _is_no_partner(name: str) -> bool:
    words = re.findall(r"[^\W\d_]+", name.lower())
    return bool(_TIME.search(name)) or not words or set(words) <= set(_NO_PARTNER.split())
