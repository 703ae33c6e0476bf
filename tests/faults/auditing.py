"""Audits a written engagement in process and tells what was found, partner by partner."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from cspaudit.audit import prepare
from cspaudit.evaluation.runner import evaluate
from cspaudit.model.check import Check
from cspaudit.model.result import CheckOutcome, PartnerResult
from cspaudit.scorecard.build import build_partner
from cspaudit.sources.load import Loaded, load, silent
from cspaudit.warehouse.duckdb_warehouse import Warehouse

#: check, subject, status, reason
Row = tuple[str, str, str, str]


@dataclass(frozen=True)
class Audited:
    """What an audit found."""

    #: by partner
    rows: Mapping[str, frozenset[Row]]
    #: all of a finding but where its record lies, by partner
    whole: Mapping[str, frozenset[tuple[str | None, ...]]]
    outcomes: Mapping[tuple[str, str], CheckOutcome]
    results: Mapping[str, PartnerResult]
    checks: Mapping[str, Check]
    loaded: Loaded
    problems: tuple[str, ...]

    def low(self, partner_id: str) -> Fraction:
        """The lower end of a partner's score, 0 where nothing can be scored."""
        score = self.results[partner_id].score
        return score.low if score else Fraction(0)

    def gaps(self, partner_id: str) -> frozenset[tuple[str, str]]:
        """Which checks lack which evidence."""
        return frozenset(
            (check_id, gap.need)
            for (owner, check_id), outcome in self.outcomes.items()
            if owner == partner_id
            for gap in outcome.gaps
        )

    def coverage(self, partner_id: str) -> dict[str, Fraction]:
        """The checks whose exports do not cover the whole period, with the share that they do."""
        return {
            check_id: outcome.coverage
            for (owner, check_id), outcome in self.outcomes.items()
            if owner == partner_id and outcome.coverage < 1
        }


def audit(folder: Path, staging: Path) -> Audited:
    """Load and judge the engagement in ``folder``."""
    prepared = prepare(folder)
    staging.mkdir(parents=True, exist_ok=True)
    with Warehouse(staging) as warehouse:
        loaded = load(warehouse, prepared.engagement, prepared.sources, silent)
        warehouse.lock()
        evaluation = evaluate(warehouse, prepared.evaluation)
        found = warehouse.rows(
            "select partner_id, check_id, subject_id, status, reason, dated_at, observed, expected from finding"
        )
    partners = [scope.partner for scope in prepared.evaluation.scopes]
    ids = [one.partner_id for one in partners]
    rows: dict[str, set[Row]] = {name: set() for name in ids}
    whole: dict[str, set[tuple[str | None, ...]]] = {name: set() for name in ids}
    for partner_id, *cells in found:
        rows[partner_id].add((cells[0], cells[1], cells[2], cells[3]))
        whole[partner_id].add(tuple(cells))
    return Audited(
        rows={name: frozenset(each) for name, each in rows.items()},
        whole={name: frozenset(each) for name, each in whole.items()},
        outcomes={(one.partner_id, one.check.id): one for one in evaluation.outcomes},
        results={
            one.partner_id: build_partner(
                one,
                evaluation.outcomes,
                prepared.catalogue.obligations.values(),
                loaded.rejects[one.partner_id],
                loaded.missing[one.partner_id],
            )
            for one in partners
        },
        checks=prepared.catalogue.checks,
        loaded=loaded,
        problems=(*(str(problem) for problem in loaded.problems), *evaluation.problems),
    )
