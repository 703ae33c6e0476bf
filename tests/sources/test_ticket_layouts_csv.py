"""The CSV layouts of ticket desks: little exports in the vendors' own shapes, and the rows that they become."""

import pytest

from cspaudit.errors import EngagementError
from tests.sources.loading import LoadFiles, instant, source

BERLIN = '"Europe/Berlin"'
TICKETS = (
    "SELECT ticket_id, opened_at, customer_id, requester, severity, request_type, status, resolved_at FROM ticket "
    "ORDER BY 1"
)
EVENTS = (
    "SELECT event_id, ticket_id, occurred_at, kind, actor_kind, actor_id FROM ticket_event ORDER BY record, 1"
)


def test_jira_in_english(load_files: LoadFiles) -> None:
    """Repeated columns, texts over several lines and the user's own way to write times: each issue is a ticket."""
    head = (
        "Summary,Issue key,Issue id,Issue Type,Status,Priority,Resolution,Reporter,Created,Updated,Resolved,Labels,Labels,"
        "Custom field (Organizations),Custom field (Organizations),Custom field (Time to first response),Comment,Comment\n"
    )
    rows = (
        "Mail,HELP-1,10001,[System] Incident,Closed,Highest,Done,Kim Lee,6/Jul/26 9:10 AM,7/Jul/26 9:10 AM,"
        '6/Jul/26 12:30 PM,a,b,Contoso,,-2:18,"06/Jul/26 9:20 AM;5f;Hello,\nwe look at it.",\n'
        "Licence,HELP-2,10002,[System] Service request,Open,High,,Max Muster,31/Jul/26 11:59 PM,,,,,Contoso,Litware,0:10,,\n"
        "Quota,HELP-3,10003,Problem,Open,P1,,,1/Aug/26 12:05 AM,,,,,,Litware,,,\n"
        "When,HELP-4,10004,Problem,Open,Low,,,8/7/26 9:10 AM,,,,,,,,,\n"
    )
    done = load_files({"j.csv": head + rows}, source("j.csv", "jira_issues_csv", timezone=BERLIN))
    assert done.rows(TICKETS) == [
        (
            *(
                "HELP-1",
                instant("2026-07-06T07:10:00"),
                "Contoso",
                "Kim Lee",
                "critical",
                "incident",
                "Closed",
            ),
            instant("2026-07-06T10:30:00"),
        ),
        # two organisations share it: whose it is, is not told
        ("HELP-2", instant("2026-07-31T21:59:00"), None, "Max Muster", "moderate", None, "Open", None),
        # a priority of the desk's own stays unknown
        ("HELP-3", instant("2026-07-31T22:05:00"), "Litware", None, "unknown", "incident", "Open", None),
    ]
    # day and month cannot be told apart, so that none is guessed
    assert [(row[1], row[2], row[3], row[4]) for row in done.rejects()] == [
        (4, 6, "opened_at", "8/7/26 9:10 AM")
    ]
    assert done.counts() == (4, 3, 1)
    assert done.loaded.warnings == ()
    assert done.rows("SELECT * FROM ticket_event") == []


#: header with key, type, state, priority, reporter, creation and resolution; a day in March, written as there
LOCALISED = {
    "de": "Vorgangsschlüssel,Vorgangstyp,Status,Priorität,Autor,Erstellt,Erledigt|5/März/26 9:10 AM",
    "fr": "Clé de ticket,Type de ticket,État,Priorité,Rapporteur,Création,Resolved|5/mars/26 9:10 AM",
    "es": "Clave de incidencia,Tipo de Incidencia,Estado,Prioridad,Informador,Creada,Resuelta|05 mar 2026, 9:10",
    "it": "Chiave di ticket,Tipo ticket,Stato,Priorità,Richiedente,Creati,Resolved|5/mar/26 9:10 AM",
    "pt": "Chave da item,Tipo de item,Status,Prioridade,Relator,Criado,Resolvido|5 de mar. de 2026, 09:10",
    "nl": "Issuecode,Issue Type,Status,Prioriteit,Melder,Aangemaakt,Resolved|5/mrt./26 9:10 AM",
    "ja": "課題キー,課題タイプ,Status,優先度,報告者,作成日,Resolved|5/3月/26 9:10 AM",
}


