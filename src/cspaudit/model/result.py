"""The finished result as plain values: all that an output ever sees."""

from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from cspaudit.model.check import Check, Param
from cspaudit.model.completeness import NOTHING_MISSING, Completeness, ControlTotal, Cut, Window
from cspaudit.model.obligation import Obligation


class Status(StrEnum):
    """What one row of a check says of its subject."""

    PASS = "pass"
    FAIL = "fail"
    INSUFFICIENT = "insufficient_evidence"
    NOT_YET_DUE = "not_yet_due"
    NOT_APPLICABLE = "not_applicable"
    OBSERVATION = "observation"


#: statuses whose rows are findings
FINDING_STATUSES = (Status.FAIL, Status.INSUFFICIENT, Status.OBSERVATION)

#: reasons that the runner gives itself, so no check file lists them
RUNNER_REASONS = {
    "record_left_out": "A record of this export could not be read, so this case cannot be judged.",
    "record_missing": "Another record names this one and no export holds it, so this case cannot be judged.",
    "records_cut_off": "An export that this test reads was cut; what is not found may stand in what was cut off.",
    "other_tier_or_cloud": "The duty does not bind partners of this tier or cloud.",
    "not_in_force": "The wording was not in force on this day.",
    "start_not_documented": "Newest wording, start not documented: shown, not scored.",
    "end_not_documented": "Earlier wording, end not documented: shown, not scored.",
}


class Verdict(StrEnum):
    """Of a check, an obligation or a partner; ``rank`` orders them worst first."""

    NOT_MET = "not_met"
    UNDETERMINED = "undetermined"
    MET = "met"
    NOT_APPLICABLE = "not_applicable"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Verdict).index(self)


@dataclass(frozen=True)
class Counts:
    """How many subjects of the period got which status; ``out_of_period`` ones got none."""

    passed: int = 0
    failed: int = 0
    insufficient_evidence: int = 0
    not_yet_due: int = 0
    not_applicable: int = 0
    observation: int = 0
    waived: int = 0
    out_of_period: int = 0


@dataclass(frozen=True)
class Gap:
    """Evidence a whole check lacks, its effect, and the export that would cure it."""

    need: str
    problem: str
    cure: str


@dataclass(frozen=True)
class Finding:
    """One row whose status is fail, insufficient evidence or observation, with the record it leads back to."""

    partner_id: str
    check_id: str
    obligation: str
    subject: str
    subject_id: str
    dated_at: datetime | date | None
    status: Status
    reason: str
    observed: str
    expected: str
    source_id: str = ""
    file: str = ""
    record: int | None = None
    waiver: str = ""


#: the columns of findings.csv and findings.parquet, in order
FINDING_COLUMNS = tuple(column.name for column in fields(Finding))


@dataclass(frozen=True)
class MonthCount:
    """Passes and failures of one month of the period, ``2026-07``."""

    month: str
    passed: int
    failed: int


@dataclass(frozen=True)
class CheckOutcome:
    """What evaluation found for one partner and one check, before any verdict.

    ``coverage`` is the share of the period's months that the needed dated exports cover. ``target_allowance`` is
    the sum of (1 - target_share) over passed and failed rows where the check promises shares, else None.
    ``error`` is the message of a check that could not be run; such an outcome has no counts.
    """

    partner_id: str
    check: Check
    binds: bool
    counts: Counts
    gaps: tuple[Gap, ...] = ()
    reasons: dict[str, int] = field(default_factory=dict)
    reasons_by_status: dict[tuple[str, str], int] = field(default_factory=dict)
    series: tuple[MonthCount, ...] = ()
    coverage: Fraction = Fraction(1)
    target_allowance: Decimal | None = None
    params: tuple[Param, ...] = ()
    allowed_failures: int = 0
    allowed_share: Decimal = Decimal(0)
    #: the first findings in findings.csv order, as many as a page may show
    findings: tuple[Finding, ...] = ()
    finding_count: int = 0
    error: str = ""


@dataclass(frozen=True)
class Interval:
    """A closed interval of exact shares or scores."""

    low: Fraction
    high: Fraction


@dataclass(frozen=True)
class Rate:
    """pass / (pass + fail), None where neither occurred, and what missing evidence could make of it."""

    value: Fraction | None
    range: Interval


@dataclass(frozen=True)
class CheckResult:
    """A check's outcome with its verdict and rate; ``rate`` is None where nothing applies."""

    outcome: CheckOutcome
    verdict: Verdict
    rate: Rate | None


