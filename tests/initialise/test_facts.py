"""What the exports tell by themselves: domains, periods, where an export ends, whose folders there are."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from cspaudit.initialise import places
from cspaudit.initialise.exports import Export
from cspaudit.initialise.facts import SourceEnd, own_domains
from cspaudit.initialise.interview import last_period
from cspaudit.initialise.partner_folders import partner_folders
from cspaudit.initialise.source_text import early_end
from cspaudit.initialise.understood import side_of
from cspaudit.model.tables import TABLES


def test_the_domain_on_a_side_of_every_mail_is_the_partner_s() -> None:
    """A trace of a partner holds what it wrote and what it got; customers stand on the other side of some."""
    mails = Counter(
        {
            ("fabrikam.example", "contoso.example"): 60,
            ("contoso.example", "fabrikam.example"): 50,
            ("tailspin.example", "mail.fabrikam.example"): 10,
            ("microsoft.com", "fabrikam.example"): 30,
        }
    )
    assert own_domains(mails) == ("fabrikam.example",)


def test_a_second_domain_is_found_in_what_the_first_leaves_over() -> None:
    """Two names of one partner share the mails; a rest of noise is nobody's."""
    mails = Counter(
        {
            ("fabrikam.example", "contoso.example"): 70,
            ("fabrikam.test", "tailspin.example"): 15,
            ("litware.example", "fabrikam.test"): 12,
            ("", "stray.example"): 3,
        }
    )
    assert own_domains(mails) == ("fabrikam.example", "fabrikam.test")


def test_customers_and_microsoft_are_never_the_partner() -> None:
    """Where nothing else explains the mails no domain is suggested; an address published for support may tell."""
    mails = Counter({("microsoft.com", "contoso.example"): 10, ("a.example", "b.example"): 2, ("", ""): 4})
    assert own_domains(mails, ([], {"contoso.example"})) == ()
    assert own_domains(Counter(), (["fabrikam.example", "other.example"], set())) == ("fabrikam.example",)
    assert own_domains(Counter(), ([], set())) == ()


@pytest.mark.parametrize(
    ("newest", "zone", "expected"),
    [
        ("2026-10-14T23:31:48+00:00", "Europe/Berlin", "2026-Q3"),
        ("2026-09-28T12:00:00+00:00", "Europe/Berlin", "2026-08"),
        ("2026-09-29T12:00:00+00:00", "Europe/Berlin", "2026-Q3"),
        ("2026-10-01T00:00:00+00:00", "America/New_York", "2026-Q3"),
        ("2026-08-15T12:00:00+00:00", "UTC", "2026-07"),
    ],
)
def test_the_period_is_the_last_that_the_exports_cover(newest: str, zone: str, expected: str) -> None:
    """A quarter counts once the newest record is two days before its end or later, else a month does."""
    days = [date(2026, 7, 1) + timedelta(days=n) for n in range(60)]
    assert last_period(days, datetime.fromisoformat(newest), zone)[0] == expected


def test_a_quarter_that_begins_without_records_is_not_covered() -> None:
    """An export of its last month alone makes that month the period."""
    days = [date(2026, 9, 1) + timedelta(days=n) for n in range(30)]
    assert last_period(days, datetime(2026, 9, 30, tzinfo=UTC), "UTC")[0] == "2026-09"


def test_no_period_is_made_up() -> None:
    """Records of the running month alone make it the period, and it is said to be running; none make none."""
    as_of = datetime(2026, 8, 15, tzinfo=UTC)
    assert last_period([date(2026, 8, 3)], as_of, "UTC")[0] == "2026-08"
    assert "running" in last_period([date(2026, 8, 3)], as_of, "UTC")[1]
    assert last_period([], as_of, "UTC") == ("", "")


@pytest.mark.parametrize(
    ("last", "gap", "expected"),
    [
        (date(2026, 9, 28), 1, None),
        (date(2026, 9, 26), 1, datetime(2026, 9, 25, 22, tzinfo=UTC)),
        (date(2026, 9, 27), 1, None),
        (date(2026, 8, 31), 4, datetime(2026, 8, 30, 22, tzinfo=UTC)),
        (date(2026, 8, 31), 10, None),
    ],
)
def test_an_export_that_stops_early_ends_on_its_last_day(
    last: date, gap: int, expected: datetime | None
) -> None:
    """Nothing after its end counts as absent; an export with long gaps may merely have had nothing to record."""
    as_of = datetime(2026, 10, 15, tzinfo=UTC)
    assert early_end(SourceEnd(last, gap), "2026-Q3", as_of, "Europe/Berlin") == expected
    assert early_end(None, "2026-Q3", as_of, "Europe/Berlin") is None


def test_names_of_files_tell_whose_ledger_it_is() -> None:
    """Words of several languages tell a side; none, or words of both, tell nothing."""
    assert side_of("exports/ap_ledger.csv") == "payable"
    assert side_of("Kreditoren 2026.xlsx") == "payable"
    assert side_of("Offene Posten Debitoren.csv") == "receivable"
    assert side_of("ledger.csv") == side_of("customers and suppliers.csv") == side_of("sap.csv") == ""


def exports(*names: str, table: str = "ticket") -> list[Export]:
    """Return exports of one table under the given paths."""
    return [Export(Path(name), table, is_table=True, title="", tables=(table,)) for name in names]


def test_folders_with_exports_of_the_same_kinds_are_partners() -> None:
    """Each sub-folder is a partner where the folder itself holds no more than facts for all."""
    two = exports("Fabrikam/t.csv", "Lamna/t.csv")
    assert partner_folders(two) == ("Fabrikam", "Lamna")
    assert partner_folders([*two, *exports("partner-facts.csv", table="support_terms")]) == (
        "Fabrikam",
        "Lamna",
    )
    assert partner_folders([*two, *exports("t.csv")]) == ()


def test_folders_that_sort_one_partner_s_exports_are_no_partners() -> None:
    """By system, by kind, by time, or with nothing in common: then they are one partner's."""
    assert partner_folders(exports("zendesk/t.csv", "Freshdesk/t.csv")) == ()
    assert partner_folders(exports("2026-07/t.csv", "2026-08/t.csv")) == ()
    assert partner_folders(exports("Q1/t.csv", "Q2/t.csv")) == ()
    assert partner_folders([*exports("Anna/t.csv"), *exports("Ben/m.csv", table="message")]) == ()
    assert partner_folders(exports("Fabrikam/t.csv", "Fabrikam/u.csv")) == ()
    assert partner_folders([]) == ()


def test_countries_lead_to_zones_and_back() -> None:
    """The zone of most people comes first; endings and currencies of the whole world speak of no country."""
    assert places.zones_of("DE")[0] == "Europe/Berlin"
    assert places.zones_of("XX") == ()
    assert places.country_of_zone("Asia/Tokyo") == "JP"
    assert places.country_of_zone("UTC") == ""
    assert [places.country_of_domain(f"fabrikam.{end}") for end in ("de", "co.uk", "com", "io", "example")] == [
        "DE", "GB", "", "", "",
    ]  # fmt: skip
    assert [places.country_of_currency(one) for one in ("JPY", "EUR", "USD")] == ["JP", "", ""]
    assert places.has_holidays("DE-BY")
    assert not places.has_holidays("DE-XX")


def test_tables_whose_absent_records_count_are_dated_ones() -> None:
    """Where an export ends early matters for records that carry a day."""
    from cspaudit.initialise.compose import HELD_AGAINST

    assert all(TABLES[name].dated_by for name in HELD_AGAINST)
