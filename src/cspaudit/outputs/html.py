"""One self-contained HTML page a partner: fonts and styles inside, no script, nothing fetched."""

import base64
import hashlib
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from cspaudit import resources
from cspaudit.model.result import PartnerResult, Scorecard
from cspaudit.outputs.findings import HTML_LIMITS
from cspaudit.outputs.labels import LABELS
from cspaudit.outputs.view import index, report

#: family, weight and file of the report's fonts
FONTS = (
    ("Audit Sans", 400, "AuditSans-Regular"),
    ("Audit Sans", 600, "AuditSans-SemiBold"),
    ("Audit Mono", 400, "AuditMono-Regular"),
    ("Audit Signs", 400, "AuditSigns-Regular"),
)
#: the colours of bars: on a screen they follow the theme, on paper they are fixed
PRINT_PAINT = {
    "accent": "#12436D",
    "hatch": "#FAEDD3",
    "open": "#8A5200",
    "edge": "#7C838C",
    "paper": "#FFFFFF",
    "ink": "#1B1F24",
}
SCREEN_PAINT = {name: f"var(--{name},{colour})" for name, colour in PRINT_PAINT.items()}


def scorecard_html(scorecard: Scorecard, partner: PartnerResult) -> bytes:
    """The page of one partner; ``scorecard`` is cut to this partner where there are several."""
    return _page("scorecard.html.j2", report=report(scorecard, partner, HTML_LIMITS), for_print=False)


def index_html(scorecard: Scorecard) -> bytes:
    """The page above the partners of a portfolio."""
    return _page("index.html.j2", index=index(scorecard))


def _page(template: str, **values: Any) -> bytes:
    style = style_sheets(_fonts(), "report.css", "screen.css")
    # The page may use its own style and the fonts inside it, and nothing else.
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:; base-uri 'none'; form-action 'none'"
    return rendered(template, style=style, policy=policy, paint=SCREEN_PAINT, **values).encode()


def style_sheets(fonts: str, *names: str) -> Markup:
    """The font faces and the style sheets of the project as one text, which is printed as it stands."""
    folder = resources.report_templates()
    sheets = [(folder / name).read_text(encoding="utf-8") for name in names]
    return Markup("".join([fonts, *sheets]))  # noqa: S704 - our own style sheets


def rendered(template: str, **values: Any) -> str:
    """A template of the project with the report's values; a name that is not given is an error."""
    environment = Environment(
        loader=FileSystemLoader(resources.report_templates()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(template).render(t=LABELS, **values)


def _fonts() -> str:
    faces = []
    for family, weight, name in FONTS:
        data = base64.b64encode((font_folder() / f"{name}.woff2").read_bytes()).decode()
        faces.append(
            f'@font-face{{font-family:"{family}";font-weight:{weight};font-display:block;'
            f'src:url(data:font/woff2;base64,{data}) format("woff2")}}\n'
        )
    return "".join(faces)


def font_folder() -> Path:
    """Where the report's fonts lie."""
    return resources.report_templates() / "fonts"
