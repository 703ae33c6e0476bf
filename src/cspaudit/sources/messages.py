"""Links the messages of all sources: to customers, tickets and topics, and requests to the tickets of their mail."""

from collections.abc import Sequence

from cspaudit.linking import apply, tickets
from cspaudit.linking.links import SUBJECT_WORDS, TO_CUSTOMER, TO_TOPIC
from cspaudit.linking.topics import TopicRules
from cspaudit.sources.derive import (
    DOMAIN_STEP,
    DOMAIN_STEPS,
    FOUND_TICKET,
    TOPIC_RULES,
    domain_of,
    is_linked,
    untold,
)
from cspaudit.sources.parts import Part
from cspaudit.warehouse.duckdb_warehouse import Warehouse


def link(warehouse: Warehouse, parts: Sequence[Part], topics: TopicRules) -> None:
    """Link messages and record it; needs the canonical tables, ``link_row`` and ``link_tally``. Makes the view ``link``."""
    views = ["SELECT * FROM link_row"]
    for part in parts:
        if part.staged.derived.get("customer_id"):
            views.append(_count_customers(warehouse, part))
        if "subject" in part.staged.columns:
            views.append(_count_topics(warehouse, part, topics))
    _link_tickets(warehouse, parts)
    warehouse.execute(f"CREATE VIEW link AS {' UNION ALL '.join(views)}")


def _count_customers(warehouse: Warehouse, part: Part) -> str:
    """Count what domains told of customers, and return the query of the single links."""
    partner, where = part.source.partner_sql(), part.where
    step = " ".join(f"WHEN {number} THEN '{name}'" for number, name in DOMAIN_STEPS.items())
    step = f"CASE {DOMAIN_STEP} {step} END"
    warehouse.execute(
        f"INSERT INTO link_tally SELECT {partner}, '{TO_CUSTOMER}', {step}, count(*) FROM {part.relation} "
        f"WHERE {where} AND {DOMAIN_STEP} IS NOT NULL GROUP BY ALL "
        f"UNION ALL SELECT {partner}, '{TO_CUSTOMER}', 'candidates', count(*) FROM {part.relation} WHERE {where} GROUP BY ALL"
    )
    sender, recipient = part.column("sender"), part.column("recipient")
    direction = "derived_direction" if "direction" in part.staged.derived else part.column("direction")
    other_side = f"CASE WHEN {direction} = 'inbound' THEN {sender} ELSE {recipient} END"
    return (
        f"SELECT {partner}, '{TO_CUSTOMER}', {part.column('message_id')}, derived_customer_id, {step}, "
        f"{domain_of(other_side)} FROM {part.relation} WHERE {where} AND derived_customer_id IS NOT NULL"
    )


def _count_topics(warehouse: Warehouse, part: Part, topics: TopicRules) -> str:
    """Count what subjects told of topics, and return the query of the single links."""
    partner, topic = part.source.partner_sql(), topics.topic(TOPIC_RULES)
    looked_at = f"FROM {part.relation} WHERE {part.where} AND {untold(part)}"
    outcome = f"CASE WHEN {topic} <> 'unknown' THEN '{SUBJECT_WORDS}' WHEN {topics.any_fired(TOPIC_RULES)} THEN 'ambiguous' END"
    warehouse.execute(
        f"INSERT INTO link_tally SELECT * FROM (SELECT {partner}, '{TO_TOPIC}', {outcome} AS step, count(*) "
        f"{looked_at} GROUP BY ALL) WHERE step IS NOT NULL "
        f"UNION ALL SELECT {partner}, '{TO_TOPIC}', 'candidates', count(*) {looked_at} GROUP BY ALL"
    )
    return (
        f"SELECT {partner}, '{TO_TOPIC}', {part.column('message_id')}, {topic}, '{SUBJECT_WORDS}', "
        f"{topics.names(TOPIC_RULES)} {looked_at} AND {topic} <> 'unknown'"
    )


