"""Make the report's text fonts from IBM Plex: Latin subsets of fixed weight, as TTF (PDF) and woff2 (HTML).

Usage: make_text_fonts.py FOLDER, which holds the unpacked packages fontpkg-ibm-plex-sans and fontpkg-ibm-plex-mono.
The licence reserves the name "Plex" for unchanged fonts, so the subsets are called Audit Sans and Audit Mono.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

FONTS = Path(__file__).resolve().parent.parent / "report_templates" / "fonts"
#: Latin with its extensions A, Romanian letters, thin and narrow spaces, dashes, quotes, arrows, mathematical signs
LETTERS = [
    *range(0x20, 0x180),
    *range(0x218, 0x21C),
    0x2009,
    0x202F,
    *range(0x2010, 0x2015),
    *(0x2018, 0x2019, 0x201A, 0x201C, 0x201D, 0x201E, 0x2022, 0x2026, 0x2030, 0x2032, 0x2033, 0x2039, 0x203A),
    *(0x20AC, 0x2190, 0x2191, 0x2192, 0x2193, 0x2211, 0x2212, 0x2260, 0x2264, 0x2265),
]


def write(font: TTFont, family: str, style: str) -> None:
    """Subset and rename the font, then write it twice."""
    options = subset.Options()
    options.layout_features = ["kern", "liga", "ccmp", "locl", "mark", "mkmk", "calt"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.hinting = False
    options.drop_tables += ["meta"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=LETTERS)
    subsetter.subset(font)
    full = f"{family} {style}"
    names = {1: full if style == "SemiBold" else family, 2: "Regular", 3: full, 4: full}
    names[6] = full.replace(" ", "") if style == "Regular" else f"{family.replace(' ', '')}-{style}"
    for number, text in names.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    font.recalcTimestamp = False
    stem = f"{family.replace(' ', '')}-{style}"
    font.save(FONTS / f"{stem}.ttf")
    font.flavor = "woff2"
    font.save(FONTS / f"{stem}.woff2")


def main(folder: Path) -> None:
    """Write the three fonts and the licence beside them."""
    (variable,) = folder.rglob("IBMPlexSans[[]wdth,wght].ttf")
    for weight, style in ((400, "Regular"), (600, "SemiBold")):
        font = instantiateVariableFont(TTFont(variable), {"wght": weight, "wdth": 100})
        write(font, "Audit Sans", style)
    (mono,) = folder.rglob("IBMPlexMono-Regular.ttf")
    write(TTFont(mono), "Audit Mono", "Regular")
    licence = (variable.parent.parent / "LICENSE").read_text(encoding="utf-8")
    (FONTS / "OFL.txt").write_text(
        "AuditSans-*.ttf, AuditSans-*.woff2, AuditMono-*.ttf and AuditMono-*.woff2 are subsets of IBM Plex Sans and\n"
        "IBM Plex Mono, renamed because the licence below reserves the name of the originals. They stay under it.\n\n"
        + licence,
        encoding="utf-8",
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
