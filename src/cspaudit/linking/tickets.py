"""Messages to tickets: by the ids that subjects name, by tracking ids of requests, by thread and by what is answered."""

from cspaudit.linking import texts
from cspaudit.warehouse.duckdb_warehouse import Warehouse

KIND, REQUEST_KIND = "message_to_ticket", "request_to_ticket"
SUBJECT, TRACKING, THREAD, REPLY = "subject", "tracking_id", "thread", "reply"
#: the steps, the surest first
STEPS = (SUBJECT, TRACKING, THREAD, REPLY)
#: a subject cannot name a ticket that was opened later than this after it was sent
EARLY = "INTERVAL 1 DAY"

_WORDS = (
    "TICKET|CASE|REQUEST|INCIDENT|TRACKING ?ID|SUPPORT ?ID|VORGANG|FALL|ANFRAGE|DEMANDE|DOSSIER|SOLICITUD|CASO|"
    "RICHIESTA|PEDIDO|CHAMADO|MELDING|VERZOEK|チケット|ケース|受付番号|お問い合わせ番号"
)
_ID = "([0-9A-Z](?:[0-9A-Z./_-]*[0-9A-Z])?)"
#: an id behind a word for ticket and a number sign, or alone in brackets behind one: of any length
_SIGNED = rf"(?:(?:{_WORDS})[ .:]*#[ :]*|\[#){_ID}"
#: a number without the sign: "Request 2 of 3" is none
_BARE = rf"(?:{_WORDS})(?: ?(?:ID|NO|NR|NUM|NUMBER|NUMMER))?[ .:№º°]*([0-9]{{5,20}})"
#: a word that is an id by its looks: letters and digits, and a hyphen between them or some length
_LOOKS = "[A-Z][A-Z0-9]*-[0-9A-Z-]*[0-9][0-9A-Z-]*|[A-Z]+[0-9][0-9A-Z.]{5,}|[0-9]{10,}"
#: a word with a digit in it
_WORD = "[0-9A-Z./_-]*[0-9][0-9A-Z./_-]*"


def _is_named(subject: str, word: str) -> str:
    """Return the SQL of whether a word of the subject is meant as an id."""
    return (
        f"(regexp_full_match({word}, '{_LOOKS}') OR list_contains(regexp_extract_all({subject}, '{_SIGNED}', 1), {word}) "
        f"OR list_contains(regexp_extract_all({subject}, '{_BARE}', 1), {word}))"
    )


def find(warehouse: Warehouse, seen: str) -> None:
    """Make ``found_ticket`` (partner_id, message_id, ticket_id, step) and ``found_request`` (… request_id, ticket_id).

    ``seen`` is a relation of messages: partner_id, message_id, sent_at, customer_id, subject, ticket_id,
    in_reply_to_id, thread_id. A message that says its ticket keeps it. Evidence for several tickets is none; tickets
    merged into one count as that one. A ticket of another customer is no evidence. Makes ``ticket_evidence`` too:
    every message with evidence, and how many tickets it speaks for.
    """
    _read_subjects(warehouse, seen)
    warehouse.execute(
        "CREATE TABLE evidence AS SELECT DISTINCT s.partner_id, s.message_id, t.ticket_id, t.survivor_id, "
        f"t.customer_id, 1 AS rank FROM subject_id s JOIN ticket t ON t.partner_id = s.partner_id "
        f"AND {texts.key('t.ticket_id')} = s.word AND t.opened_at <= s.sent_at + {EARLY} WHERE NOT s.says_ticket"
    )
    _link_requests(warehouse, seen)
    _follow(warehouse, seen)
    warehouse.execute(
        "CREATE TABLE ticket_evidence AS SELECT e.partner_id, e.message_id, "
        "count(DISTINCT coalesce(e.survivor_id, e.ticket_id)) FILTER (WHERE fits) AS tickets, "
        "min(CASE WHEN fits THEN coalesce(e.survivor_id, e.ticket_id) END) AS ticket_id, min(rank) FILTER (WHERE fits) AS rank "
        "FROM (SELECT e.*, coalesce(e.customer_id = m.customer_id, true) AS fits FROM evidence e "
        f"JOIN {seen} m USING (partner_id, message_id)) e GROUP BY ALL"
    )
    steps = " ".join(f"WHEN {number} THEN '{step}'" for number, step in enumerate(STEPS, 1))
    warehouse.execute(
        f"CREATE TABLE found_ticket AS SELECT partner_id, message_id, ticket_id, CASE rank {steps} END AS step "
        "FROM ticket_evidence WHERE tickets = 1"
    )
    for table in ("subject_id", "evidence"):
        warehouse.execute(f"DROP TABLE {table}")


def _read_subjects(warehouse: Warehouse, seen: str) -> None:
    """Make ``subject_id``: the ids of tickets and requests that subjects name.

    Only words that are an id of the partner's own are looked at twice: whether they are meant as one.
    """
    warehouse.execute(
        "CREATE TABLE own_id AS SELECT partner_id, " + texts.key("ticket_id") + " AS word FROM ticket UNION "
        "SELECT partner_id, " + texts.key("request_id") + " FROM service_request"
    )
    warehouse.execute(
        "CREATE TABLE subject_id AS SELECT DISTINCT partner_id, message_id, sent_at, says_ticket, word FROM ("
        f"SELECT *, trim(unnest(regexp_extract_all(subject, '{_WORD}')), './_-') AS word "
        "FROM (SELECT partner_id, message_id, sent_at, "
        f"ticket_id IS NOT NULL AS says_ticket, upper({texts.usual('subject')}) AS subject FROM {seen} "
        "WHERE subject IS NOT NULL)) SEMI JOIN own_id USING (partner_id, word) "
        f"WHERE {_is_named('subject', 'word')}"
    )
    warehouse.execute("DROP TABLE own_id")


