"""Columns that no export holds but addresses tell: who wrote to whom, and for which customer."""

from cspaudit.sources import sql
from cspaudit.sources.mapping import Derivation
from cspaudit.sources.parts import Part
from cspaudit.warehouse.duckdb_warehouse import Warehouse

#: list of a layout that names the domains Microsoft writes from
MICROSOFT = "microsoft_domains"


def _domain(address: str) -> str:
    # behind the last "@", without what closes "Name <address>"; ten times faster than a regular expression
    return f"lower(rtrim(split_part({address}, '@', -1), '> '))"


def fill(warehouse: Warehouse, part: Part) -> dict[str, str]:
    """Add what the domains of sender and recipient say to the relation, and return the name of each column.

    A recipient at a domain of the partner (or below one) makes a message ``inbound``, else a sender of Microsoft's
    (unless the partner names that domain its own) ``third_party``, else it is ``outbound``. Where the recipient is no
    address it is ``outbound`` if the sender's domain is the partner's, else ``unknown``. The customer is the one
    whose domain the other side's is, exactly; a domain of two customers names none. Needs the tables partner_domain
    and customer_domain.
    """
    source, relation = part.source, part.relation
    sender, recipient = part.staged.columns["sender"], part.staged.columns["recipient"]
    known = f"{source.stage}_domain"
    partner = source.partner_sql()
    microsoft = source.plan.layout.lists.get(MICROSOFT, ())
    is_microsoft = " OR ".join(
        f"domain = {sql.literal(one)} OR ends_with(domain, {sql.literal('.' + one)})" for one in microsoft
    )
    warehouse.execute(
        f"CREATE TABLE {known} AS WITH seen AS ("
        f"SELECT {partner} AS partner_id, {_domain(sender)} AS domain FROM {relation} UNION "
        f"SELECT {partner} AS partner_id, {_domain(recipient)} AS domain FROM {relation}), "
        "customers AS (SELECT partner_id, lower(domain) AS domain, min(customer_id) AS customer_id "
        "FROM customer_domain GROUP BY ALL HAVING count(DISTINCT customer_id) = 1), "
        "partners AS (SELECT DISTINCT s.partner_id, s.domain FROM seen s JOIN partner_domain p "
        "ON p.partner_id = s.partner_id AND (s.domain = lower(p.domain) OR ends_with(s.domain, '.' || lower(p.domain))) "
        "WHERE coalesce(p.purpose, '') <> 'provider') "
        f"SELECT s.partner_id, s.domain, p.domain IS NOT NULL AS is_partner, {is_microsoft or 'false'} AS is_microsoft, "
        "c.customer_id FROM seen s LEFT JOIN partners p USING (partner_id, domain) "
        "LEFT JOIN customers c USING (partner_id, domain)"
    )
    meanings: dict[Derivation, str] = {
        "direction": (
            f"CASE WHEN t.is_partner THEN 'inbound' WHEN s.{sender} IS NULL THEN 'unknown' "
            f"WHEN NOT contains(s.{recipient}, '@') AND NOT w.is_partner THEN 'unknown' "
            "WHEN w.is_microsoft AND NOT w.is_partner THEN 'third_party' ELSE 'outbound' END"
        ),
        "customer_by_domain": "CASE WHEN t.is_partner THEN w.customer_id ELSE t.customer_id END",
    }
    columns = {name: f"derived_{name}" for name in part.staged.derived}
    values = ", ".join(f"{meanings[how]} AS {columns[name]}" for name, how in part.staged.derived.items())
    # filled once: as a join within the view it would be paid for at every look at the table; rows keep their numbers
    widened = f"{source.stage}_widened"
    warehouse.execute(
        f"CREATE TABLE {widened} AS SELECT s.*, {values} FROM {relation} s "
        f"LEFT JOIN {known} w ON w.partner_id = {partner} AND w.domain = {_domain(f's.{sender}')} "
        f"LEFT JOIN {known} t ON t.partner_id = {partner} AND t.domain = {_domain(f's.{recipient}')} "
        "ORDER BY s.rowid"
    )
    warehouse.execute(f"DROP TABLE {relation}")
    warehouse.execute(f"ALTER TABLE {widened} RENAME TO {relation}")
    warehouse.execute(f"DROP TABLE {known}")
    return columns
