"""The wordings of the billing page whose first day no document gives; an engagement may state one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from cspaudit.errors import EngagementError


@dataclass(frozen=True)
class Wording:
    """One dated version of a page: how readers know it, since when it can have stood there, what replaced it."""

    name: str
    says: str
    document: str
    language: str
    not_before: date
    followed_by: str = ""


WORDINGS = {
    wording.name: wording
    for wording in (
        Wording(
            name="S0",
            says="the last wording but one of the billing page",
            document="Bereitstellen von Abrechnungssupport für Kunden und Beantworten von Fragen zur Abrechnung",
            language="de",
            # it calls a support contract by the name that is in use from this day on
            not_before=date(2025, 6, 23),
            followed_by="S1",
        ),
        Wording(
            name="S1",
            says="the newest wording of the billing page",
            document="Fornecer suporte de faturação aos seus clientes e ajudar a responder às suas perguntas de faturação",
            language="pt",
            not_before=date(2025, 6, 23),
        ),
    )
}


def check_starts(starts: Mapping[str, date], where: str) -> None:
    """Raise EngagementError where a stated first day names no wording, or one that cannot have stood there yet."""
    for name, start in starts.items():
        place = f"{where}: wordings.{name}"
        if name not in WORDINGS:
            told = "; ".join(f"{one.name} is {one.says}" for one in WORDINGS.values())
            raise EngagementError(f"There is no wording {name!r}.", where=place, hint=f"{told}.")
        if start < WORDINGS[name].not_before:
            raise EngagementError(
                f"{name} cannot have begun on {start}.",
                where=place,
                hint=f"It uses a name that is in use from {WORDINGS[name].not_before} on.",
            )
    for wording in WORDINGS.values():
        follower = starts.get(wording.followed_by)
        begun = starts.get(wording.name, wording.not_before)
        if follower is not None and follower <= begun:
            raise EngagementError(
                f"{wording.followed_by} follows {wording.name} and cannot begin on {follower}.",
                where=f"{where}: wordings.{wording.followed_by}",
                hint=f"{wording.name} is taken to begin on {begun}.",
            )
