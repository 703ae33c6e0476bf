"""docs/linking.md names every kind of link, every step and every limit of the program."""

import re

from cspaudit.linking import bank, payments
from cspaudit.linking.links import KINDS
from cspaudit.linking.topics import LANGUAGES
from cspaudit.outputs import link_words
from tests.conftest import ROOT

TEXT = (ROOT / "docs" / "linking.md").read_text(encoding="utf-8")
SECTIONS = dict(zip(*[iter(re.split(r"^## (.+)$", TEXT, flags=re.MULTILINE)[1:])] * 2, strict=True))


def test_every_kind_and_step_is_told() -> None:
    """A section a kind, in the words of reports; its table has the steps in their order; every one has words."""
    assert list(SECTIONS) == [link_words.kind(kind) for kind in KINDS]
    assert set(link_words.KINDS) == set(KINDS)
    assert set(link_words.STEPS) == {step for steps in KINDS.values() for step in steps}
    for kind, steps in KINDS.items():
        told = re.findall(r"^\| `(\w+)` \|", SECTIONS[link_words.kind(kind)], flags=re.MULTILINE)
        # payments of customers go by the steps of the section before, but the last
        assert told == (list(steps) if kind != payments.CUSTOMER.kind else [])
    assert "The same steps but the last" in SECTIONS[link_words.kind(payments.CUSTOMER.kind)]
    assert not payments.CUSTOMER.by_amount


def test_every_limit_is_told() -> None:
    """The numbers of the page are those of the program."""
    assert f"at most {payments.WINDOW_DAYS} days before" in TEXT
    assert f"fewer than {payments.SHORT_ID} signs, or of fewer than {payments.SHORT_NUMBER} digits" in TEXT
    assert f"within {bank.RETURN_DAYS} days" in TEXT
    assert LANGUAGES == ("en", "de", "fr", "es", "it", "pt", "nl", "ja")
    assert "English, German, French, Spanish, Italian, Portuguese, Dutch and Japanese" in TEXT
