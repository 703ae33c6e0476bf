"""Signs and bars: the six signs that stand beside every verdict and status, and bars with their lengths worked out."""

from dataclasses import dataclass

from cspaudit.model.result import Interval, Status, Verdict
from cspaudit.outputs import words
from cspaudit.outputs.labels import NOT_SCORED, STATUSES, VERDICTS
from cspaudit.scorecard.score import Printed, printed


@dataclass(frozen=True)
class Mark:
    """A sign of the sign font, the class that colours it, and the word that carries the meaning."""

    kind: str
    sign: str
    word: str


_MET, _NOT_MET, _OPEN, _DUE, _DASH = "\u2714", "\u2716", "\u2bd1", "\u25f7", "\u2796"
_VERDICTS = {
    Verdict.NOT_MET: ("failed", _NOT_MET),
    Verdict.UNDETERMINED: ("open", _OPEN),
    Verdict.MET: ("met", _MET),
    Verdict.NOT_APPLICABLE: ("aside", _DASH),
}
_STATUSES = {
    Status.PASS: ("met", _MET),
    Status.FAIL: ("failed", _NOT_MET),
    Status.INSUFFICIENT: ("open", _OPEN),
    Status.NOT_YET_DUE: ("due", _DUE),
    Status.NOT_APPLICABLE: ("aside", _DASH),
    Status.OBSERVATION: ("aside", _DASH),
}
NOT_SCORED_MARK = Mark("aside", _DASH, NOT_SCORED)


def verdict_mark(verdict: Verdict) -> Mark:
    """The mark of a verdict."""
    kind, sign = _VERDICTS[verdict]
    return Mark(kind, sign, VERDICTS[verdict])


def status_mark(status: Status) -> Mark:
    """The mark of a row's status."""
    kind, sign = _STATUSES[status]
    return Mark(kind, sign, STATUSES[status])


@dataclass(frozen=True)
class Bar:
    """A bar of 0 to 100: solid what is earned, hatched what is open, outlined what is lost; lengths in SVG units."""

    name: str
    text: str
    width: int
    height: int
    earned: float
    open: float

    @property
    def inner_width(self) -> int:
        """The width between the middles of the outline's sides."""
        return self.width - 1

    @property
    def inner_height(self) -> int:
        """The height between the middles of the outline's sides."""
        return self.height - 1


def bar(name: str, label: str, hundredths: Interval, *, width: int, height: int) -> Bar:
    """The bar of an interval of 0 to 100, drawn exactly, told in whole numbers; ``name`` is its id on the page."""
    found = printed(hundredths)
    low, high = (float(end * width / 100) for end in (hundredths.low, hundredths.high))
    text = f"{label}: {words.range_of(found)} of 100, {found.earned} earned, {found.open} open, {found.lost} lost."
    return Bar(name, text, width, height, round(low, 2), round(high - low, 2))


def share_printed(share: Interval | None) -> Printed | None:
    """A share of 0 to 1 as whole per cent, rounded as a score is."""
    return None if share is None else printed(Interval(100 * share.low, 100 * share.high))
