"""What else Partner Center lists: requests, customers, subscriptions, what was done, the contact; and a desk's users."""

import json
from datetime import date

import pytest

from cspaudit.errors import EngagementError
from tests.sources.loading import LoadFiles, instant, source
from tests.sources.partner_center import CUSTOMER, SUBSCRIPTION

REQUESTS = (
    "SELECT request_id, opened_at, closed_at, severity, status, contact_email, customer_context, filed_by_actor_id "
    "FROM service_request ORDER BY 1"
)


def test_requests_of_a_list_and_by_themselves(load_files: LoadFiles) -> None:
    """A list writes numbers where a single request has words; the later state of a request stays."""
    listed = {
        "items": [
            {
                "id": "615000000000001",
                "severity": 1,
                "status": 3,
                "createdDate": "2026-07-24T01:07:00.863",
                "lastModifiedDate": "2026-07-24T01:17:10.61",
                "lastClosedDate": "0001-01-01T00:00:00",
            },
            {
                "id": "615000000000002",
                "severity": 0,
                "status": 0,
                "createdDate": "2026-07-24T01:07:00.8631234Z",
            },
            {"id": "615000000000003", "severity": 3, "status": 1, "createdDate": "24/07/2026"},
        ]
    }
    detail = {
        "id": "615000000000001",
        "severity": "moderate",
        "status": "closed",
        "organization": {"id": CUSTOMER, "name": "Litware"},
        "primaryContact": {"email": "desk@fabrikam.example"},
        "createdDate": "2026-07-24T01:07:00.863Z",
        "lastModifiedDate": "2026-07-26T10:00:00Z",
        "lastClosedDate": "2026-07-26T10:00:00Z",
    }
    done = load_files(
        {"r1.json": json.dumps(listed), "r2.json": json.dumps(detail)},
        source("r*.json", "partner_center_service_requests_json"),
    )
    opened = instant("2026-07-24T01:07:00")
    assert done.rows(REQUESTS) == [
        (
            *("615000000000001", opened, instant("2026-07-26T10:00:00"), "moderate", "closed"),
            *("desk@fabrikam.example", CUSTOMER.lower(), None),
        ),
        ("615000000000002", opened, None, "unknown", "none", None, None, None),
    ]
    assert [row[1:4] for row in done.rejects()] == [(3, None, "opened_at")]
    assert done.counts() == (4, 3, 1)


def test_requests_of_the_cmdlet(load_files: LoadFiles) -> None:
    """The cmdlet writes words; the year 1 stands for a request that was never closed."""
    text = (
        "ServiceRequestId,Title,Severity,Status,CreatedDate,LastModifiedDate,LastClosedDate,PrimaryContact\r\n"
        "615000000000001,Help,Critical,AttentionNeeded,7/24/2026 1:07:00 AM,7/24/2026 1:17:10 AM,1/1/0001 12:00:00 AM,X\r\n"
        "615000000000002,Help,Minimal,Closed,7/24/2026 1:07:00 PM,,7/25/2026 2:00:00 PM,X\r\n"
    )
    done = load_files({"r.csv": text}, source("r.csv", "partner_center_service_requests_powershell_csv"))
    assert [row[:5] for row in done.rows(REQUESTS)] == [
        ("615000000000001", instant("2026-07-24T01:07:00"), None, "critical", "attention_needed"),
        (
            "615000000000002",
            instant("2026-07-24T13:07:00"),
            instant("2026-07-25T14:00:00"),
            "minimal",
            "closed",
        ),
    ]


