"""Whether the evidence a check needs is there: gaps, coverage of the period, and the cut-off."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from cspaudit.evaluation.judging import quoted
from cspaudit.evaluation.plan import Plan
from cspaudit.model.check import Check, Need
from cspaudit.model.period import months_between
from cspaudit.model.result import Gap
from cspaudit.model.tables import TABLES
from cspaudit.warehouse.interface import CheckWarehouse

#: the source of facts written in the engagement itself; they count as covering the period
DATA_SOURCE = "data"
#: columns whose name alone would mislead
_COLUMN_WORDS = {"subject": "subject line", "kind": "kind of record"}
#: rows looked at before a whole table is: most needs show in the first ones
_FIRST_ROWS = 50_000


@dataclass
class Evidence:
    """What the exports of each partner hold, as the checks' needs ask for it."""

    months: tuple[str, ...]
    period_text: str
    as_of: datetime
    #: (partner, table) -> cut-offs of the sources that feed it
    fed_until: dict[tuple[str, str], list[datetime]] = field(default_factory=dict)
    #: (partner, table) with a dated source other than the engagement's own facts
    dated: set[tuple[str, str]] = field(default_factory=set)
    mapped: set[tuple[str, str, str]] = field(default_factory=set)
    #: (partner, table) -> months that surely hold all records or are stated as covered, and those stated
    covered: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    stated: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    #: (partner, table) -> for each of its sources that was cut the months that the partner states it to cover all the
    #: same; records of all others may be missing, whatever the other sources hold
    cut: dict[tuple[str, str], dict[str, set[str]]] = field(default_factory=dict)
    #: (partner, table) with at least one record
    filled: set[tuple[str, str]] = field(default_factory=set)
    #: (partner, need) of a column that holds such a value
    usable: set[tuple[str, str]] = field(default_factory=set)

    @classmethod
    def collect(cls, warehouse: CheckWarehouse, plan: Plan) -> "Evidence":
        """Read what the loader recorded about the sources, and look each needed value up once for all partners."""
        found = cls(
            months=months_between(plan.start, plan.end),
            period_text=f"{plan.start} to {plan.end}",
            as_of=plan.as_of,
        )
        for source_id, partner_id, table, as_of, is_dated, is_cut in warehouse.rows(
            "select source_id, partner_id, table_name, as_of, is_dated, is_cut from source_table"
        ):
            found.fed_until.setdefault((partner_id, table), []).append(as_of or plan.as_of)
            if is_dated and source_id != DATA_SOURCE and TABLES[table].dated_by:
                found.dated.add((partner_id, table))
            if is_cut:
                found.cut.setdefault((partner_id, table), {})[source_id] = set()
        found.mapped.update(
            warehouse.rows("select distinct partner_id, table_name, column_name from source_column")
        )
        for source_id, partner_id, table, month, is_stated in warehouse.rows(
            "select source_id, partner_id, table_name, month, bool_or(is_stated) from source_coverage "
            "where (records > 0 and not is_doubtful) or is_stated group by source_id, partner_id, table_name, month"
        ):
            place = (partner_id, table)
            found.covered.setdefault(place, set()).add(month)
            if is_stated:
                found.stated.setdefault(place, set()).add(month)
                if source_id in found.cut.get(place, {}):
                    found.cut[place][source_id].add(month)
        partners = tuple(scope.partner.partner_id for scope in plan.scopes)
        needs: dict[str, dict[str, Need]] = {}
        for check in plan.catalogue.checks.values():
            for need in check.needs:
                needs.setdefault(need.table, {})[need.text] = need
        for table, wanted in needs.items():
            fed = {partner_id for partner_id in partners if (partner_id, table) in found.fed_until}
            found._look_up(warehouse, table, tuple(wanted.values()), fed)
        return found

    def gaps(self, check: Check, partner_id: str) -> tuple[Gap, ...]:
        """Return what the check needs and this partner's exports lack; a missing table once, not column by column."""
        gaps: dict[str, Gap] = {}
        missing = {need.table for need in check.needs if self._table_gap(need.table, partner_id)}
        for need in check.needs:
            gap = self._table_gap(need.table, partner_id)
            if gap is None and need.table not in missing and need.column:
                gap = self._column_gap(need, partner_id)
            if gap is not None:
                gaps.setdefault(gap.need, gap)
        return tuple(gaps.values())

    def coverage(self, check: Check, partner_id: str) -> Fraction:
        """Return the lowest share of the period's months that the check's needed exports cover.

        Tables without a date cover it all. Where exports of it were cut, a table, dated or not, covers only what the
        partner states of each of them.
        """
        shares = [
            self._share(partner_id, table)
            for table in {need.table for need in check.needs}
            if (partner_id, table) in self.dated or (partner_id, table) in self.cut
        ]
        return min(shares, default=Fraction(1))

    def lacks_records(self, check: Check, partner_id: str) -> bool:
        """Whether an export of records that the check reads beside its cases was cut, and not vouched for.

        Then a case may fail for want of records that the cut took: a payment that is not found, a reply.
        """
        return any(
            (partner_id, table) in self.cut and self._share(partner_id, table) < 1
            for table in check.tables
            if table not in check.subjects
        )

    def _share(self, partner_id: str, table: str) -> Fraction:
        place = (partner_id, table)
        held = set.intersection(*self.cut.get(place, {"": self.covered.get(place, set())}).values())
        return Fraction(len(held.intersection(self.months)), len(self.months))

    def cut_off(self, check: Check, partner_id: str) -> datetime:
        """Return the earliest of the engagement's cut-off and those of the sources that feed the needed tables."""
        ends = [
            as_of
            for table in {need.table for need in check.needs}
            for as_of in self.fed_until.get((partner_id, table), [])
        ]
        return min([*ends, self.as_of])

    def _look_up(
        self, warehouse: CheckWarehouse, table: str, needs: Iterable[Need], partners: set[str]
    ) -> None:
        columns = [need for need in needs if need.column]
        tests = "".join(f", bool_or({_usable(need)})" for need in columns)
        for rows in (f"(select * from {table} limit {_FIRST_ROWS})", table):
            for partner_id, *holds in warehouse.rows(
                f"select partner_id{tests} from {rows} as looked_at group by partner_id"
            ):
                self.filled.add((partner_id, table))
                self.usable.update(
                    (partner_id, need.text) for need, held in zip(columns, holds, strict=True) if held
                )
            settled = all(
                (partner_id, table) in self.filled
                and all((partner_id, need.text) in self.usable for need in columns)
                for partner_id in partners
            )
            if settled:
                return

    def _table_gap(self, table: str, partner_id: str) -> Gap | None:
        noun = plain_table(table)
        if (partner_id, table) not in self.fed_until:
            return Gap(
                table, f"There is no export of {noun}.", f"Add an export of {noun} for {self.period_text}."
            )
        if (partner_id, table) in self.filled:
            return None
        if set(self.months) <= self.stated.get((partner_id, table), set()):
            return None
        return Gap(
            table,
            f"The export of {noun} holds no record of this partner that could be read.",
            f"Add an export of {noun} for {self.period_text}; if there were none in that time, say so at the export "
            "with covers.",
        )

    def _column_gap(self, need: Need, partner_id: str) -> Gap | None:
        noun, column = plain_table(need.table), plain_column(need.column)
        if (partner_id, need.table, need.column) not in self.mapped:
            return Gap(
                need.text,
                f"No export of {noun} has a field for the {column}.",
                f"Add an export of {noun} that fills the {column}, or name the field that holds it in the export "
                "layout.",
            )
        is_empty = (partner_id, need.table) not in self.filled
        if (partner_id, need.text) in self.usable or (is_empty and not need.values):
            return None
        if need.values:
            words = " or ".join(value.replace("_", " ") for value in need.values)
            return Gap(
                need.text,
                f"No record in the export of {noun} has the {column} {words}.",
                f"Add an export of {noun} that holds records with the {column} {words}.",
            )
        return Gap(
            need.text,
            f"The {column} is empty or unknown in every record of the export of {noun}.",
            f"Add an export of {noun} that fills the {column}.",
        )


def plain_table(table: str) -> str:
    """Return a table's purpose as words inside a sentence, such as ``support requests of customers``."""
    text = TABLES[table].purpose.rstrip(".").removesuffix(", a row a recipient")
    return text[:1].lower() + text[1:]


def plain_column(column: str) -> str:
    """Return a column's name as words."""
    return _COLUMN_WORDS.get(column, column.replace("_", " "))


def _usable(need: Need) -> str:
    if need.values:
        return f"{need.column} in ({', '.join(quoted(value) for value in need.values)})"
    if TABLES[need.table].column(need.column).type == "text":
        return f"{need.column} is not null and {need.column} <> 'unknown'"
    return f"{need.column} is not null"