@pytest.mark.parametrize("language", LOCALISED)
def test_jira_in_other_languages(load_files: LoadFiles, language: str) -> None:
    """The header and the months may be in the language of whoever exported the issues."""
    head, _, day = LOCALISED[language].partition("|")
    row = f'HELP-1,Incident,Open,Medium,Kim Lee,"{day}",\n'
    done = load_files({"j.csv": f"{head}\n{row}"}, source("j.csv", "jira_issues_csv", timezone=BERLIN))
    assert done.rows(TICKETS) == [
        (
            *("HELP-1", instant("2026-03-05T08:10:00"), None, "Kim Lee"),
            *("moderate", "incident", "Open", None),
        )
    ]
    assert done.loaded.warnings == ()


def test_a_field_in_two_spellings_is_refused(load_files: LoadFiles) -> None:
    """A header that has a field under two of its names does not tell which is meant."""
    done = load_files(
        {"j.csv": "Issue key,Created,Erstellt\nHELP-1,5/Mar/26 9:10 AM,6/Mar/26 9:10 AM\n"},
        source("j.csv", "jira_issues_csv", timezone=BERLIN),
    )
    assert "The header names 'Created' 2 times (also as 'Erstellt')." in done.problem


def test_columns_of_other_languages_are_known(load_files: LoadFiles) -> None:
    """A known field that no column takes is not reported in any spelling; a desk's own field is."""
    done = load_files(
        {
            "j.csv": "Resumen,Clave de incidencia,Creada,Campo personalizado (Cluster)\nx,H-1,5/mar/26 9:10 AM,y\n"
        },
        source("j.csv", "jira_issues_csv", timezone=BERLIN),
    )
    assert done.loaded.warnings == ("j.csv: columns not used: Campo personalizado (Cluster).",)


def test_zendesk_export(load_files: LoadFiles) -> None:
    """The account's export names organisation and requester; its times are those of the account's zone."""
    head = (
        "Summation column,Id,Requester,Requester id,Subject,Status,Priority,Via,Ticket type,Created at,Updated at,Organization,"
        "Solved at,First reply time in minutes,Product [list]\n"
    )
    rows = (
        "1,38,Kim Lee,9,Mail,Closed,Urgent,Mail,Question,2026-07-06 09:10,2026-07-07 09:10,Contoso,2026-07-06 12:30,15,Azure\n"
        "1,0039,Max Muster,8,Quota,Open,-,Web Form,-,2026-07-06 09:11,2026-07-07 09:10,-,,,\n"
        "1,40,Max Muster,8,Quota,Open,Hot,Web Form,Change,7/6/2026 9:11,,,,,\n"
    )
    done = load_files({"z.csv": head + rows}, source("z.csv", "zendesk_tickets_csv", timezone=BERLIN))
    assert done.rows(TICKETS) == [
        ("0039", instant("2026-07-06T07:11:00"), None, "Max Muster", None, None, "Open", None),
        (
            *("38", instant("2026-07-06T07:10:00"), "Contoso", "Kim Lee", "critical", "how_to", "Closed"),
            instant("2026-07-06T10:30:00"),
        ),
    ]
    assert done.counts() == (3, 2, 1)
    assert done.loaded.warnings == ("z.csv: columns not used: Product [list].",)


def test_zendesk_view_without_creation(load_files: LoadFiles) -> None:
    """A view that does not show when a ticket was opened is refused with the column that is missing."""
    done = load_files(
        {"z.csv": "ID,Subject,Requester\n1,Mail,Kim Lee\n"},
        source("z.csv", "zendesk_tickets_csv", timezone=BERLIN),
    )
    assert "The export lacks 'Created at'." in done.problem


