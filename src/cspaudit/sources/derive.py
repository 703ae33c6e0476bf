"""Columns of messages that no export holds but addresses and subjects tell: who wrote to whom, for whom, of what."""

from pathlib import Path

from cspaudit.linking import domains
from cspaudit.linking.topics import TopicRules
from cspaudit.sources import sql
from cspaudit.sources.mapping import Derivation
from cspaudit.sources.parts import Part
from cspaudit.warehouse.duckdb_warehouse import Warehouse

#: list of a layout that names the domains Microsoft writes from
MICROSOFT = "microsoft_domains"
#: columns of a relation of messages: how the customer was found, the topic rules that fired, the ticket found
DOMAIN_STEP, TOPIC_RULES, FOUND_TICKET = "domain_step", "topic_rules", "found_ticket"
#: what the first of these columns says
DOMAIN_STEPS = {1: domains.DOMAIN, 2: domains.ABOVE, 3: "ambiguous"}


def domain_of(address: str) -> str:
    """Return the SQL of the domain of a mail address, small."""
    # behind the last "@", without what closes "Name <address>"; ten times faster than a regular expression
    return f"lower(rtrim(split_part({address}, '@', -1), '> '))"


def is_linked(part: Part) -> bool:
    """Say whether messages of this part can be linked to anything."""
    return bool(part.staged.derived) or not {"subject", "in_reply_to_id", "thread_id"}.isdisjoint(
        part.staged.columns
    )


def fill(warehouse: Warehouse, part: Part, topics: TopicRules, rules: Path) -> dict[str, str]:
    """Add to a relation of messages what can be derived, and return the SQL of each column that holds it.

    A recipient at a domain of the partner (or below one) makes a message ``inbound``, else a sender of Microsoft's
    (unless the partner names that domain its own) ``third_party``, else it is ``outbound``. Where the recipient is no
    address it is ``outbound`` if the sender's domain is the partner's, else ``unknown``. The customer is the one at
    whose domain (or below it) the other side is. Topic and purpose come from the subject where the export tells no
    topic. The ticket found is left empty. Needs the tables partner_domain and customer_domain.
    """
    columns = {name: f"derived_{name}" for name in part.staged.derived}
    if part.staged.derived:
        _widen(warehouse, part, columns, rules)
    warehouse.execute(f"ALTER TABLE {part.relation} ADD COLUMN {FOUND_TICKET} VARCHAR")
    columns["ticket_id"] = f"coalesce({part.column('ticket_id')}, {FOUND_TICKET})"
    if "subject" in part.staged.columns:
        _read_topics(warehouse, part, topics, columns.get("direction", part.column("direction")))
        columns |= _topic_columns(part, topics)
    return columns


def _widen(warehouse: Warehouse, part: Part, columns: dict[str, str], rules: Path) -> None:
    """Fill the derived columns once: as a join within the view they would be paid for at every look at the table."""
    relation, partner, known = part.relation, part.source.partner_sql(), f"{part.source.stage}_domain"
    sender, recipient = part.staged.columns["sender"], part.staged.columns["recipient"]
    _know_domains(warehouse, part, known, rules)
    meanings: dict[Derivation, str] = {
        "direction": (
            f"CASE WHEN t.is_partner THEN 'inbound' WHEN s.{sender} IS NULL THEN 'unknown' "
            f"WHEN NOT contains(s.{recipient}, '@') AND NOT w.is_partner THEN 'unknown' "
            "WHEN w.is_microsoft AND NOT w.is_partner THEN 'third_party' ELSE 'outbound' END"
        ),
        "customer_by_domain": "CASE WHEN t.is_partner THEN w.customer_id ELSE t.customer_id END",
    }
    values = ", ".join(f"{meanings[how]} AS {columns[name]}" for name, how in part.staged.derived.items())
    widened = f"{part.source.stage}_widened"
    # rows keep their numbers
    warehouse.execute(
        f"CREATE TABLE {widened} AS SELECT s.*, {values}, CASE WHEN t.is_partner THEN w.step ELSE t.step END "
        f"AS {DOMAIN_STEP} FROM {relation} s "
        f"LEFT JOIN {known} w ON w.partner_id = {partner} AND w.domain = {domain_of(f's.{sender}')} "
        f"LEFT JOIN {known} t ON t.partner_id = {partner} AND t.domain = {domain_of(f's.{recipient}')} "
        "ORDER BY s.rowid"
    )
    warehouse.execute(f"DROP TABLE {relation}")
    warehouse.execute(f"ALTER TABLE {widened} RENAME TO {relation}")
    warehouse.execute(f"DROP TABLE {known}")


