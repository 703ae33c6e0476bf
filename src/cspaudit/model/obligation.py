"""An obligation: one duty, recommendation, condition or promise, with its citation and dates."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["duty", "recommendation", "permission", "condition", "exemption", "statement", "own_promise"]
Strength = Literal["must", "should", "may", "-"]
StartBasis = Literal["known", "not_before", "unknown"]
EndBasis = Literal["known", "open", "unknown"]
#: how an obligation is judged: by logs, by a person's answer, by rows that are only noted, or not at all
Way = Literal["check", "attestation", "observation", "applicability", "information"]

#: kinds whose verdict counts for the score and the gate
SCORED_KINDS: frozenset[Kind] = frozenset({"duty", "recommendation", "condition", "own_promise"})


@dataclass(frozen=True)
class Citation:
    """Where a document says it: title, language and date of the version held, and a pointer in our words."""

    document: str
    language: str
    dated: str
    clause: str = ""


@dataclass(frozen=True)
class Obligation:
    """One obligation as the catalogue states it; empty ``tiers`` or ``clouds`` bind everybody."""

    id: str
    family: str
    title: str
    kind: Kind
    strength: Strength
    basis: Literal["text", "derived"]
    statement: str
    citations: tuple[Citation, ...]
    in_force_from: date | None
    start_basis: StartBasis
    in_force_to: date | None = None
    end_basis: EndBasis = "open"
    judged_by: tuple[Way, ...] = ("check",)
    part_of: str = ""
    #: the permission that this condition limits
    condition_of: str = ""
    derived_from: tuple[str, ...] = ()
    #: the one wording of a document that it rests on, by its name in ``WORDINGS``
    wording: str = ""
    tiers: tuple[str, ...] = ()
    clouds: tuple[str, ...] = ()
    note: str = ""

    @property
    def is_scored(self) -> bool:
        """Whether failing rows of this obligation count at all."""
        return self.kind in SCORED_KINDS and self.judged_by != ("observation",)

    @property
    def is_told_only(self) -> bool:
        """Whether nothing is tested: it says who or what is covered, or is there for information."""
        return set(self.judged_by) <= {"applicability", "information"}

    def is_silent_on(self, cloud: str) -> bool:
        """Whether the newest pages do not say if this holds in ``cloud``; every page is about the global one."""
        return cloud != "global" and cloud not in self.clouds

    def binds(self, tier: str, cloud: str) -> bool:
        """Whether a partner of ``tier`` in ``cloud`` is bound."""
        return (not self.tiers or tier in self.tiers) and (not self.clouds or cloud in self.clouds)