@pytest.mark.parametrize(
    "head",
    [
        "number,opened_at,short_description,caller_id,priority,state,category,company,contact_type,resolved_at,closed_at,close_code,parent_incident",
        "Number,Opened,Short description,Caller,Priority,State,Category,Company,Channel,Resolved,Closed,Resolution code,Parent Incident",
    ],
)
def test_servicenow_incidents(load_files: LoadFiles, head: str) -> None:
    """A list shows fields or their labels; the product's close codes tell a solution from a workaround."""
    rows = (
        "INC0010001,2026-07-06 09:10:00,Mail,Kim Lee,1 - Critical,Closed,software,Contoso,Phone,06.07.2026 12:30:00,"
        "2026-07-07 08:00:00,Solved (Work Around),\n"
        "INC0010002,2026-07-06 09:11:00,Mail,Max Muster,2 - High,On Hold,network,,Event,,,No resolution provided,INC0010001\n"
        "INC0010003,13/13/2026 09:11:00,Mail,Max Muster,9 - Later,New,,,,,,,\n"
    )
    done = load_files(
        {"s.csv": f"{head}\n{rows}"}, source("s.csv", "servicenow_incidents_csv", timezone=BERLIN)
    )
    assert done.rows(
        "SELECT ticket_id, opened_at, customer_id, requester, severity, status, resolved_at, closed_at, resolution, "
        "channel, excluded_as, parent_id, category FROM ticket ORDER BY 1"
    ) == [
        (
            *("INC0010001", instant("2026-07-06T07:10:00"), "Contoso", "Kim Lee", "critical", "Closed"),
            *(instant("2026-07-06T10:30:00"), instant("2026-07-07T06:00:00"), "workaround", "phone"),
            *(None, None, None),
        ),
        (
            *("INC0010002", instant("2026-07-06T07:11:00"), None, "Max Muster", "moderate", "On Hold"),
            *(None, None, None, "Event", "monitoring", "INC0010001", None),
        ),
    ]
    assert [(row[1], row[3], row[4]) for row in done.rejects()] == [(3, "opened_at", "13/13/2026 09:11:00")]


@pytest.mark.parametrize("created", ["Created time", "Created Time"])
def test_freshdesk(load_files: LoadFiles, created: str) -> None:
    """The first answer that the desk noted is an agent's reply; a ticket without one has none."""
    head = (
        f"Ticket ID,Subject,Status,Priority,Source,Type,Agent,{created},Resolved time,Closed time,Initial response time,"
        "First response time (in hrs),Resolution time (in hrs),Resolution time (in hrs),Full name,Email,Company Name\n"
    )
    rows = (
        "0101,Mail,Closed,Urgent,Email,Question,Ben,2026-07-06 09:10:00,2026-07-06 12:30:00,2026-07-07 08:00:00,"
        "2026-07-06 09:25:00,00:15:00,03:20:00,03:20:00,Kim Lee,kim@contoso.example,Contoso\n"
        "102,Quota,Open,Low,Outbound Email,Refund,,2026-07-06 09:11:00,,,,,,,Max Muster,,\n"
    )
    done = load_files({"f.csv": head + rows}, source("f.csv", "freshdesk_tickets_csv", timezone=BERLIN))
    assert done.rows(TICKETS) == [
        (
            *("0101", instant("2026-07-06T07:10:00"), "Contoso", "Kim Lee", "critical", "how_to", "Closed"),
            instant("2026-07-06T10:30:00"),
        ),
        ("102", instant("2026-07-06T07:11:00"), None, "Max Muster", "minimal", None, "Open", None),
    ]
    assert done.rows("SELECT ticket_id, closed_at, channel FROM ticket ORDER BY 1") == [
        ("0101", instant("2026-07-07T06:00:00"), "email"),
        ("102", None, "Outbound Email"),
    ]
    assert done.rows(EVENTS) == [
        ("0101:2026-07-06 09:25:00", "0101", instant("2026-07-06T07:25:00"), "reply", "agent", None)
    ]
    assert done.counts() == (2, 2, 0)
    assert done.loaded.warnings == ()


