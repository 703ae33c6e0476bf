"""New exports put behind an engagement that is there already; what stands in it is never changed."""

import tomllib
from collections.abc import Iterator, Sequence
from datetime import UTC, date
from pathlib import Path

from cspaudit.errors import EngagementError, SourceError
from cspaudit.initialise import compose
from cspaudit.initialise.answers import Ask
from cspaudit.initialise.exports import Export
from cspaudit.initialise.grouping import Group, group
from cspaudit.initialise.scan import all_files
from cspaudit.initialise.source_questions import sources_only
from cspaudit.initialise.source_text import source
from cspaudit.initialise.toml_text import value
from cspaudit.model import engagement as engagements
from cspaudit.model.engagement import Engagement
from cspaudit.sources import files


def extended(
    target: Path, folder: Path, exports: Sequence[Export], prefix: str, ask: Ask, today: date
) -> tuple[str, tuple[Export, ...], tuple[str, ...]]:
    """Return the engagement's text with a block for each new export behind it, those exports, and what is left open.

    An export is new where no source matches it and its path stands nowhere in the file, be it in a comment.
    Raises EngagementError where the file is wrong, or cannot be added to.
    """
    engagement = engagements.load(target)
    # newlines as they are: the file is added to, not written anew
    text = target.read_bytes().decode("utf-8")
    matched = set(_matched(engagement))
    new = tuple(
        one
        for one in exports
        if not matched & {((folder / one.path).resolve(), sheet) for sheet in ("", one.sheet)}
        and not _is_mentioned(one, prefix, text)
    )
    if not new:
        return text, (), ()
    groups = group(new, all_files(folder, [one.path for one in new]))
    answers = sources_only(ask, groups, engagement.partners[0].timezone, engagement.as_of.replace(tzinfo=UTC))
    blocks = [
        source(one, answers[one.name], _partner(one, engagement), f"{prefix}{one.pattern}", {}, ends=None)
        for one in groups
    ]
    added = compose.appended(blocks, today, new)
    if "\r\n" in text:
        added = added.replace("\n", "\r\n")
    whole = f"{text}{'' if text.endswith(chr(10)) or not text else chr(10)}{added}"
    _refuse_broken(whole, target, blocks)
    opened = tuple(
        f"{name} is not read yet: nothing tells {one.open_question}."
        for name, one in answers.items()
        if one.open_question
    )
    return whole, new, opened


def _matched(engagement: Engagement) -> Iterator[tuple[Path, str]]:
    """Yield every file, and sheet, that a source of the engagement reads."""
    partners = [one.id for one in engagement.partners]
    for settings in engagement.sources:
        for pattern, partner in files.patterns(settings, partners):
            try:
                found = files.find(engagement.folder, pattern, partner)
            except SourceError:
                continue
            for one in found:
                yield one.path.resolve(), getattr(settings, "sheet", "")


def _is_mentioned(export: Export, prefix: str, text: str) -> bool:
    path = value(f"{prefix}{export.path.as_posix()}")
    return path in text and (not export.sheet or value(export.sheet) in text)


def _partner(one: Group, engagement: Engagement) -> str:
    """Return the partner whose folder the files lie in, where the engagement has several."""
    if len(engagement.partners) == 1 or len(one.first.path.parts) == 1:
        return ""
    top = one.first.path.parts[0]
    return top if top in {partner.id for partner in engagement.partners} else ""


def _refuse_broken(whole: str, target: Path, blocks: Sequence[str]) -> None:
    try:
        tomllib.loads(whole.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise EngagementError(
            "New exports cannot be added behind what stands in this file; it was not touched.",
            where=str(target),
            hint="Add by hand:\n" + "\n".join(blocks),
        ) from error
