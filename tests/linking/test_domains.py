"""Messages find their customers by domain: a listed one and all below it, never a provider's or a public suffix."""

from cspaudit import resources
from cspaudit.linking.domains import own_domains
from tests.linking.test_payments import _told
from tests.sources.loading import LoadFiles, source

HEADER = "MessageId,Received,SenderAddress,RecipientAddress,Subject,Status"
FACT = '[[data.customer_domain]]\ncustomer_id = "{}"\ndomain = "{}"\n'


def test_the_longest_listed_domain_counts(load_files: LoadFiles) -> None:
    """mail.contoso.co.uk is Contoso's where only contoso.co.uk is listed; a listed domain below it goes before it."""
    facts = [
        ("c1", "contoso.co.uk"),
        ("c2", "Lab.Contoso.co.uk"),
        ("c3", "shared.example"),
        ("c4", "shared.example"),
        ("c5", "gmail.com"),
        ("c6", "co.uk"),
        ("c7", "tailspin.onmicrosoft.com"),
        ("c8", "onmicrosoft.com"),
        ("c9", "example"),
    ]
    people = [
        "a@contoso.co.uk",
        "b@mail.eu.contoso.co.uk",
        "c@lab.contoso.co.uk",
        "d@x.lab.contoso.co.uk",
        "e@notcontoso.co.uk",
        "f@x.shared.example",
        "g@gmail.com",
        "h@litware.co.uk",
        "i@tailspin.onmicrosoft.com",
        "j@other.onmicrosoft.com",
        "k@wingtip.example",
    ]
    rows = [
        f"<{n}@x>,2026-07-05T08:00:00Z,us@fabrikam.example,{one},s,Delivered" for n, one in enumerate(people)
    ]
    done = load_files(
        {"m.csv": "\n".join([HEADER, *rows, ""])},
        source("m.csv", "exchange_message_trace_csv") + "".join(FACT.format(*fact) for fact in facts),
    )
    assert done.rows(
        "SELECT recipient, customer_id FROM message WHERE customer_id IS NOT NULL ORDER BY 1"
    ) == [
        ("a@contoso.co.uk", "c1"),
        ("b@mail.eu.contoso.co.uk", "c1"),
        ("c@lab.contoso.co.uk", "c2"),
        ("d@x.lab.contoso.co.uk", "c2"),
        ("i@tailspin.onmicrosoft.com", "c7"),
    ]
    assert _told(done, "message_to_customer") == (11, {"domain": 3, "domain_above": 2}, 1, 5)
    assert done.rows("SELECT from_id, to_id, step, evidence FROM link WHERE from_id = '<1@x>'") == [
        ("<1@x>", "c1", "domain_above", "mail.eu.contoso.co.uk")
    ]


def test_nobody_owns_a_suffix_or_a_provider() -> None:
    """What the public suffix list ends, private entries too, and what everybody writes from, is nobody's own."""
    listed = [
        "contoso.com",
        "Contoso.co.uk",
        "co.uk",
        "com",
        "github.io",
        "contoso.github.io",
        "gmx.de",
        "contoso.local",
        "localhost",
        "パートナー.jp",
    ]
    assert own_domains(listed, resources.linking_rules()) == [
        "contoso.co.uk",
        "contoso.com",
        "contoso.github.io",
        "contoso.local",
        "パートナー.jp",
    ]