def test_connectwise_list(load_files: LoadFiles) -> None:
    """Days in the user's own format are read once the format is told, and refused before."""
    board = (
        "Ticket #,Priority,Age,Status,Company,Contact,Summary Description,Date Entered,Closed Date\n"
        "4711,Priority 2 - Quick Response,1.2,Closed,Contoso,Kim Lee,Mail,7/6/2026 9:10 AM,7/7/2026 8:00 AM\n"
        "4712,VIP,0.1,New,Litware,Max Muster,Quota,7/6/2026 9:11 AM,\n"
    )
    refused = load_files({"c.csv": board}, source("c.csv", "connectwise_tickets_csv", timezone=BERLIN))
    assert "every one can be read both ways" in refused.problem
    done = load_files(
        {"c.csv": board},
        source("c.csv", "connectwise_tickets_csv", timezone=BERLIN, date_format='"%m/%d/%Y %I:%M %p"'),
    )
    assert done.rows(
        "SELECT ticket_id, opened_at, closed_at, customer_id, severity FROM ticket ORDER BY 1"
    ) == [
        ("4711", instant("2026-07-06T07:10:00"), instant("2026-07-07T06:00:00"), "Contoso", "moderate"),
        ("4712", instant("2026-07-06T07:11:00"), None, "Litware", "unknown"),
    ]
    assert done.loaded.warnings == ()


@pytest.mark.parametrize(
    "head",
    [
        "case:concept:name,concept:name,time:timestamp,org:resource",
        "Case ID,Activity,Complete Timestamp,Resource",
        "case id;ACTIVITY;Complete timestamp;resource",
    ],
)
def test_event_log(load_files: LoadFiles, head: str) -> None:
    """A ticket was opened by its first event, and is closed where its last one closed it, in whatever order they stand."""
    events = [
        ("Case 1", "Closed", "2026/07/08 10:00:00.000", "Value 1"),
        ("Case 1", "Insert ticket", "2026/07/06 09:10:00.999", "Value 2"),
        ("Case 1", "Resolve ticket", "2026/07/06 12:30:00.000", ""),
        ("Case 2", "Closed", "2026/07/07 09:00:00.000", "Value 1"),
        ("Case 2", "Take in charge ticket", "2026/07/07 10:00:00.000", "Value 1"),
        ("Case 3", "Wait", "7/8/2026", "Value 1"),
    ]
    separator = ";" if ";" in head else ","
    lines = "".join(separator.join(event) + "\n" for event in events)
    done = load_files({"e.csv": f"{head}\n{lines}"}, source("e.csv", "ticket_event_log_csv", timezone=BERLIN))
    assert done.rows("SELECT ticket_id, opened_at, status, closed_at, record FROM ticket ORDER BY 1") == [
        ("Case 1", instant("2026-07-06T07:10:00"), "Closed", instant("2026-07-08T08:00:00"), 1),
        ("Case 2", instant("2026-07-07T07:00:00"), "Take in charge ticket", None, 5),
    ]
    assert done.rows(EVENTS) == [
        ("Case 1:1", "Case 1", instant("2026-07-08T08:00:00"), "close", None, "Value 1"),
        ("Case 1:2", "Case 1", instant("2026-07-06T07:10:00"), "status", None, "Value 2"),
        ("Case 1:3", "Case 1", instant("2026-07-06T10:30:00"), "resolve", None, None),
        ("Case 2:4", "Case 2", instant("2026-07-07T07:00:00"), "close", None, "Value 1"),
        ("Case 2:5", "Case 2", instant("2026-07-07T08:00:00"), "assign", None, "Value 1"),
    ]
    assert done.counts() == (6, 5, 1)


def test_event_log_needs_a_zone(load_files: LoadFiles) -> None:
    """A log whose times may have no offset is not read without a zone."""
    with pytest.raises(EngagementError, match="names no time zone"):
        load_files({"e.csv": ""}, source("e.csv", "ticket_event_log_csv"))
