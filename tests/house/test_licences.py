"""Whoever installs cspaudit may use it in a closed product: nothing it pulls in asks for more than that."""

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

# Licences that ask no more of a user than notice, or (LGPL, MPL) than sharing changes to the library itself.
ACCEPTED = re.compile(
    r"""( MIT(-0|-CMU)? ( [ ]License )?
        | (0|New[ ]|Modified[ ]|[23]-Clause[ ])? BSD ( -[0-4]-Clause | [ ]License )?
        | Apache ( -2\.0 | [ ]2\.0 | [ ]Software[ ]License | [ ]License,?[ ](Version[ ])?2\.0 )
        | PSF-2\.0 | Python[ ]Software[ ]Foundation[ ]License
        | ISC ( [ ]License.* )? | Zlib | CC0-1\.0 | Unlicense | HPND
        | MPL-[12]\.[01] | Mozilla[ ]Public[ ]License[ ].*
        | LGPL.* | GNU[ ]Lesser[ ]General[ ]Public[ ]License.*
        )""",
    re.VERBOSE | re.IGNORECASE,
)

# Packages whose metadata alone would be refused, each with what was read and decided instead.
DECIDED = {
    "pyphen": "lists GPL 2+, LGPL 2+ and MPL 1.1 as alternatives (its LICENSE file says 'at your option'); MPL is taken",
}


def accepted(licence: str) -> bool:
    """Tell whether an SPDX expression, or a licence's plain name, leaves an accepted way to use the package."""
    if ACCEPTED.fullmatch(licence):
        return True
    # Brackets are not worked out: then every part must be accepted, which errs on the safe side.
    if "(" in licence:
        return all(ACCEPTED.fullmatch(part.strip("() ")) for part in re.split(r" (?:AND|OR) ", licence))
    ways = [way.split(" AND ") for way in licence.split(" OR ")]
    return any(all(ACCEPTED.fullmatch(part.strip()) for part in way) for way in ways)


def licences(package: Distribution) -> list[str]:
    """Return what the metadata states: the SPDX expression, else the classifiers, else the free text."""
    metadata = package.metadata
    if expression := metadata.get_all("License-Expression"):
        return list(expression)
    classifiers = metadata.get_all("Classifier") or []
    named = [text.rpartition("::")[2].strip() for text in classifiers if text.startswith("License ::")]
    # "OSI Approved" alone names no licence.
    named = [name for name in named if name != "OSI Approved"]
    return named or metadata.get_all("License") or ["no licence stated"]


def closure(name: str) -> dict[str, Distribution]:
    """Return every installed distribution that `name` requires, directly or not, itself included."""
    found: dict[str, Distribution] = {}
    waiting, seen = [(name, "")], set[tuple[str, str]]()
    while waiting:
        package, extra = waiting.pop()
        if (package, extra) in seen:
            continue
        seen.add((package, extra))
        try:
            found[package] = distribution(package)
        except PackageNotFoundError:
            pytest.fail(f"{package} is required but not installed: run the set-up again")
        for text in found[package].requires or []:
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                needed = canonicalize_name(requirement.name)
                waiting += [(needed, ""), *((needed, wanted) for wanted in requirement.extras)]
    return found


def test_no_runtime_requirement_is_copyleft() -> None:
    """Every package that installing cspaudit brings along has a licence that a closed product can live with."""
    packages = closure("cspaudit")

    offenders = {
        name: licences(package)
        for name, package in packages.items()
        if name not in DECIDED and not all(accepted(licence) for licence in licences(package))
    }

    assert offenders == {}
    assert {"duckdb", "weasyprint", "numpy"} <= packages.keys(), (
        "the walk must reach direct and indirect ones"
    )


def test_every_decision_is_still_needed() -> None:
    """A decided package is one that is still required and that its metadata alone would have refused."""
    packages = closure("cspaudit")

    assert [
        name
        for name in DECIDED
        if name not in packages or all(accepted(licence) for licence in licences(packages[name]))
    ] == []


@pytest.mark.parametrize(
    ("licence", "expected"),
    [
        ("MIT", True),
        ("BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0", True),
        ("GNU Lesser General Public License v2 or later (LGPLv2+)", True),
        ("LGPL-3.0-or-later", True),
        ("MIT OR GPL-2.0-only", True),
        ("MIT AND GPL-2.0-only", False),
        ("MIT AND (GPL-2.0-only OR BSD-3-Clause)", False),
        ("GPL-3.0-only", False),
        ("GNU General Public License v3 (GPLv3)", False),
        ("AGPL-3.0-or-later", False),
        ("GNU Affero General Public License v3", False),
        ("Proprietary", False),
        ("no licence stated", False),
    ],
)
def test_licence_verdict(licence: str, expected: bool) -> None:  # noqa: FBT001 - pytest hands it over by position
    """GPL and AGPL are refused unless an alternative stands beside them; so is what nobody recognises."""
    assert accepted(licence) is expected