def untold(part: Part) -> str:
    """Return the condition for messages with a subject whose topic the export does not tell."""
    return f"coalesce({part.column('topic')}, 'unknown') = 'unknown' AND {part.column('subject')} IS NOT NULL"


def _read_topics(warehouse: Warehouse, part: Part, topics: TopicRules, direction: str) -> None:
    """Add to each message the rules that fire on its subject."""
    subject = part.column("subject")
    warehouse.execute(f"ALTER TABLE {part.relation} ADD COLUMN {TOPIC_RULES} UINTEGER DEFAULT 0")
    warehouse.execute(
        f"CREATE TABLE telling_subject AS SELECT rowid AS place, {topics.read(subject)} AS words, "
        f"{direction} AS direction FROM {part.relation} WHERE {untold(part)} AND {topics.may_fire(subject)}"
    )
    warehouse.execute(
        f"UPDATE {part.relation} SET {TOPIC_RULES} = f.bits FROM (SELECT place, "
        f"{topics.fired('words', 'direction')} AS bits FROM telling_subject) f WHERE {part.relation}.rowid = f.place"
    )
    warehouse.execute("DROP TABLE telling_subject")


def _topic_columns(part: Part, topics: TopicRules) -> dict[str, str]:
    topic, purpose = part.column("topic"), part.column("purpose")
    return {
        "topic": f"CASE WHEN {untold(part)} THEN {topics.topic(TOPIC_RULES)} ELSE {topic} END",
        "purpose": f"coalesce({purpose}, {topics.purpose(TOPIC_RULES)})",
    }


def _know_domains(warehouse: Warehouse, part: Part, known: str, rules: Path) -> None:
    """Make the table ``known``: whose each domain is that the messages of a part hold."""
    relation, partner = part.relation, part.source.partner_sql()
    sender, recipient = part.staged.columns["sender"], part.staged.columns["recipient"]
    microsoft = part.source.plan.layout.lists.get(MICROSOFT, ())
    is_microsoft = " OR ".join(
        f"domain = {sql.literal(one)} OR ends_with(domain, {sql.literal('.' + one)})" for one in microsoft
    )
    warehouse.execute(
        f"CREATE TABLE {known}_seen AS SELECT {partner} AS partner_id, {domain_of(sender)} AS domain FROM {relation} "
        f"UNION SELECT {partner} AS partner_id, {domain_of(recipient)} AS domain FROM {relation}"
    )
    domains.find_customers(warehouse, f"{known}_seen", f"{known}_customer", rules)
    warehouse.execute(
        f"CREATE TABLE {known} AS WITH partners AS (SELECT DISTINCT s.partner_id, s.domain FROM {known}_seen s "
        "JOIN partner_domain p ON p.partner_id = s.partner_id "
        "AND (s.domain = lower(p.domain) OR ends_with(s.domain, '.' || lower(p.domain))) "
        "WHERE coalesce(p.purpose, '') <> 'provider') "
        f"SELECT s.partner_id, s.domain, p.domain IS NOT NULL AS is_partner, {is_microsoft or 'false'} AS is_microsoft, "
        "c.customer_id, cast(CASE WHEN c.is_ambiguous THEN 3 "
        f"WHEN c.step = '{domains.DOMAIN}' THEN 1 WHEN c.step IS NOT NULL THEN 2 END AS UTINYINT) AS step "
        f"FROM {known}_seen s LEFT JOIN partners p USING (partner_id, domain) "
        f"LEFT JOIN {known}_customer c USING (partner_id, domain)"
    )
    for table in (f"{known}_seen", f"{known}_customer"):
        warehouse.execute(f"DROP TABLE {table}")