@pytest.mark.parametrize(
    ("header", "record"),
    [
        (
            "Request ID,Title,Customer,Severity,Status,Created on,Last updated,Closed on,Created by",
            "2607240040001,Help,Litware,Moderate,Closed,7/24/2026 10:07 AM,,7/25/2026 2:00 PM,ada@fabrikam.example",
        ),
        (
            "Anforderungs-ID;Titel;Kunde;Schweregrad;Status;Erstellt am;Zuletzt aktualisiert;Geschlossen am;Erstellt von",
            "2607240040001;Hilfe;Litware;Mittel;Closed;24.07.2026 10:07;;25.07.2026 14:00;ada@fabrikam.example",
        ),
        (
            "要求 ID,タイトル,顧客,重要度,状態,作成日,最終更新日,終了日,作成者",
            "2607240040001,x,Litware,中程度,Closed,2026/07/24 10:07,,2026/7/25 14:00,ada@fabrikam.example",
        ),
    ],
)
def test_requests_of_the_page(load_files: LoadFiles, header: str, record: str) -> None:
    """The page's list is in its language and local time; the customer's name is no id and stays out."""
    done = load_files(
        {"r.csv": f"{header}\n{record}\n"},
        source("r.csv", "partner_center_service_requests_csv", timezone='"Europe/Berlin"'),
    )
    assert done.rows(REQUESTS) == [
        (
            *(
                "2607240040001",
                instant("2026-07-24T08:07:00"),
                instant("2026-07-25T12:00:00"),
                "moderate",
                "Closed",
            ),
            *(None, None, "ada@fabrikam.example"),
        )
    ]
    assert done.values("SELECT customer_id FROM service_request") == [None]


@pytest.mark.parametrize(
    "header",
    [
        "Microsoft ID,Company name,Primary domain name,Relationship",
        "Microsoft-ID,Firmenname,Primärer Domänenname,Beziehung",
        "Id. de Microsoft,Nombre de la empresa,Nombre de dominio principal,Relación",
    ],
)
def test_customers_of_the_page(load_files: LoadFiles, header: str) -> None:
    """A customer is known by its id, and by its domain where it has one."""
    text = f'\ufeff{header}\n{CUSTOMER},"Litware, Inc.",litware.example,Cloud Reseller\nother-id,Wingtip,,Advisor\n'
    done = load_files({"c.csv": text}, source("c.csv", "partner_center_customers_csv"))
    assert done.rows("SELECT customer_id, name FROM customer ORDER BY 2") == [
        (CUSTOMER.lower(), "Litware, Inc."),
        ("other-id", "Wingtip"),
    ]
    assert done.rows("SELECT customer_id, domain FROM customer_domain") == [
        (CUSTOMER.lower(), "litware.example")
    ]
    assert done.counts() == (2, 2, 0)


def test_customers_of_the_interface(load_files: LoadFiles) -> None:
    """A listed customer has its primary domain, one by itself all domains, its country and language."""
    content = {
        "items": [
            {"id": CUSTOMER, "companyProfile": {"companyName": "Litware", "domain": "litware.example"}},
            {
                "id": "c-2",
                "companyProfile": {"companyName": "Wingtip", "domain": "wingtip.example"},
                "billingProfile": {"culture": "de-DE", "language": "de", "defaultAddress": {"country": "DE"}},
                "customDomains": ["wingtip.example", "wingtiptoys.example"],
            },
            {"id": "c-3", "companyProfile": {"companyName": "Proseware"}},
        ]
    }
    done = load_files({"c.json": json.dumps(content)}, source("c.json", "partner_center_customers_json"))
    assert done.rows("SELECT customer_id, name, country, language FROM customer ORDER BY 1") == [
        (CUSTOMER.lower(), "Litware", None, None),
        ("c-2", "Wingtip", "DE", "de-DE"),
        ("c-3", "Proseware", None, None),
    ]
    assert done.rows("SELECT customer_id, domain FROM customer_domain ORDER BY 1, 2") == [
        (CUSTOMER.lower(), "litware.example"),
        ("c-2", "wingtip.example"),
        ("c-2", "wingtiptoys.example"),
    ]
    assert done.counts() == (5, 5, 0)