def _link_tickets(warehouse: Warehouse, parts: Sequence[Part]) -> None:
    """Give messages without a ticket the one that the evidence speaks for, and requests that of their mail."""
    if not any(is_linked(part) for part in parts) or not warehouse.scalar("SELECT count(*) FROM ticket"):
        return
    columns = ("message_id", "sent_at", "subject", "in_reply_to_id", "thread_id")
    seen = " UNION ALL ".join(
        f"SELECT {number} AS part, {part.relation}.rowid AS place, {part.source.partner_sql()} AS partner_id, "
        f"{', '.join(f'{part.column(name)} AS {name}' for name in columns)}, {part.column('ticket_id')} AS ticket_id, "
        f"{_customer(part)} AS customer_id FROM {part.relation} WHERE {part.where}"
        for number, part in enumerate(parts)
    )
    warehouse.execute(f"CREATE VIEW message_seen AS {seen}")
    tickets.find(warehouse, "message_seen")
    if warehouse.scalar("SELECT count(*) FROM found_ticket"):
        for number, part in enumerate(parts):
            if not is_linked(part):
                continue
            warehouse.execute(
                f"UPDATE {part.relation} SET {FOUND_TICKET} = f.ticket_id FROM (SELECT s.place, t.ticket_id "
                f"FROM message_seen s JOIN found_ticket t USING (partner_id, message_id) "
                f"WHERE s.part = {number} AND s.ticket_id IS NULL) f WHERE {part.relation}.rowid = f.place"
            )
    _count_tickets(warehouse)
    _link_requests(warehouse)
    warehouse.execute("DROP VIEW message_seen")


def _customer(part: Part) -> str:
    return "derived_customer_id" if "customer_id" in part.staged.derived else part.column("customer_id")


def _link_requests(warehouse: Warehouse) -> None:
    """Add the requests' tickets to service_request_ticket, each led back to the first message that names the request."""
    if not warehouse.scalar("SELECT count(*) FROM found_request WHERE tickets = 1"):
        return
    apply.rewrite(
        warehouse,
        "service_request_ticket",
        "SELECT * FROM service_request_ticket_read UNION ALL SELECT f.partner_id, f.request_id, f.ticket_id, "
        "m.source_id, m.file, m.record FROM found_request f JOIN message m USING (partner_id, message_id) "
        "WHERE f.tickets = 1 QUALIFY row_number() OVER (PARTITION BY f.partner_id, f.request_id "
        "ORDER BY m.source_id, m.file, m.record) = 1",
    )


def _count_tickets(warehouse: Warehouse) -> None:
    kind, request_kind = tickets.KIND, tickets.REQUEST_KIND
    warehouse.execute(
        f"INSERT INTO link_row SELECT partner_id, '{kind}', message_id, ticket_id, step, '' FROM found_ticket "
        f"UNION ALL SELECT partner_id, '{request_kind}', request_id, ticket_id, '{tickets.TRACKING}', message_id "
        "FROM found_request WHERE tickets = 1"
    )
    warehouse.execute(
        f"INSERT INTO link_tally SELECT partner_id, '{kind}', step, count(*) FROM found_ticket GROUP BY ALL "
        f"UNION ALL SELECT partner_id, '{kind}', 'ambiguous', count(*) FROM ticket_evidence WHERE tickets <> 1 GROUP BY ALL "
        f"UNION ALL SELECT partner_id, '{kind}', 'candidates', count(DISTINCT message_id) FROM message_seen "
        "WHERE ticket_id IS NULL AND partner_id IN (SELECT partner_id FROM ticket) GROUP BY ALL "
        f"UNION ALL SELECT partner_id, '{request_kind}', CASE tickets WHEN 1 THEN '{tickets.TRACKING}' ELSE 'ambiguous' END, "
        "count(*) FROM found_request GROUP BY ALL "
        f"UNION ALL SELECT partner_id, '{request_kind}', 'candidates', count(*) FROM service_request r "
        "ANTI JOIN service_request_ticket l ON l.partner_id = r.partner_id AND l.request_id = r.request_id "
        "WHERE partner_id IN (SELECT partner_id FROM message) GROUP BY ALL"
    )
