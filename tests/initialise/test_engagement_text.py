"""Whatever the files are called and whatever is answered, the engagement that init writes can be read."""

import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cspaudit.errors import EngagementError
from cspaudit.initialise import toml_text
from cspaudit.initialise.answers import Answer, Question
from cspaudit.initialise.compose import appended, compose, shared_patterns
from cspaudit.initialise.exports import Declined, Export
from cspaudit.initialise.facts import Facts, PartnerData, SourceEnd
from cspaudit.initialise.grouping import Group, group
from cspaudit.initialise.interview import interview
from cspaudit.initialise.scan import PassedOver
from cspaudit.initialise.source_text import source
from cspaudit.initialise.start import _parsed
from cspaudit.model.engagement import Engagement

TODAY = date(2026, 10, 16)
#: every sign that a file's name may have
NAMES = st.text(
    st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=12
).filter(lambda name: name not in {".", ".."})
#: texts that the questions understand, beside whatever else people type
TYPED = [
    "Europe/Berlin", "DE-BY", "fabrikam.example, b.example", "none", "2026", "2026-10-15", "1", "yes", "no", "?", "EUR",
    "Monday to Friday, 9 to 17", "always", "4 clock hours", "2 working days", "Unified for Partners from 2026-01-01",
    'Fabrikam "Cloud" \\ GmbH', "payable",
]  # fmt: skip
SURE = {
    "tier": "1", "timezone": "UTC", "holidays": "none", "domain": "none", "supplier": "none", "as-of": "2026-10-15", "period": "2026",
    "name": "Fabrikam", "id": "fabrikam", "export-timezone": "UTC", "side": "?", "currency": "?",
    "value": "?", "decimal": "?", "date-order": "?", "vendor": "?", "taken-at": "2026-10-15", "support-hours": "none", "terms-since": "2026-01-01", "terms-published": "none", "support-contact": "none",
    "support-scope": "none", "support-charge": "?", "support-price": "none", "closed-on-holidays": "no",
    "first-reply": "none", "resolution": "none", "plan": "none",
}  # fmt: skip


def facts(names: Mapping[str, str]) -> Facts:
    """Return what no export tells much of."""
    return Facts(
        partners={one: PartnerData() for one in names},
        newest=datetime(2026, 9, 30, 12, tzinfo=None),  # noqa: DTZ001 - instants are naive UTC in the tables
        days=(date(2026, 9, 1),),
        ends={},
    )


def surely(question: Question) -> Answer:
    """Answer each question in a way that it understands."""
    return Answer(question.parse(SURE[question.key]), "nobody said\nso" if question.key == "tier" else "")


@st.composite
def exports(draw: st.DrawFn) -> tuple[Export, ...]:
    """Draw a few files of any name with any open questions."""
    found = []
    for parts in draw(st.lists(st.lists(NAMES, min_size=1, max_size=2), min_size=1, max_size=4)):
        asks = draw(st.sets(st.sampled_from(["timezone", "side", "currency", "decimal"])))
        found.append(
            Export(
                Path(*parts),
                "invoice_ledger_csv",
                is_table=False,
                title=draw(NAMES),
                tables=("supplier_invoice",),
                asks=tuple(sorted(asks)),
                sheet=draw(st.sampled_from(["", "Sheet 1"])),
                stated=draw(st.sampled_from([(), (("invoice_id", "the number of the invoice"),)])),
                is_snapshot=draw(st.booleans()),
                notes=(draw(st.text(max_size=30)),),
            )
        )
    return tuple({one.path: one for one in found}.values())