def test_subscriptions_of_the_interface(load_files: LoadFiles) -> None:
    """Whose a subscription is stands in its address; a term's end is an end only where it has expired."""
    one = {
        "id": SUBSCRIPTION,
        "offerId": "MS-AZR-0145P",
        "offerName": "Microsoft Azure",
        "effectiveStartDate": "2026-01-10T00:00:00Z",
        "commitmentEndDate": "2026-12-10T00:00:00Z",
        "status": "active",
        "isTrial": False,
        "links": {"self": {"uri": f"/customers/{CUSTOMER}/subscriptions/{SUBSCRIPTION}"}},
    }
    other = {
        **one,
        "id": "s-2",
        "offerId": "CFQ7TTC0LCHC:0002:X",
        "effectiveStartDate": "2025-01-10T10:11:12.1234567Z",
        "commitmentEndDate": "2026-01-09T00:00:00Z",
        "status": 4,
        "isTrial": True,
        "parentSubscriptionId": SUBSCRIPTION,
        "productType": {"id": "OnlineServicesNCE"},
        "cancellationAllowedUntilDate": "2025-01-17T10:11:12Z",
    }
    done = load_files(
        {"s.json": json.dumps({"items": [one, other, {**one, "id": "s-3", "links": {}}]})},
        source("s.json", "partner_center_subscriptions_json"),
    )
    assert done.rows(
        "SELECT subscription_id, customer_id, service, product, channel, platform, status, started_on, ended_on, is_trial, "
        "parent_subscription_id, cancellable_until_at, is_paid FROM subscription ORDER BY record"
    ) == [
        (
            *(SUBSCRIPTION.lower(), CUSTOMER.lower(), "azure", "Microsoft Azure", "csp", None, "active"),
            *(date(2026, 1, 10), None, False, None, None, None),
        ),
        (
            *("s-2", CUSTOMER.lower(), None, "Microsoft Azure", "csp", "new_commerce", "expired"),
            *(
                date(2025, 1, 10),
                date(2026, 1, 9),
                True,
                SUBSCRIPTION.lower(),
                instant("2025-01-17T10:11:12"),
                None,
            ),
        ),
    ]
    assert [row[3] for row in done.rejects()] == ["customer_id"]
    assert done.counts() == (3, 2, 1)


def test_subscriptions_of_the_cmdlet(load_files: LoadFiles) -> None:
    """The cmdlet's file is that of one customer, which is stated; a term's end is an end only once expired."""
    text = (
        "SubscriptionId,OfferId,OfferName,Status,IsTrial,EffectiveStartDate,CommitmentEndDate,PartnerId\r\n"
        f"{SUBSCRIPTION},MS-AZR-0145P,Microsoft Azure,Active,False,1/20/2026 12:00:00 AM,12/10/9999 12:00:00 AM,\r\n"
        "s-2,X,Exchange,Expired,True,1/20/2025 12:00:00 AM,1/19/2026 12:00:00 AM,4870137\r\n"
    )
    done = load_files(
        {"s.csv": text},
        source(
            "s.csv",
            "partner_center_subscriptions_powershell_csv",
            constants='{ customer_id = "c-1" }',
            date_order='"mdy"',
        ),
    )
    assert done.rows(
        "SELECT subscription_id, customer_id, service, status, started_on, ended_on, is_trial FROM subscription "
        "ORDER BY record"
    ) == [
        (SUBSCRIPTION.lower(), "c-1", "azure", "active", date(2026, 1, 20), None, False),
        ("s-2", "c-1", None, "expired", date(2025, 1, 20), date(2026, 1, 19), True),
    ]


def test_audit_records(load_files: LoadFiles) -> None:
    """Answers for overlapping days repeat records, which are one event; no event of a subscription is made of them."""
    record = {
        "customerId": CUSTOMER,
        "userPrincipalName": "ada@fabrikam.example",
        "resourceType": "subscription",
        "operationType": "update_subscription",
        "operationDate": "2026-07-15T22:56:05.0589308Z",
        "operationStatus": "succeeded",
    }
    later = {
        **record,
        "operationDate": "2026-07-15T22:56:05.0589309Z",
        "userPrincipalName": None,
        "applicationId": "a1",
    }
    files = {"1.json": json.dumps({"items": [record]}), "2.json": json.dumps({"items": [record, later]})}
    done = load_files(files, source("*.json", "partner_center_audit_records_json"))
    assert done.rows(
        "SELECT occurred_at, operation, actor_id, application_id, customer_id, resource_type, status FROM audit_event "
        "ORDER BY event_id"
    ) == [
        (
            *(instant("2026-07-15T22:56:05"), "update_subscription", actor, application),
            *(CUSTOMER.lower(), "subscription", "succeeded"),
        )
        for actor, application in (("ada@fabrikam.example", None), (None, "a1"))
    ]
    assert done.values("SELECT count(*) FROM subscription_event") == [0]
    assert done.counts() == (3, 3, 0)


