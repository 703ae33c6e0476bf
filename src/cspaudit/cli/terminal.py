"""What a person reads on the terminal: progress, inputs, the scorecard in short. All of it goes to stderr."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table
from rich.text import Text

from cspaudit.model.result import (
    InputResult,
    LinkTally,
    MissingGroup,
    ObligationResult,
    PartnerResult,
    RejectGroup,
    Scorecard,
    Verdict,
)

if TYPE_CHECKING:
    from cspaudit.model.completeness import Completeness, NumberSeries
    from cspaudit.sources.load import Loaded

#: stands for a zero or for nothing, as in the report
DASH = "\N{EN DASH}"

VERDICTS = {
    Verdict.NOT_MET: ("✖", "Not met", "red"),
    Verdict.UNDETERMINED: ("?", "Undetermined", "yellow"),
    Verdict.MET: ("✔", "Met", "green"),
    Verdict.NOT_APPLICABLE: (DASH, "Not applicable", "dim"),
}
SHOWN_LINES = 12
#: sentences are broken here on a wide terminal
MOST_COLUMNS = 100
#: a path of this many signs is not broken on a terminal of 80
LONGEST_NAME = 34


def silent(what: str, done: int, total: int) -> None:
    """Tell nobody: stderr is no terminal."""


class Terminal:
    """Writes to stderr, in colour where that is a terminal and NO_COLOR is not set."""

    def __init__(self) -> None:
        """Look at stderr once."""
        self.console = Console(stderr=True, highlight=False)

    @contextmanager
    def progress(self) -> Iterator[Callable[[str, int, int], None]]:
        """Yield a function to be told (what, done, of how many); a bar on a terminal, else nothing."""
        if not self.console.is_terminal:
            yield silent
            return
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=self.console, transient=True) as bar:
            task = bar.add_task("", total=None)

            def tell(what: str, done: int, total: int) -> None:
                bar.update(task, description=escape(what[:60]), completed=done, total=total or None)

            yield tell

    def steps(self, what: str, done: int, total: int) -> None:
        """Show one line that says what is being done, written over by the next; on a terminal only."""
        if self.console.is_terminal:
            line = f"{what[:60]} ({done + 1} of {total})" if done < total else ""
            self.console.file.write(f"\r\x1b[2K{line}")
            self.console.file.flush()

    def say(self, text: str) -> None:
        """Print a sentence, broken between words."""
        self.console.print(escape(text), width=min(self.console.width, MOST_COLUMNS))

    def lines(self, head: str, lines: Sequence[str], colour: str, *, every: bool = False) -> None:
        """Print lines with a coloured word before each, broken between words and indented; the first few, or every one."""
        for line in lines if every else lines[:SHOWN_LINES]:
            before = f"[{colour}]{head}:[/] " if head else "  "
            text = Text.from_markup(f"{before}{escape(line)}")
            self.console.print(text, width=min(self.console.width, MOST_COLUMNS))
        if len(lines) > SHOWN_LINES and not every:
            self.console.print(f"  and {len(lines) - SHOWN_LINES} more.")

    def assumptions(self, assumed: Sequence[tuple[str, str, str, str]]) -> None:
        """Print what nobody said and was assumed: what, of which file, the value, and why."""
        if not assumed:
            return
        self.say("")
        self.console.print("[yellow bold]Assumed, because nobody said so: please look at each.[/]")
        table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 2))
        for _ in range(3):
            table.add_column(overflow="fold")
        for what, about, value, because in assumed:
            table.add_row(what, escape(value), escape(f"{about}: {because}" if about else because))
        self.console.print(table, width=min(self.console.width, MOST_COLUMNS))

    def show_scorecard(self, scorecard: Scorecard, output: Path) -> None:
        """Print each partner's verdict, score and duties, what is wrong, and where the result lies."""
        files: dict[str, list[InputResult]] = {}
        for item in scorecard.inputs:
            files.setdefault(item.partner_id, []).append(item)
        for result in scorecard.partners:
            self._show_partner(result)
            self._show_links(result.links)
            partner_id = result.partner.partner_id
            found = _lacks([*files.get("", ()), *files.get(partner_id, ())], result.completeness, partner_id)
            self._show_lines("Incomplete", found, "yellow")
        self._show_lines("Not carried out", scorecard.problems, "red")
        self._show_lines("Note", scorecard.warnings, "yellow")
        if len(scorecard.partners) > 1:
            self.console.print(f"{len(scorecard.partners)} partners were audited.")
        page = "scorecard.html" if len(scorecard.partners) == 1 else "index.html"
        if (output / page).is_file():
            self.console.print(f"Scorecard: [bold]{escape(str(output / page))}[/]", soft_wrap=True)
        self.console.print(f"Everything: {escape(str(output))}", soft_wrap=True)

    def _show_partner(self, result: PartnerResult) -> None:
        sign, word, colour = VERDICTS[result.verdict]
        score = "no score" if result.score is None else f"score {score_text(result)}"
        self.console.print(
            f"\n[bold]{escape(result.partner.name)}[/]  [{colour}]{sign} {word}[/]  ({score})", soft_wrap=True
        )
        table = Table(box=None, pad_edge=False, header_style="dim")
        for name in ("Duty", "Verdict"):
            table.add_column(name)
        for name in ("Pass", "Fail", "No evidence"):
            table.add_column(name, justify="right")
        tested = [one for one in result.obligations if not one.obligation.is_told_only]
        shown = [one for one in tested if _has_something_to_tell(one)]
        for found in sorted(shown, key=lambda one: (one.verdict.rank, one.obligation.id)):
            sign, word, colour = VERDICTS[found.verdict]
            counts = [check.outcome.counts for check in found.checks]
            table.add_row(
                escape(found.obligation.title),
                f"[{colour}]{sign} {word}[/]",
                *(
                    f"{number:,}" if number else DASH
                    for number in (
                        sum(one.passed for one in counts),
                        sum(one.failed for one in counts),
                        sum(one.insufficient_evidence for one in counts),
                    )
                ),
            )
        self.console.print(table)
        if len(shown) < len(tested):
            # the scorecard tells of each why
            self.console.print(f"[dim]Not applicable, or only noted: {len(tested) - len(shown)} more.[/]")

    def show_inputs(self, loaded: "Loaded") -> None:
        """Print what was loaded from each export, what was left out and why, and what is wrong."""
        table = Table(box=None, pad_edge=False, header_style="dim")
        table.add_column("Export", overflow="fold", min_width=LONGEST_NAME)
        table.add_column("Holds", overflow="fold")
        for name in ("Read", "Loaded", "Left out"):
            table.add_column(name, justify="right")
        for one in loaded.inputs:
            table.add_row(escape(one.path), ", ".join(one.tables), *_figures(one))
        self.console.print(table)
        for groups in loaded.rejects.values():
            self._show_lines("Left out", [reject_text(group) for group in groups], "yellow")
        for named in loaded.missing.values():
            self._show_lines("In no export", [missing_text(group) for group in named], "yellow")
        for tallies in loaded.links.values():
            self._show_links(tallies)
        for partner_id, found in loaded.completeness.items():
            self._show_lines("Incomplete", _lacks(loaded.inputs, found, partner_id), "yellow")
            self._show_lines("Numbers", [numbers_text(run) for run in found.numbers], "dim")
        self._show_lines("Assumed", loaded.assumptions, "dim")
        self._show_lines("Note", loaded.warnings, "yellow")
        self._show_lines("Not read", [str(problem) for problem in loaded.problems], "red")

    def _show_links(self, tallies: Sequence[LinkTally]) -> None:
        """Print how much of each kind was linked; a link is never made in silence."""
        from cspaudit.outputs.link_words import sentence

        self._show_lines("Linked", [sentence(tally) for tally in tallies], "dim")

    def _show_lines(self, head: str, lines: Sequence[str], colour: str) -> None:
        for line in lines[:SHOWN_LINES]:
            self.console.print(f"[{colour}]{head}:[/] {escape(line)}", soft_wrap=True)
        if len(lines) > SHOWN_LINES:
            self.console.print(f"[{colour}]{head}:[/] and {len(lines) - SHOWN_LINES} more.")


