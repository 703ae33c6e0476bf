"""The scorecard as a tagged PDF (PDF/UA-1), dated by the audit's cut-off, so that its bytes never change."""

from cspaudit.errors import MissingLibraryError
from cspaudit.model.result import PartnerResult, Scorecard
from cspaudit.outputs.findings import PDF_LIMITS
from cspaudit.outputs.html import FONTS, PRINT_PAINT, font_folder, rendered, style_sheets
from cspaudit.outputs.view import report

VARIANT = "pdf/ua-1"


def scorecard_pdf(scorecard: Scorecard, partner: PartnerResult) -> bytes:
    """The report of one partner on A4; ``scorecard`` is cut to this partner where there are several.

    Raises:
        MissingLibraryError: Pango, which lays out the text, is not installed.
    """
    try:
        import weasyprint  # type: ignore[import-untyped]  # it ships no types
    except OSError as error:
        raise MissingLibraryError(
            "The PDF needs the system library Pango, which is not installed.",
            where="scorecard.pdf",
            hint=(
                "Install it: apt-get install libpango-1.0-0 libpangoft2-1.0-0 (Debian, Ubuntu), "
                "dnf install pango (Fedora), apk add pango (Alpine), brew install pango (macOS), "
                "or the GTK runtime (Windows)."
            ),
        ) from error
    from cspaudit.outputs.pdf_tags import finish

    page = rendered(
        "scorecard.html.j2",
        report=report(scorecard, partner, PDF_LIMITS),
        for_print=True,
        policy="",
        style=style_sheets(_faces(), "report.css", "print.css"),
        paint=PRINT_PAINT,
    )
    document = weasyprint.HTML(string=page, base_url=font_folder().as_uri() + "/")
    return bytes(document.write_pdf(pdf_variant=VARIANT, finisher=finish))


def _faces() -> str:
    return "".join(
        f'@font-face{{font-family:"{family}";font-weight:{weight};src:url({name}.ttf)}}\n'
        for family, weight, name in FONTS
    )
