"""What can go wrong for a user, each with the exit code of its class."""

import difflib
from collections.abc import Iterable
from typing import ClassVar

#: as many known words as a hint lists
LISTED = 40


class CspAuditError(Exception):
    """A problem told in the user's words: what is wrong, where, and what to do about it."""

    exit_code: ClassVar[int] = 3

    def __init__(self, problem: str, *, where: str = "", hint: str = "") -> None:
        """Keep the three parts apart, so that the terminal can set them apart."""
        super().__init__(problem)
        self.problem = problem
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        """Return all parts as one line, for logs and test output."""
        parts = [f"{self.where}: {self.problem}" if self.where else self.problem]
        if self.hint:
            parts.append(self.hint)
        return " ".join(parts)


class EngagementError(CspAuditError):
    """The command or the engagement is wrong; found before anything is loaded."""

    exit_code = 2


class SourceError(CspAuditError):
    """One export cannot be read at all; the rest of the audit goes on."""


class WrongEncodingError(SourceError):
    """An export is in another encoding than it was read in."""


class BrokenLinesError(SourceError):
    """More lines of an export do not fit its header than damage can explain."""


class LackingFieldsError(SourceError):
    """An export has not the fields that its layout needs; ``known`` and ``unknown`` are those that it has."""

    def __init__(
        self,
        problem: str,
        *,
        where: str,
        hint: str,
        lacking: Iterable[str],
        known: Iterable[str],
        unknown: Iterable[str],
    ) -> None:
        """Keep the fields beside the words."""
        super().__init__(problem, where=where, hint=hint)
        self.lacking = tuple(lacking)
        self.known = tuple(known)
        self.unknown = tuple(unknown)


class CheckError(CspAuditError):
    """One check cannot be run or breaks its contract; the rest of the audit goes on."""


class OutputError(CspAuditError):
    """A result cannot be written or rendered."""


class MissingLibraryError(OutputError):
    """A system library that an output needs is not installed."""


def near(word: str, known: Iterable[str]) -> str:
    """Return a hint that names the closest known word, or the known words where none is close."""
    names = sorted(known)
    close = difflib.get_close_matches(word, names, n=1)
    return f"Did you mean {close[0]!r}?" if close else f"Known: {', '.join(names[:LISTED]) or 'none'}."