@dataclass(frozen=True)
class ObligationResult:
    """An obligation's checks and verdict; ``weight`` is 0 for parts and what is not scored."""

    obligation: Obligation
    verdict: Verdict
    weight: int
    #: 0 to 1, mean of its own and its parts' applicable checks; None where none applies
    share: Interval | None
    checks: tuple[CheckResult, ...]


@dataclass(frozen=True)
class RejectGroup:
    """Records of one file left out for one reason, with the first of them as an example."""

    source_id: str
    file: str
    field: str
    reason: str
    count: int
    first_record: int
    first_line: int
    first_value: str


@dataclass(frozen=True)
class MissingGroup:
    """Records of ``table`` that no export holds though a field of another table names them, with the first of them."""

    table: str
    named_in: str
    field: str
    count: int
    first_id: str
    first_file: str
    first_record: int


@dataclass(frozen=True)
class LinkTally:
    """How many records of one kind said not what they belong to, and what became of them.

    ``steps`` are the steps that linked any, in the order in which they are tried, with their counts; ``ambiguous``
    ones may belong to several and were left alone.
    """

    kind: str
    candidates: int
    steps: tuple[tuple[str, int], ...]
    ambiguous: int

    @property
    def linked(self) -> int:
        """How many were linked by any step."""
        return sum(count for _, count in self.steps)

    @property
    def unlinked(self) -> int:
        """For how many nothing spoke."""
        return self.candidates - self.linked - self.ambiguous


@dataclass(frozen=True)
class MonthCoverage:
    """How many records of a file lie in a month; ``is_stated``: the partner says the export covers it.

    ``is_doubtful``: it may have held more, since the file was cut or its system keeps records for a shorter time.
    """

    month: str
    records: int
    is_stated: bool = False
    is_doubtful: bool = False


@dataclass(frozen=True)
class InputResult:
    """One file of a source: its identity, its counts, and what was assumed about it."""

    source_id: str
    path: str
    tables: tuple[str, ...]
    sha256: str
    bytes: int
    records_read: int
    records_loaded: int
    records_rejected: int
    first_at: datetime | date | None
    last_at: datetime | date | None
    as_of: datetime
    coverage: tuple[MonthCoverage, ...]
    assumptions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    #: why the source could not be read at all
    error: str = ""
    partner_id: str = ""
    totals: tuple[ControlTotal, ...] = ()
    #: the limit at which the file seems to have been cut
    cut: Cut | None = None
    #: how far back its system held records
    window: Window | None = None


@dataclass(frozen=True)
class Override:
    """A parameter the engagement set, with its reason; ``partner_id`` is empty where it holds for all."""

    check: str
    param: str
    value: str
    because: str
    partner_id: str = ""


@dataclass(frozen=True)
class PartnerFacts:
    """Who is audited."""

    partner_id: str
    name: str
    tier: str
    timezone: str
    cloud: str = "global"


@dataclass(frozen=True)
class PartnerResult:
    """One partner's obligations, verdict and score; ``score`` is None where nothing can be scored."""

    partner: PartnerFacts
    verdict: Verdict
    score: Interval | None
    score_before_waivers: Interval | None
    obligations: tuple[ObligationResult, ...]
    rejects: tuple[RejectGroup, ...] = ()
    missing: tuple[MissingGroup, ...] = ()
    links: tuple[LinkTally, ...] = ()
    completeness: Completeness = NOTHING_MISSING


@dataclass(frozen=True)
class GateCause:
    """One rule that the result broke: the rule, the figure found and its limit."""

    rule: str
    figure: str
    limit: str
    partner_id: str = ""


@dataclass(frozen=True)
class GateResult:
    """Whether the gate is passed, and why not."""

    fail_on: str
    passed: bool
    causes: tuple[GateCause, ...] = ()


@dataclass(frozen=True)
class EngagementFacts:
    """What was audited and when: the local days ``start`` (in) to ``end`` (out) and the cut-off in UTC."""

    title: str
    start: date
    end: date
    as_of: datetime


@dataclass(frozen=True)
class Scorecard:
    """The finished result of one engagement."""

    tool_version: str
    engagement: EngagementFacts
    gate: GateResult
    overrides: tuple[Override, ...]
    inputs: tuple[InputResult, ...]
    partners: tuple[PartnerResult, ...]
    #: sentences about what was taken for granted, each with its count
    assumptions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    #: problems that kept the audit from being carried out in full (exit 3)
    problems: tuple[str, ...] = ()

    def with_warning(self, text: str) -> "Scorecard":
        """Return the same scorecard with one more warning."""
        return replace(self, warnings=(*self.warnings, text))
