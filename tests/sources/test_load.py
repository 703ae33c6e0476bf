"""Facts of the engagement, the partner's domains, and what each source covers."""

import hashlib
from datetime import date

from tests.sources.loading import TICKETS, TWO_PARTNERS, LoadFiles, instant, source

GOOD = "2026-07-01T09:30:00Z"


def test_facts_of_the_engagement(load_files: LoadFiles) -> None:
    """[[data]] rows are typed and tested like records; their file is cspaudit.toml, their record the index."""
    done = load_files(
        {},
        """
[[data.support_terms]]
terms_id = "a"
valid_from_on = 2025-01-01
has_charge = true
published_at = 2025-01-01T08:00:00+02:00
[[data.support_terms]]
terms_id = "b"
valid_from_on = "soon"
[[data.support_terms]]
terms_id = "a"
valid_from_on = 2025-02-01
[[data.support_target]]
terms_id = "a"
severity = "any"
measure = "resolution"
minutes = 90
clock = "calendar"
target_share = 0.95
""",
    )
    assert done.rows(
        "SELECT terms_id, valid_from_on, has_charge, published_at, source_id, file, record, partner_id FROM support_terms"
    ) == [
        ("a", date(2025, 1, 1), True, instant("2025-01-01T06:00:00"), "data", "cspaudit.toml", 1, "fabrikam")
    ]
    assert [str(cell) for cell in done.rows("SELECT minutes, target_share FROM support_target")[0]] == [
        "90",
        "0.9500",
    ]
    assert done.rows("SELECT source_id, file, record, line, field, value FROM reject ORDER BY record") == [
        ("data", "cspaudit.toml", 2, None, "valid_from_on", "soon"),
        ("data", "cspaudit.toml", 3, None, "terms_id", "a"),
    ]


def test_facts_of_several_partners(load_files: LoadFiles) -> None:
    """With several partners a fact names its own; one that does not is left out."""
    done = load_files(
        {},
        """
[[data.customer]]
partner_id = "tailspin"
customer_id = "c"
name = "Contoso"
[[data.customer]]
customer_id = "d"
name = "Nobody's"
""",
        partners=TWO_PARTNERS,
    )
    assert done.rows("SELECT partner_id, customer_id FROM customer") == [("tailspin", "c")]
    assert done.rows("SELECT record, field FROM reject") == [(2, "partner_id")]


def test_many_facts(load_files: LoadFiles) -> None:
    """Thousands of facts are read in one go."""
    facts = "".join(f'[[data.customer]]\ncustomer_id = "{n}"\nname = "N"\n' for n in range(3000))
    done = load_files({}, facts)
    assert done.values("SELECT count(*) FROM customer") == [3000]


def test_partner_domain_replaces_listed_domains_one_by_one(load_files: LoadFiles) -> None:
    """A domain listed under the partner holds always, unless the table speaks of that domain."""
    rows = "domain,valid_from_on,valid_to_on,purpose\nFabrikam.example,2026-08-01,,brand\nbulk.example,2026-01-01,,bulk_mail\n"
    partners = TWO_PARTNERS.replace('["fabrikam.example"]', '["fabrikam.example", "Fabrikam-Cloud.example"]')
    done = load_files(
        {"d.csv": rows}, source("d.csv", "partner_domain", partner='"fabrikam"'), partners=partners
    )
    assert done.rows(
        "SELECT partner_id, domain, valid_from_on, purpose, file FROM partner_domain ORDER BY domain"
    ) == [
        ("fabrikam", "Fabrikam.example", date(2026, 8, 1), "brand", "d.csv"),
        ("fabrikam", "bulk.example", date(2026, 1, 1), "bulk_mail", "d.csv"),
        ("fabrikam", "fabrikam-cloud.example", date(1, 1, 1), None, "cspaudit.toml"),
    ]


