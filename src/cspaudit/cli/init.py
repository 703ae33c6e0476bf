"""The command that writes the engagement for a folder of exports: options, questions on the terminal, and the outcome."""

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from cspaudit.cli.terminal import Terminal
from cspaudit.errors import CspAuditError, EngagementError

if TYPE_CHECKING:
    from cspaudit.initialise.answers import Answer, Question
    from cspaudit.initialise.exports import LeftAside
    from cspaudit.initialise.start import Begun

#: the options that answer a question, with what they say; those of many may be given more than once
ANSWERS = {
    "name": "What the partner is called.",
    "id": "The short name by which the results call it.",
    "tier": "direct bill partner, indirect provider or indirect reseller.",
    "timezone": "Where the partner works, such as Europe/Berlin.",
    "holidays": "Whose public holidays are kept, such as DE-BY.",
    "domain": "Mail domains it writes from, with commas between.",
    "supplier": "Under which names the provider stands on bank statements.",
    "period": "What is audited: 2026, 2026-Q3 or 2026-07.",
    "as-of": "When the exports were taken: 2026-10-15.",
    "support-hours": 'As published: "Monday to Friday, 9 to 17", or none.',
    "closed-on-holidays": "yes or no.",
    "terms-since": "The day from which the support terms hold.",
    "terms-published": "The day from which all customers could read them, or none.",
    "support-contact": "How the terms say that support is reached, or none.",
    "support-scope": "Which support the terms promise, or none.",
    "support-charge": "yes or no: whether support is charged for.",
    "support-price": "Which price the terms state, or none.",
    "first-reply": 'As promised: "4 opening hours", or none.',
    "resolution": 'As promised: "5 working days", or none.',
    "plan": '"Advanced Support for Partners from 2026-01-01", or none.',
    "portfolio": "yes or no: whether each sub-folder is another partner.",
}
FILE_ANSWERS = {
    "side": "payable or receivable; FILE=payable for one file.",
    "currency": "Where a file names none: EUR; FILE=EUR for one file.",
    "decimal": "point or comma, where amounts can be read both ways; FILE=comma.",
    "date-order": "day or month: what comes first, where days can be read both ways.",
    "vendor": 'Of a ledger of several vendors, those that are the supplier: "Microsoft; 10000".',
    "value": "What an export does not hold: FILE:COLUMN=TEXT.",
    "taken-at": "When a snapshot was taken; FILE=2026-10-15 for one.",
    "export-timezone": "Where a file's times have no offset; FILE=ZONE for one.",
}
#: what was assumed, in a word or two
LABELS = {
    "name": "Name",
    "id": "Short name",
    "tier": "Tier",
    "timezone": "Time zone",
    "holidays": "Holidays",
    "domain": "Mail domains",
    "supplier": "Provider's names",
    "period": "Period",
    "as-of": "Exports of",
    "support-hours": "Support hours",
    "support-charge": "Support charged",
    "first-reply": "First reply",
    "resolution": "Solution",
    "plan": "Support plans",
    "portfolio": "A partner a folder",
    "side": "Side",
    "currency": "Currency",
    "export-timezone": "Zone of times",
    "decimal": "Decimal mark",
    "date-order": "First in days",
    "vendor": "Vendors",
    "value": "In every record",
    "taken-at": "Taken at",
}
#: as many files as are named for one reason
SHOWN_NAMES = 4
SHOWN_NEXT = 5


#: what stands between answers that an option may give one by one
JOINED = {"domain": ", ", "supplier": ", ", "plan": "; "}

Command = TypeVar("Command", bound=Callable[..., int])