def _has_something_to_tell(found: ObligationResult) -> bool:
    """Say whether a duty has a verdict, or a case that passed, failed or lacks evidence."""
    counts = [check.outcome.counts for check in found.checks]
    return found.verdict is not Verdict.NOT_APPLICABLE or any(
        one.passed or one.failed or one.insufficient_evidence for one in counts
    )


def _lacks(inputs: Sequence[InputResult], found: "Completeness", partner_id: str) -> list[str]:
    """Return a sentence on each thing that a partner's exports are known to lack."""
    from cspaudit.outputs.completeness import lacks

    return [lack.sentence for _, lack in lacks(inputs, found, partner_id)]


def numbers_text(run: "NumberSeries") -> str:
    """Return one sentence on a run of numbers with gaps."""
    kind, those = run.table.replace("_", " "), ", ".join(run.examples)
    return f"{kind} {run.first} to {run.last}: {run.missing:,} missing, first {those}"


def score_text(result: PartnerResult) -> str:
    """Return the score as the report prints it: one number where nothing is missing, else a range."""
    from cspaudit.outputs.words import range_of
    from cspaudit.scorecard.score import printed

    return "" if result.score is None else range_of(printed(result.score))


def reject_text(group: RejectGroup) -> str:
    """Return one sentence on records left out for one reason."""
    what = f"{group.field} {group.first_value!r} {group.reason}" if group.field else group.reason
    line = f", line {group.first_line:,}" if group.first_line else ""
    more = f" ({group.count:,} records, this the first)" if group.count > 1 else ""
    return f"{group.file}, record {group.first_record:,}{line}: {what}{more}"


def missing_text(group: MissingGroup) -> str:
    """Return one sentence on records that a field names and no export holds."""
    kind = group.table.replace("_", " ")
    more = f" ({group.count:,} of them, this the first)" if group.count > 1 else ""
    place = f"{group.first_file}, record {group.first_record:,}"
    return f"{kind} {group.first_id!r}, named by {group.named_in}.{group.field} in {place}{more}"


def _figures(one: InputResult) -> tuple[str, str, str]:
    if one.error:
        return DASH, DASH, DASH
    return f"{one.records_read:,}", f"{one.records_loaded:,}", f"{one.records_rejected or DASH}"