def test_months_count_by_the_partners_days(load_files: LoadFiles) -> None:
    """A month is covered by the partner's local days, and by what the partner states to be covered."""
    rows = "ticket_id,opened_at\n1,2026-06-30T22:30:00Z\n2,2026-07-31T21:59:59Z\n3,2026-07-31T22:00:00Z\n4,wrong\n"
    done = load_files({"t.csv": rows}, source("t.csv", "ticket", covers="[2026-08-15, 2026-11-01]"))
    assert done.rows(
        "SELECT month, sum(records), bool_or(is_stated) FROM source_coverage GROUP BY month ORDER BY month"
    ) == [("2026-07", 2, False), ("2026-08", 1, False), ("2026-09", 0, True), ("2026-10", 0, True)]
    (one,) = done.loaded.inputs
    assert (one.first_at, one.last_at) == (instant("2026-06-30T22:30:00"), instant("2026-07-31T22:00:00"))


def test_mapped_columns(load_files: LoadFiles) -> None:
    """A column counts as mapped for an export only where a file of it has the field."""
    done = load_files(
        {
            "t1.csv": f"ticket_id,opened_at\n1,{GOOD}\n",
            "t2.csv": f"ticket_id,opened_at,category\n2,{GOOD},billing\n",
        },
        source("t*.csv", "ticket", constants='{ severity = "minimal" }'),
    )
    assert done.values("SELECT column_name FROM source_column WHERE table_name = 'ticket' ORDER BY 1") == [
        "category",
        "opened_at",
        "severity",
        "ticket_id",
    ]


def test_odd_order_is_a_warning(load_files: LoadFiles) -> None:
    """A ticket resolved before it was opened is loaded, and told."""
    done = load_files({"t.csv": f"ticket_id,opened_at,resolved_at\n1,{GOOD},2026-06-01T00:00:00Z\n"}, TICKETS)
    assert done.counts() == (1, 1, 0)
    assert done.loaded.warnings == ("t.csv: 1 record has resolved_at before opened_at.",)
    assert done.rows("FROM load_warning") == [("t.csv", "t.csv", done.loaded.warnings[0])]


def test_a_name_not_in_use_on_its_day_is_a_warning(load_files: LoadFiles) -> None:
    """Contracts were renamed on 2025-06-23: an old name from that day on, or a new one before, is loaded and told."""
    rows = [
        "1,2025-06-22T23:59:59Z,signature_cloud_support",
        "2,2025-06-23T00:00:00Z,signature_cloud_support",
        "3,2025-06-22T23:59:59Z,partner_on_premises_support",
        "4,2025-06-23T00:00:00Z,partner_on_premises_support",
        "5,2025-06-23T00:00:00Z,",
    ]
    content = "\n".join(["request_id,opened_at,vehicle", *rows, ""])
    done = load_files({"r.csv": content}, source("r.csv", "service_request"))
    assert done.counts() == (5, 5, 0)
    assert done.loaded.warnings == (
        (
            "r.csv: 2 records have a name of a support contract that was not in use on its day; "
            "it was taken for the same contract."
        ),
    )


def test_stale_source_is_a_warning(load_files: LoadFiles) -> None:
    """A source whose own cut-off lies more than two days after its last record is told."""
    done = load_files(
        {"t.csv": f"ticket_id,opened_at\n1,{GOOD}\n"}, source("t.csv", "ticket", as_of="2026-07-04T00:00:00Z")
    )
    assert done.loaded.warnings == ("t.csv: its last record is more than two days older than its cut-off.",)


def test_identity_of_a_file(load_files: LoadFiles) -> None:
    """Each input is told with the fingerprint and size of its bytes."""
    done = load_files({"t.csv": "ticket_id,opened_at\n"}, TICKETS)
    (one,) = done.loaded.inputs
    assert one.sha256 == hashlib.sha256(b"ticket_id,opened_at\n").hexdigest()
    assert one.bytes == 20