@given(st.data(), exports(), NAMES)
def test_the_engagement_can_be_read_whatever_is_answered(
    data: st.DataObject, found: tuple[Export, ...], name: str
) -> None:
    """Names, answers and reasons with any signs in them come back from the file as they were."""

    def ask(question: Question) -> Answer:
        text = data.draw(st.one_of(st.sampled_from(TYPED), st.text(max_size=20)))
        because = data.draw(st.text(max_size=30))
        try:
            return Answer(question.parse(text), because)
        except EngagementError:
            return Answer(question.parse(SURE[question.key]), because)

    names = {"p": name}
    groups = {"p": group(found, [one.path for one in found])}
    answers = interview(ask, facts(names), groups, names, TODAY)
    left = (Declined(Path(name), name), PassedOver(Path(name), name))
    content = _content(compose(answers, facts(names), {"p": groups["p"]}, left, ""))
    assert content["partner"][0]["name"] == answers.partners[0].name
    assert content["engagement"]["as_of"] == answers.as_of
    read = {one["path"]: one for one in content.get("source", [])}
    for one in groups["p"]:
        said = answers.sources[one.name]
        assert (one.pattern in read) == (not said.open_question)


def _content(text: str) -> dict[str, Any]:
    """Return what the text says, once the engagement has taken it."""
    content = tomllib.loads(text, parse_float=Decimal)
    # a sheet is named by readers of workbooks; paths alone may repeat in what is drawn
    plain = {**content, "source": [{**one, "id": str(n)} for n, one in enumerate(content.get("source", []))]}
    for one in plain["source"]:
        one.pop("sheet", None)
    assert isinstance(_parsed_content(plain), Engagement)
    return content


def _parsed_content(content: dict[str, Any]) -> Engagement:
    from cspaudit.model import engagement

    return engagement.parse(content, folder=Path(), where="cspaudit.toml")


@given(st.text())
def test_texts_come_back_as_they_were(text: str) -> None:
    """Every sign that a text can have is written so that TOML gives it back, as value and as key."""
    plain = text.encode("utf-8", "replace").decode()
    assert tomllib.loads(f"{toml_text.key(plain)} = {toml_text.value(plain)}") == {plain: plain}
    assert tomllib.loads(toml_text.comment(plain)) == {}


def test_values_of_every_kind_come_back() -> None:
    """Dates, moments with offset, lists, tables within a line and numbers keep their kind."""
    content = {
        "day": date(2026, 7, 1),
        "at": datetime(2026, 7, 1, 9, 30, tzinfo=UTC),
        "list": ["a", "b"],
        "table": {"currency": "EUR", "a b": True},
        "whole": 4,
        "share": Decimal("0.95"),
        "none": {},
    }
    text = "".join(f"{toml_text.key(name)} = {toml_text.value(one)}\n" for name, one in content.items())
    assert tomllib.loads(text, parse_float=Decimal) == content


def test_a_source_whose_question_is_open_waits_as_a_comment() -> None:
    """It says what is to be decided, and with the marks taken away it is a source."""
    one = Export(
        Path("l.csv"),
        "invoice_ledger_csv",
        is_table=False,
        title="Ledger",
        tables=(),
        asks=("side", "currency"),
    )
    names = {"p": "Fabrikam"}
    groups = {"p": group([one], [one.path])}
    answers = interview(surely, facts(names), groups, names, TODAY)
    text = compose(answers, facts(names), groups, (), "")
    assert tomllib.loads(text).get("source") is None
    lines = text.partition("Not read yet, because nothing tells who owes what is in it.")[2].splitlines()
    waiting = "\n".join(
        line.removeprefix("# ") for line in lines if line.startswith(("# [", "# path", "# map", "# side"))
    )
    assert tomllib.loads(waiting)["source"] == [
        {"path": "l.csv", "mapping": "invoice_ledger_csv", "side": "payable"}
    ]


def test_what_nobody_said_is_marked() -> None:
    """The mark stands at the line itself, whatever the reason is made of."""
    names = {"p": "Fabrikam"}
    text = compose(interview(surely, facts(names), {"p": ()}, names, TODAY), facts(names), {"p": ()}, (), "")
    assert (
        "ASSUMED: nobody said" in text.partition("tier = ")[0].splitlines()[-2] + text.partition("tier = ")[2]
    )


