"""The formats a run can write, and which files each of them makes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cspaudit.errors import EngagementError
from cspaudit.model.result import PartnerResult, Scorecard
from cspaudit.outputs.json_v1 import results_json
from cspaudit.scorecard.build import only_partner


@dataclass(frozen=True)
class Format:
    """A format: its file, one a partner, and for a portfolio the file above them (its name and how it is made)."""

    name: str
    file: str
    render: Callable[[Scorecard, PartnerResult], bytes]
    index_file: str = ""
    index: Callable[[Scorecard], bytes] | None = None


def _html(scorecard: Scorecard, partner: PartnerResult) -> bytes:
    from cspaudit.outputs.html import scorecard_html

    return scorecard_html(scorecard, partner)


def _html_index(scorecard: Scorecard) -> bytes:
    from cspaudit.outputs.html import index_html

    return index_html(scorecard)


def _pdf(scorecard: Scorecard, partner: PartnerResult) -> bytes:
    from cspaudit.outputs.pdf import scorecard_pdf

    return scorecard_pdf(scorecard, partner)


def _json(scorecard: Scorecard, partner: PartnerResult) -> bytes:
    del partner  # a scorecard cut to one partner holds nothing else
    return results_json(scorecard)


FORMATS: dict[str, Format] = {
    "html": Format("html", "scorecard.html", _html, "index.html", _html_index),
    "pdf": Format("pdf", "scorecard.pdf", _pdf),
    "json": Format("json", "results.json", _json, "results.json", results_json),
}


def refuse_unknown(names: Iterable[str]) -> None:
    """Raise EngagementError for the first name that is no format."""
    for name in names:
        if name not in FORMATS:
            raise EngagementError(
                f"There is no format {name!r}.", where="--format", hint=f"Choose from {', '.join(FORMATS)}."
            )


def render(scorecard: Scorecard, name: str) -> dict[str, bytes]:
    """The files of one format by their path below the output folder, with forward slashes.

    One partner: the file itself. Several: one in a folder a partner, which holds nothing of the others, and the
    index above them, where the format has one.

    Raises:
        EngagementError: there is no such format.
        MissingLibraryError: ``pdf`` without the system libraries that it needs.
    """
    refuse_unknown([name])
    found = FORMATS[name]
    if len(scorecard.partners) == 1:
        return {found.file: found.render(scorecard, scorecard.partners[0])}
    files = {}
    for partner in scorecard.partners:
        identity = partner.partner.partner_id
        files[f"{identity}/{found.file}"] = found.render(only_partner(scorecard, identity), partner)
    if found.index is not None:
        files[found.index_file] = found.index(scorecard)
    return files
