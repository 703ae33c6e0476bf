"""What an obligation is, since when, for whom and where it stands, in the words of the reports."""

from cspaudit.model.obligation import Citation, Obligation
from cspaudit.model.wording import WORDINGS
from cspaudit.outputs.labels import CLOUDS, KINDS, WAYS


def strength(obligation: Obligation) -> str:
    """What an obligation is and how strongly it binds."""
    kind = KINDS[obligation.kind]
    if obligation.kind in {"duty", "recommendation"}:
        return f"{kind} ({obligation.strength})"
    return f"{kind} (weighs as should)" if obligation.is_scored else f"{kind} (not scored)"


def citation(item: Citation) -> str:
    """Where a document says it."""
    text = f"{item.document} ({item.language}, {item.dated})"
    return f"{text}: {item.clause}" if item.clause else text


def in_force(obligation: Obligation) -> str:
    """Since when, and until when, an obligation holds, as far as anybody knows."""
    start = obligation.in_force_from
    if start is None:
        text = "In force since a day that is not documented"
        if not obligation.is_told_only:
            text += ": noted and not scored, unless the audit states a day"
    elif obligation.start_basis == "known":
        text = f"In force on {start.isoformat()} at the latest"
    else:
        text = (
            f"In force not before {start.isoformat()}; the exact day is not documented, "
            "so this one is assumed unless the audit states another"
        )
    if obligation.in_force_to is not None:
        text += f", last on {obligation.in_force_to.isoformat()}"
    if obligation.end_basis == "unknown":
        text += "; ended on a day that is not documented: noted and not scored"
    return f"{text}."


def wording(obligation: Obligation) -> str:
    """The one wording that an obligation rests on; empty where it rests on more."""
    if not obligation.wording:
        return ""
    found = WORDINGS[obligation.wording]
    until = f" It ends when {found.followed_by} begins." if found.followed_by else ""
    return (
        f"Rests on {found.says} alone ({found.name}: \u201c{found.document}\u201d, {found.language}).{until}"
    )


def judged_by(obligation: Obligation) -> str:
    """How an obligation is judged."""
    return " ".join(WAYS[way] for way in obligation.judged_by)


def cloud_unstated(obligation: Obligation, cloud: str) -> str:
    """That nobody knows whether an obligation holds in a cloud; empty where it is known."""
    if not obligation.is_silent_on(cloud):
        return ""
    return f"Applicability to the {CLOUDS[cloud]} is unstated: its newest page names no cloud."
