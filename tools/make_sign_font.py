"""Draw the report's sign font: one glyph a verdict or status, in a 1000-unit square, as TTF and woff2.

Signs are a font because they inherit the text's colour, are sharp at 8 pt and need no picture description. They sit
on standard code points, so that copied text stays sensible. Filled: decided; outlined: open; dash: out of scope.
"""

import math
from collections.abc import Callable
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen

FONTS = Path(__file__).resolve().parent.parent / "report_templates" / "fonts"
CENTRE = 380.0
ROUND = 0.5523
Point = tuple[float, float]
Draw = Callable[[Cu2QuPen], None]


def disc(pen: Cu2QuPen, radius: float, *, hole: bool = False, x: float = 500, y: float = CENTRE) -> None:
    """A circle; as a hole it runs the other way round."""
    r, k = radius, radius * ROUND
    points = [
        ((0, r), (k, r), (r, k)),
        ((r, 0), (r, -k), (k, -r)),
        ((0, -r), (-k, -r), (-r, -k)),
        ((-r, 0), (-r, k), (-k, r)),
    ]
    side = -1 if hole else 1
    pen.moveTo((x, y + r))
    for index in range(4):
        _, first, second = points[index]
        end = points[(index + 1) % 4][0]
        pen.curveTo(*((x + side * px, y + py) for px, py in (first, second, end)))
    pen.closePath()


def shape(pen: Cu2QuPen, points: list[Point]) -> None:
    """A polygon: clockwise it fills, the other way round it cuts."""
    pen.moveTo(points[0])
    for point in points[1:]:
        pen.lineTo(point)
    pen.closePath()


def stroke(start: Point, end: Point, width: float) -> list[Point]:
    """A straight bar of a width, clockwise."""
    (x0, y0), (x1, y1) = start, end
    length = math.hypot(x1 - x0, y1 - y0)
    dx, dy = -(y1 - y0) / length * width / 2, (x1 - x0) / length * width / 2
    return [(x0 + dx, y0 + dy), (x1 + dx, y1 + dy), (x1 - dx, y1 - dy), (x0 - dx, y0 - dy)]


def met(pen: Cu2QuPen) -> None:
    """A filled disc with the tick cut out."""
    disc(pen, 410)
    tick = [(310, 400), (448, 258), (720, 535), (662, 592), (448, 375), (368, 458)]
    shape(pen, tick)


def not_met(pen: Cu2QuPen) -> None:
    """A filled square with the cross cut out."""
    low, high = CENTRE - 390, CENTRE + 390
    shape(pen, [(110, low), (110, high), (890, high), (890, low)])
    arm, half = 205, 41 * math.sqrt(2)
    x, y = 500, CENTRE
    shape(
        pen,
        [
            (x, y + half), (x - arm + half / 2, y + arm + half / 2), (x - arm - half / 2, y + arm - half / 2),
            (x - half, y), (x - arm - half / 2, y - arm + half / 2), (x - arm + half / 2, y - arm - half / 2),
            (x, y - half), (x + arm - half / 2, y - arm - half / 2), (x + arm + half / 2, y - arm + half / 2),
            (x + half, y), (x + arm + half / 2, y + arm - half / 2), (x + arm - half / 2, y + arm + half / 2),
        ],
    )  # fmt: skip


def undetermined(pen: Cu2QuPen) -> None:
    """A ring with a question mark."""
    disc(pen, 410)
    disc(pen, 335, hole=True)
    outer, inner, x, y = 150, 78, 500, 470
    arc = [math.radians(angle) for angle in range(180, -91, -15)]
    rim = [(x + outer * math.cos(a), y + outer * math.sin(a)) for a in arc]
    core = [(x + inner * math.cos(a), y + inner * math.sin(a)) for a in reversed(arc)]
    shape(pen, [*rim, (536, 320), (536, 275), (464, 275), (464, y - inner), *core])
    disc(pen, 48, y=190)


def not_yet_due(pen: Cu2QuPen) -> None:
    """A ring with clock hands."""
    disc(pen, 410)
    disc(pen, 335, hole=True)
    shape(
        pen,
        [
            (464, CENTRE - 36),
            (464, 630),
            (536, 630),
            (536, CENTRE + 36),
            (690, CENTRE + 36),
            (690, CENTRE - 36),
        ],
    )


def waived(pen: Cu2QuPen) -> None:
    """The outline of a diamond with a dot."""
    for radius, order in ((450, 1), (340, -1)):
        points = [
            (500.0, CENTRE + radius),
            (500 + radius, CENTRE),
            (500.0, CENTRE - radius),
            (500 - radius, CENTRE),
        ]
        shape(pen, points[::order])
    disc(pen, 110)


def not_applicable(pen: Cu2QuPen) -> None:
    """A dash."""
    shape(pen, stroke((140, CENTRE), (860, CENTRE), 90))


SIGNS: dict[int, tuple[str, Draw]] = {
    0x2714: ("met", met),
    0x2716: ("notmet", not_met),
    0x2BD1: ("undetermined", undetermined),
    0x25F7: ("notyetdue", not_yet_due),
    0x25C8: ("waived", waived),
    0x2796: ("notapplicable", not_applicable),
}


def main() -> None:
    """Write the font twice; the same bytes every time."""
    glyphs = {".notdef": TTGlyphPen(None).glyph(), "space": TTGlyphPen(None).glyph()}
    for name, draw in SIGNS.values():
        pen = TTGlyphPen(None)
        draw(Cu2QuPen(pen, max_err=1.0))
        glyphs[name] = pen.glyph()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap({0x20: "space"} | {code: name for code, (name, _) in SIGNS.items()})
    builder.setupGlyf(glyphs)
    table = builder.font["glyf"]
    builder.setupHorizontalMetrics(
        {name: (1000 if name != "space" else 250, getattr(table[name], "xMin", 0)) for name in glyphs}
    )
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable(
        {"familyName": "Audit Signs", "styleName": "Regular", "psName": "AuditSigns-Regular"}
    )
    builder.setupOS2(sTypoAscender=880, sTypoDescender=-120, usWinAscent=880, usWinDescent=120)
    builder.setupPost()
    # A fixed day instead of the clock, so that the committed files can be made again byte for byte.
    builder.updateHead(created=3_850_000_000, modified=3_850_000_000)
    builder.font.recalcTimestamp = False
    builder.save(FONTS / "AuditSigns-Regular.ttf")
    builder.font.flavor = "woff2"
    builder.save(FONTS / "AuditSigns-Regular.woff2")


if __name__ == "__main__":
    main()
