"""A layout knows a layout, never a sample: none names a sample's place, an organisation in it or a person."""

import json
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.house.sample_words import named_in, words

LAYOUTS = sorted((ROOT / "mappings").glob("*.toml"))
#: who published the samples and whose data they are, so that a clone without the samples can ask as well
PUBLISHERS = frozenset(
    {
        "dsumiton",
        "sabrinaoulmane",
        "rvinicius396g",
        "meta-group",
        "lmu-dbs",
        "louislh333",
        "tpot_pm",
        "facetoe",
        "zenpy",
        "sjkingo",
        "python-freshdesk",
        "kerkhofftechnologies",
        "django-connectwise",
        "chaoss",
        "grimoirelab-perceval",
        "grimoirelab",
        "michaelchirico",
        "r-mailing-list-archive",
        "spamscope",
        "mail-parser",
        "genkgo",
        "wolph",
        "moov-io",
        "jseutter",
        "ofxparse",
        "nblock",
        "ofxstatement-austrian",
        "iamjenetzler",
        "pbifinanceml",
        "pthiagu2",
        "lloydismael",
        "pking70",
        "4tu",
        "uci",
        "ibm",
        "watson",
        "rabobank",
        "bpi2013",
        "bpi2014",
    }
)
#: what a sample holds and a layout may name all the same, with the reason
THE_VENDORS_OWN = {
    "bai2": "the format",
    "camt": "the format",
    "mt940": "the format",
    "fivetran": "the product whose tables some layouts are",
    "microsoft.com": "where Microsoft's mail comes from",
    "ticket_audits.json": "the address of the vendor's interface",
    "priority 2 - quick response": "a word of a new installation",
    "priority 3 - normal response": "a word of a new installation",
    "in progress": "a word of the product",
    "to do": "a word of the product",
    "company name": "the label of a column",
    "original estimate": "the label of a column",
    "000000000000": "the end of a GUID of zeros",
}


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda path: path.stem)
def test_no_layout_names_who_published_a_sample(layout: Path) -> None:
    """No layout names a place from which samples came, or whose data they are."""
    assert named_in(layout.read_text(encoding="utf-8"), PUBLISHERS) == []


@pytest.mark.samples
def test_no_layout_names_what_a_sample_holds(samples_dir: Path) -> None:
    """No layout holds a folder, file, address, id or name that tells one of the samples."""
    forbidden = words(samples_dir) - THE_VENDORS_OWN.keys()
    named = {path.stem: named_in(path.read_text(encoding="utf-8"), forbidden) for path in LAYOUTS}
    assert {name: found for name, found in named.items() if found} == {}
    assert len(forbidden) > 1000, "the samples were read"


@pytest.mark.samples
def test_every_exception_is_needed(samples_dir: Path) -> None:
    """What layouts may name all the same stands in a sample and in a layout."""
    texts = "\n".join(path.read_text(encoding="utf-8") for path in LAYOUTS)
    known = words(samples_dir)
    assert [
        word for word in THE_VENDORS_OWN if word not in known or not named_in(texts, frozenset({word}))
    ] == []


def test_what_tells_a_sample_is_found(tmp_path: Path) -> None:
    """Places, addresses, ids, people and companies of a folder are found in a text, words of the language are not."""
    desk = tmp_path / "desk_of_litware"
    desk.mkdir()
    (tmp_path / "README.md").write_text("source: adatum/desk-export@1234567; licence: none", encoding="utf-8")
    ticket = {
        "id": 98765432109,
        "requester": {"displayName": "Ada Example", "firstName": "Ada"},
        "company": {"name": "Litware Toys"},
        "mail": "ada@litware.example",
    }
    (desk / "litware_tickets.json").write_text(json.dumps([ticket]), encoding="utf-8")
    (desk / "people.csv").write_text("full name,status\nBen Example,open\n", encoding="utf-8")
    (desk / "statement.xml").write_text("<Dbtr><Nm>Wingtip Bank AG</Nm></Dbtr>", encoding="utf-8")
    (desk / "list.mbox").write_text("From: Cy Example <cy@wingtip.example>\n", encoding="utf-8")
    text = (
        "As in desk_of_litware/litware_tickets.json of adatum: Ada Example (ada@litware.example), Ben EXAMPLE and "
        "Cy Example of Litware Toys paid 98765432109 to Wingtip Bank AG; open, Ada, wingtip.exampled"
    )
    assert named_in(text, words(tmp_path)) == [
        "98765432109",
        "ada example",
        "ada@litware.example",
        "adatum",
        "ben example",
        "cy example",
        "desk_of_litware",
        "litware toys",
        "litware.example",
        "litware_tickets.json",
        "wingtip bank ag",
    ]