class Asking:
    """Answers questions from the options, on the terminal, or with --yes from what the data suggest."""

    def __init__(
        self, terminal: Terminal, given: Mapping[str, Sequence[str]], *, takes_suggestions: bool
    ) -> None:
        """Take the texts given as options by key."""
        self.terminal = terminal
        self.given = given
        self.takes_suggestions = takes_suggestions
        self.is_terminal = sys.stdin.isatty()
        self.used: set[tuple[str, str]] = set()
        #: what nobody said, to be told at the end
        self.assumed: list[tuple[str, str, str, str]] = []

    def __call__(self, question: "Question") -> "Answer":
        """Return the answer to a question; EngagementError where it is wrong, or nobody can be asked."""
        from cspaudit.initialise.answers import Answer

        if (text := self._option(question)) is not None:
            return Answer(_read(question, text))
        if self.takes_suggestions or (question.is_quiet and question.default):
            return self._suggested(question)
        if not self.is_terminal:
            raise EngagementError(
                f"Nobody can be asked here, and this is not known: {question.asks}",
                hint=f"Add --yes to take what the exports suggest, or --{question.key} with the answer.",
            )
        return Answer(self._ask(question))

    def _option(self, question: "Question") -> str | None:
        """Return the text of the option that answers a question; one for the file or partner goes before one for all."""
        own, general = [], []
        for text in self.given.get(question.key, ()):
            about, mark, answer = text.rpartition("=")
            if mark and about == question.about:
                own.append(answer)
            elif not mark or not question.about:
                general.append(text)
            else:
                continue
            self.used.add((question.key, text))
        found = own or general
        if not found:
            return None
        return JOINED[question.key].join(found) if question.key in JOINED else found[-1]

    def unused(self) -> list[str]:
        """Return the options that answered no question, as when a file's name is misspelt."""
        return [
            f"--{key} {text}"
            for key, texts in self.given.items()
            for text in texts
            if (key, text) not in self.used
        ]

    def _suggested(self, question: "Question") -> "Answer":
        from cspaudit.initialise.answers import Answer

        taken, because = question.default, question.because
        if not taken:
            taken, because = question.fallback, "nobody said, and nothing in the exports tells"
        if not taken:
            raise EngagementError(
                f"This is never taken for granted: {question.asks}", hint=f"Answer it with --{question.key}."
            )
        words = dict(question.choices).get(taken, taken)
        if taken != "?":
            self.assumed.append((LABELS.get(question.key, question.key), question.about, words, because))
        return Answer(_read(question, taken), because)

    def _ask(self, question: "Question") -> object:
        self.terminal.say("")
        self.terminal.say(question.sentence)
        for number, (_, words) in enumerate(question.choices, 1):
            self.terminal.say(f"  {number}  {words}")
        if question.examples:
            self.terminal.say(f"  {question.examples}")
        if question.default and question.because:
            self.terminal.say(f"  Suggested, because {question.because}.")
        default = question.default or (question.fallback if question.fallback in {"none", "?"} else None)
        numbers = {value: str(number) for number, (value, _) in enumerate(question.choices, 1)}
        while True:
            given = click.prompt("Answer", default=numbers.get(str(default), default), err=True)
            try:
                return question.parse(str(given))
            except CspAuditError as error:
                self.terminal.say(f"  {error.problem} {error.hint}")


def _read(question: "Question", text: str) -> object:
    try:
        return question.parse(text)
    except CspAuditError as error:
        raise EngagementError(error.problem, where=f"--{question.key}", hint=error.hint) from error


def _options(command: Command) -> Command:
    for name, told in reversed(FILE_ANSWERS.items()):
        command = click.option(f"--{name}", multiple=True, metavar="TEXT", help=told)(command)
    for name, told in reversed(ANSWERS.items()):
        command = click.option(f"--{name}", multiple=True, metavar="TEXT", help=told)(command)
    return command


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=".")
@click.option("--output", "-o", type=click.Path(path_type=Path), help="Write there instead of into FOLDER.")
@click.option("--yes", "-y", is_flag=True, help="Ask nothing: take what the exports suggest, and say so.")
@click.option("--checklist", is_flag=True, help="Print what to export for which duty; no folder is needed.")
@_options
def init(folder: Path, output: Path | None, *, yes: bool, checklist: bool, **given: tuple[str, ...]) -> int:
    """Write the cspaudit.toml for the exports in FOLDER, and say what is missing for which duty.

    Asks what no file tells. An audit that is there already is kept as it is; new exports are added at its end.
    """
    texts = {name.replace("_", "-"): found for name, found in given.items()}
    today = datetime.now(UTC).date()
    if checklist:
        return _print_checklist(texts.get("tier", ()))
    from cspaudit.initialise.start import NothingRecognisedError, begin

    terminal = Terminal()
    asking = Asking(terminal, texts, takes_suggestions=yes)
    try:
        begun = begin(folder, output, asking, today, terminal.steps)
    except NothingRecognisedError as error:
        terminal.lines("Not recognised", _left_aside(error.seen), "yellow")
        raise
    _show(terminal, begun, asking)
    return 3 if begun.loaded.problems else 0


