"""Which customer a mail domain belongs to: a listed domain and all below it, but no provider's and no public suffix."""

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from cspaudit.warehouse.duckdb_warehouse import Warehouse

if TYPE_CHECKING:
    from tldextract import TLDExtract

#: the domain itself is listed; or one above it is
DOMAIN, ABOVE = "domain", "domain_above"


def own_domains(listed: Iterable[str], rules: Path) -> list[str]:
    """Return those of the listed domains that one organisation can own: no provider of free mail, no public suffix.

    The public suffixes are those that come with the library, so the answer needs no network and never changes.
    """
    providers = _providers(rules / "mail_providers.toml")
    return sorted(
        domain
        for domain in {one.lower() for one in listed}
        if "." in domain and domain not in providers and not _is_public_suffix(domain)
    )


@cache
def _providers(path: Path) -> frozenset[str]:
    return frozenset(tomllib.loads(path.read_text(encoding="utf-8"))["domains"])


def _is_public_suffix(domain: str) -> bool:
    found = _suffixes()(domain)
    # what no suffix of the list ends is a name of some inner network, and may be anybody's own
    return bool(found.suffix) and not found.domain


@cache
def _suffixes() -> "TLDExtract":
    import tldextract

    return tldextract.TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)


def find_customers(warehouse: Warehouse, seen: str, found: str, rules: Path) -> None:
    """Make the table ``found``: of each domain in ``seen`` (partner_id, domain) the customer, the domain listed, the step.

    The longest listed domain at or above it counts. Where two customers list that one, nobody is found, and
    ``is_ambiguous`` says so. Needs the table customer_domain.
    """
    listed = [domain for (domain,) in warehouse.rows("SELECT DISTINCT lower(domain) FROM customer_domain")]
    warehouse.execute(
        "CREATE OR REPLACE TABLE own_domain AS SELECT c.partner_id, lower(c.domain) AS domain, "
        "min(c.customer_id) AS customer_id, count(DISTINCT c.customer_id) > 1 AS is_ambiguous FROM customer_domain c "
        "WHERE lower(c.domain) IN (SELECT unnest($own::VARCHAR[])) GROUP BY ALL",
        {"own": own_domains(listed, rules)},
    )
    warehouse.execute(
        f"CREATE TABLE {found} AS WITH labelled AS (SELECT partner_id, domain, string_split(domain, '.') AS labels "
        f"FROM {seen} WHERE domain <> ''), above AS (SELECT partner_id, domain, unnest([array_to_string(labels[n:], '.') "
        "for n in range(1, len(labels) + 1)]) AS listed FROM labelled) "
        "SELECT a.partner_id, a.domain, CASE WHEN NOT o.is_ambiguous THEN o.customer_id END AS customer_id, "
        f"o.domain AS listed, CASE WHEN o.domain = a.domain THEN '{DOMAIN}' ELSE '{ABOVE}' END AS step, o.is_ambiguous "
        "FROM above a JOIN own_domain o ON o.partner_id = a.partner_id AND o.domain = a.listed "
        "QUALIFY row_number() OVER (PARTITION BY a.partner_id, a.domain ORDER BY length(o.domain) DESC) = 1"
    )
    warehouse.execute("DROP TABLE own_domain")