def test_activity_log(load_files: LoadFiles) -> None:
    """Each record of the page's log is an event of its own; its times are those of the zone that is named."""
    text = (
        "Datum;Vorgang;Benutzer;Kunde;Status\n"
        "2026-07-15 22:56:05;Abonnement anhalten;ada@fabrikam.example;Litware;Erfolgreich\n"
        "2026-07-15 22:56:05;Abonnement anhalten;ada@fabrikam.example;Litware;Erfolgreich\n"
    )
    done = load_files(
        {"log.csv": text}, source("log.csv", "partner_center_activity_log_csv", timezone='"Europe/Berlin"')
    )
    assert done.rows(
        "SELECT occurred_at, operation, actor_id, status, record FROM audit_event ORDER BY record"
    ) == [
        (instant("2026-07-15T20:56:05"), "Abonnement anhalten", "ada@fabrikam.example", "Erfolgreich", number)
        for number in (1, 2)
    ]


PROFILE = json.dumps(
    {"email": "help@fabrikam.example", "telephone": "49 89 0", "profileType": "support_profile"}
)


def test_a_profile_is_of_the_moment_that_the_source_states(load_files: LoadFiles) -> None:
    """The moment is the source's as_of, or stated by itself, and is told as what it is."""
    done = load_files(
        {"p1.json": PROFILE, "p2.json": PROFILE},
        source("p1.json", "partner_center_support_profile_json", as_of="2026-07-31T14:00:00+02:00")
        + source(
            "p2.json",
            "partner_center_support_profile_json",
            as_of="2026-09-30T14:00:00+02:00",
            constants='{ observed_at = "2026-08-31T12:00:00Z" }',
        ),
    )
    assert done.rows("SELECT observed_at, email, telephone, website FROM support_profile ORDER BY 1") == [
        (instant("2026-07-31T12:00:00"), "help@fabrikam.example", "49 89 0", None),
        (instant("2026-08-31T12:00:00"), "help@fabrikam.example", "49 89 0", None),
    ]
    assert "p1.json: observed_at is the source's as_of." in done.loaded.assumptions
    assert "p2.json: observed_at is the source's as_of." not in done.loaded.assumptions


def test_two_profiles_of_one_moment_are_not_both_true(load_files: LoadFiles) -> None:
    """Two files of one source are two snapshots of one moment: the second is left out, and counted."""
    done = load_files(
        {"p1.json": PROFILE, "p2.json": PROFILE},
        source("p*.json", "partner_center_support_profile_json", as_of="2026-07-31T14:00:00+02:00"),
    )
    assert [row[0] for row in done.rejects()] == ["p2.json"]
    assert done.counts() == (2, 1, 1)


def test_a_profile_without_a_moment_is_refused(load_files: LoadFiles) -> None:
    """No moment is made up: without one the source is refused, and the message says what to write."""
    with pytest.raises(EngagementError, match="does not tell when the snapshot was taken") as refused:
        load_files({"p.json": PROFILE}, source("p.json", "partner_center_support_profile_json"))
    assert "as_of = " in refused.value.hint


def test_users_of_a_desk(load_files: LoadFiles) -> None:
    """Staff are agents and end users customers; a role that the vendor adds is of an unknown kind."""
    roles = {1: "end-user", 2: "agent", 3: "admin", 4: "robot"}
    users = [{"id": one, "role": role, "created_at": "2026-01-02T23:30:00Z"} for one, role in roles.items()]
    done = load_files({"u.json": json.dumps({"users": users})}, source("u.json", "zendesk_users_json"))
    day = date(2026, 1, 2)
    assert done.rows("SELECT actor_id, role, kind, valid_from_on, valid_to_on FROM actor ORDER BY 1") == [
        ("1", "end-user", "customer", day, None),
        ("2", "agent", "agent", day, None),
        ("3", "admin", "agent", day, None),
        ("4", "robot", "unknown", day, None),
    ]