def _left_aside(files: Sequence["LeftAside"]) -> list[str]:
    """Return a line for each reason, with the files that it holds for."""
    from cspaudit.initialise.exports import Declined
    from cspaudit.initialise.scan import shown

    by_reason: dict[str, list[str]] = {}
    for one in files:
        reason = one.reason if isinstance(one, Declined) else f"This {one.reason}."
        by_reason.setdefault(reason, []).append(shown(one.path))
    return [
        f"{', '.join(names[:SHOWN_NAMES])}{f' and {len(names) - SHOWN_NAMES} more' if len(names) > SHOWN_NAMES else ''}. "
        f"{reason.replace('This ', 'Each ', 1) if len(names) > 1 else reason}"
        for reason, names in by_reason.items()
    ]


def _show(terminal: Terminal, begun: "Begun", asking: Asking) -> None:
    from cspaudit.initialise.page import next_lines, summary

    several = len(begun.partners) > 1
    if begun.is_new:
        files = "1 export is" if len(begun.exports) == 1 else f"{len(begun.exports)} exports are"
        terminal.say(f"{files} recognised{f', of {len(begun.partners)} partners' if several else ''}.")
    elif begun.added:
        terminal.say("The audit that is there was kept; added at its end:")
        terminal.lines("", [one.named() for one in begun.added], "")
    else:
        terminal.say("Nothing is new here: the audit that is there was kept as it is.")
    terminal.lines("Left aside", _left_aside(begun.left_aside), "yellow")
    terminal.assumptions(asking.assumed)
    terminal.lines("Not used", [f"{one} answered no question." for one in asking.unused()], "yellow")
    terminal.lines("Open", begun.open_questions, "yellow", every=True)
    read = sum(one.records_read for one in begun.loaded.inputs)
    out = sum(one.records_rejected for one in begun.loaded.inputs)
    left_out = f"; {out:,} of them cannot be used (cspaudit validate tells why)" if out else ""
    terminal.say(f"\n{read:,} records were read{left_out}.")
    terminal.lines("Not read", [str(problem) for problem in begun.loaded.problems], "red")
    for name, (found, wanted) in list(begun.partners.items())[:SHOWN_NEXT]:
        terminal.say("")
        terminal.say(f"{name}: {summary(found)}" if several else summary(found))
        if not several:
            terminal.lines("Next", list(next_lines(wanted, SHOWN_NEXT)), "cyan")
    terminal.say("")
    if begun.page:
        terminal.say(f"What is missing, duty by duty: {begun.page}")
    else:
        terminal.say("what-is-missing.md was edited by somebody and stays as it is.")
    terminal.say(f"{'Written' if begun.is_new else 'The audit'}: {begun.engagement}")
    terminal.say(f"Now run: cspaudit run {begun.engagement.parent}")


def _print_checklist(tiers: Sequence[str]) -> int:
    import shutil
    import textwrap

    from cspaudit import resources
    from cspaudit.evaluation.definition import load_catalogue
    from cspaudit.initialise.answers import one_of
    from cspaudit.initialise.duties import bound_duties
    from cspaudit.initialise.duties import checklist as kinds
    from cspaudit.initialise.interview import TIERS
    from cspaudit.initialise.page import checklist_lines
    from cspaudit.sources import mapping

    tier = one_of(TIERS, tiers[-1]) if tiers else next(iter(TIERS))
    today = datetime.now(UTC).date()
    catalogue = load_catalogue(resources.checks())
    layouts = [mapping.load(resources.mappings(), name) for name in mapping.names(resources.mappings())]
    duties = bound_duties(catalogue, tier, "global", today.replace(month=1, day=1), today)
    width = min(shutil.get_terminal_size().columns, 100)
    for depth, line in checklist_lines(TIERS[tier], duties, kinds(duties, catalogue, layouts), catalogue):
        indent = "   " * depth
        click.echo(
            "\n".join(textwrap.wrap(line, width, initial_indent=indent, subsequent_indent=indent + "   "))
        )
    return 0