def test_a_reseller_s_provider_is_known_on_the_bank_statements_by_its_names() -> None:
    """Only an indirect reseller with bank statements is asked; Microsoft's own names need no answer."""
    asked = []

    def ask(question: Question) -> Answer:
        asked.append(question.key)
        text = {"tier": "indirect reseller", "supplier": "Litware Distribution, LITWARE"}.get(question.key)
        return Answer(question.parse(text or SURE[question.key]))

    names = {"p": "Fabrikam"}
    told = facts(names)
    with_bank = Facts({"p": PartnerData(frozenset({"bank_transaction"}))}, told.newest, told.days, {})
    text = compose(interview(ask, with_bank, {"p": ()}, names, TODAY), with_bank, {"p": ()}, (), "")
    assert tomllib.loads(text)["partner"][0]["suppliers"] == ["Litware Distribution", "LITWARE"]
    asked.clear()
    interview(ask, told, {"p": ()}, names, TODAY)
    assert "supplier" not in asked


def test_partners_with_the_same_exports_share_their_sources() -> None:
    """Only what every partner has, under the same name in its folder and with nothing to ask, is named once."""

    def table(path: str) -> Group:
        one = Export(Path(path), "ticket", is_table=True, title="", tables=("ticket",))
        return Group((one,), path)

    groups = {"A": (table("A/t.csv"), table("A/own.csv")), "B": (table("B/t.csv"),), "": (table("all.csv"),)}
    assert shared_patterns(groups, ["A", "B"]) == {"A/t.csv": "{partner}/t.csv", "B/t.csv": "{partner}/t.csv"}
    names = {"A": "A", "B": "B"}
    text = compose(interview(surely, facts(names), groups, names, TODAY), facts(names), groups, (), "../x/")
    assert [(one["path"], one.get("partner")) for one in tomllib.loads(text)["source"]] == [
        ("../x/{partner}/t.csv", None),
        ("../x/A/own.csv", "A"),
        ("../x/all.csv", None),
    ]


def test_an_export_that_ends_early_says_so_at_its_source() -> None:
    """Only sources whose absent records are held against the partner get an end of their own."""
    names = {"p": "Fabrikam"}
    groups = {
        "p": group(
            [
                Export(Path(f"{t}.csv"), t, is_table=True, title="", tables=(t,))
                for t in ("message", "audit_event")
            ],
            [],
        )
    }
    ends = {(f"{t}.csv", t): SourceEnd(date(2026, 8, 1), 1) for t in ("message", "audit_event")}
    told = Facts(facts(names).partners, facts(names).newest, facts(names).days, ends)
    text = compose(interview(surely, told, groups, names, TODAY), told, groups, (), "")
    assert {one["path"]: one.get("as_of") for one in tomllib.loads(text)["source"]} == {
        "message.csv": datetime(2026, 8, 1, tzinfo=UTC),
        "audit_event.csv": None,
    }


def test_what_is_added_names_its_day() -> None:
    """A dated comment stands before the new sources."""
    one = Export(Path("t.csv"), "ticket", is_table=True, title="", tables=("ticket",))
    block = source(Group((one,), "t.csv"), _nothing(), "", "t.csv", {}, None)
    text = appended([block], TODAY, [one])
    assert "# Added by cspaudit init on 2026-10-16: 1 new export.\n" in text
    assert tomllib.loads(text) == {"source": [{"path": "t.csv", "table": "ticket"}]}


def _nothing() -> Any:
    from cspaudit.initialise.answers import SourceAnswers

    return SourceAnswers()


def test_the_text_is_read_as_it_was_written(tmp_path: Path) -> None:
    """The engagement is taken before it is written, so that nothing broken is ever left behind."""
    names = {"p": "Fabrikam"}
    text = compose(interview(surely, facts(names), {"p": ()}, names, TODAY), facts(names), {"p": ()}, (), "")
    assert _parsed(text, tmp_path / "cspaudit.toml").partners[0].id == "fabrikam"