def _link_requests(warehouse: Warehouse, seen: str) -> None:
    """Make ``found_request``, and let tracking ids stand for the one ticket that a request was filed for.

    A request that no export links to a ticket belongs to the one whose messages name it: those that say their
    ticket, and those whose subject names one ticket.
    """
    warehouse.execute(
        "CREATE TABLE request_named AS SELECT DISTINCT s.partner_id, s.message_id, r.request_id FROM subject_id s "
        f"JOIN service_request r ON r.partner_id = s.partner_id AND {texts.key('r.request_id')} = s.word"
    )
    warehouse.execute(
        "CREATE TABLE found_request AS SELECT n.partner_id, n.request_id, "
        "min(coalesce(t.survivor_id, t.ticket_id)) AS ticket_id, "
        "count(DISTINCT coalesce(t.survivor_id, t.ticket_id)) AS tickets, min(n.message_id) AS message_id "
        "FROM request_named n ANTI JOIN service_request_ticket l "
        "ON l.partner_id = n.partner_id AND l.request_id = n.request_id "
        f"JOIN (SELECT partner_id, message_id, ticket_id FROM {seen} WHERE ticket_id IS NOT NULL UNION "
        "SELECT partner_id, message_id, min(ticket_id) FROM evidence GROUP BY ALL HAVING count(*) = 1) m "
        "ON m.partner_id = n.partner_id AND m.message_id = n.message_id "
        "JOIN ticket t ON t.partner_id = m.partner_id AND t.ticket_id = m.ticket_id GROUP BY ALL"
    )
    warehouse.execute(
        "INSERT INTO evidence SELECT n.partner_id, n.message_id, t.ticket_id, t.survivor_id, t.customer_id, 2 "
        "FROM request_named n JOIN (SELECT partner_id, request_id, min(ticket_id) AS ticket_id FROM ("
        "SELECT partner_id, request_id, ticket_id FROM service_request_ticket UNION "
        "SELECT partner_id, request_id, ticket_id FROM found_request WHERE tickets = 1) GROUP BY ALL HAVING count(*) = 1) l "
        "ON l.partner_id = n.partner_id AND l.request_id = n.request_id "
        "JOIN ticket t ON t.partner_id = l.partner_id AND t.ticket_id = l.ticket_id "
        f"ANTI JOIN (SELECT partner_id, message_id FROM {seen} WHERE ticket_id IS NOT NULL) m "
        "ON m.partner_id = n.partner_id AND m.message_id = n.message_id"
    )
    warehouse.execute("DROP TABLE request_named")


def _follow(warehouse: Warehouse, seen: str) -> None:
    """Add what threads say, then what answers say of the messages that they answer, however long the chain."""
    warehouse.execute(
        f"CREATE TABLE says AS SELECT DISTINCT m.partner_id, m.message_id, t.ticket_id, t.survivor_id, t.customer_id "
        f"FROM {seen} m JOIN ticket t ON t.partner_id = m.partner_id AND t.ticket_id = m.ticket_id "
        "UNION SELECT partner_id, message_id, ticket_id, survivor_id, customer_id FROM evidence"
    )
    if warehouse.scalar("SELECT count(*) FROM says"):
        silent = f"(SELECT * FROM {seen} WHERE ticket_id IS NULL)"
        warehouse.execute(
            "CREATE TABLE of_thread AS SELECT DISTINCT m.partner_id, m.thread_id, s.ticket_id, s.survivor_id, s.customer_id "
            f"FROM says s JOIN {seen} m USING (partner_id, message_id) WHERE m.thread_id IS NOT NULL"
        )
        warehouse.execute(
            "INSERT INTO evidence SELECT DISTINCT m.partner_id, m.message_id, s.ticket_id, s.survivor_id, s.customer_id, 3 "
            f"FROM {silent} m JOIN of_thread s ON s.partner_id = m.partner_id AND s.thread_id = m.thread_id"
        )
        warehouse.execute(
            "INSERT INTO evidence WITH RECURSIVE edge AS (SELECT DISTINCT partner_id, message_id, in_reply_to_id "
            f"FROM {silent} WHERE in_reply_to_id IS NOT NULL), "
            "known AS (SELECT * FROM says UNION SELECT partner_id, message_id, ticket_id, survivor_id, customer_id FROM evidence), "
            "reached AS (SELECT e.partner_id, e.message_id, k.ticket_id, k.survivor_id, k.customer_id FROM edge e "
            "JOIN known k ON k.partner_id = e.partner_id AND k.message_id = e.in_reply_to_id UNION "
            "SELECT e.partner_id, e.message_id, r.ticket_id, r.survivor_id, r.customer_id FROM edge e "
            "JOIN reached r ON r.partner_id = e.partner_id AND r.message_id = e.in_reply_to_id) "
            "SELECT *, 4 FROM reached"
        )
        warehouse.execute("DROP TABLE of_thread")
    warehouse.execute("DROP TABLE says")
