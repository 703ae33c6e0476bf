"""What the exports themselves tell of the partner and the time they cover: the defaults of what has to be asked."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

from cspaudit.initialise.exports import SIDES
from cspaudit.initialise.grouping import Group
from cspaudit.initialise.places import country_of_currency, country_of_domain
from cspaudit.model.engagement import Engagement, GateSettings, PartnerSettings, SourceSettings
from cspaudit.model.table import Table
from cspaudit.model.tables import TABLES
from cspaudit.sources.detect import ANY_CURRENCY, ANY_MOMENT, ANY_TEXT
from cspaudit.sources.load import Progress, load, plan_sources
from cspaudit.warehouse.duckdb_warehouse import Warehouse

#: stands for what is asked only later: nothing that is looked at here depends on it
ANY_ZONE = "UTC"
ANY_DAY = date(2000, 1, 1)
#: a domain is the partner's if it stands on one side of at least this share of the mails not yet explained
DOMAIN_SHARE = 0.5
#: and what is left unexplained by less than this is noise
NOISE_SHARE = 0.05
#: dates past today are mistyped where they are few; where they are many today is wrong
FEW = 0.05
MICROSOFT = (
    "microsoft.com",
    "microsoftonline.com",
    "azure.com",
    "office365.com",
    "office.com",
    "onmicrosoft.com",
)
_DOMAIN = "nullif(lower(regexp_extract({}, '@([^\\s>,;\"()]+)', 1)), '')"
#: columns that hold an address of the partner's own
_OWN_ADDRESSES = (
    ("support_profile", "email"),
    ("support_channel", "address"),
    ("service_request", "contact_email"),
)


@dataclass(frozen=True)
class PartnerData:
    """What one partner's exports tell: the likeliest first."""

    tables: frozenset[str] = frozenset()
    domains: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    currencies: tuple[str, ...] = ()


@dataclass(frozen=True)
class SourceEnd:
    """The last day that a table has a record of, and the longest time without one before it, in days."""

    last_on: date
    longest_gap: int


@dataclass(frozen=True)
class Facts:
    """``newest`` is the latest instant that any record carries (UTC); ``days`` those that have records."""

    partners: Mapping[str, PartnerData]
    newest: datetime | None
    days: tuple[date, ...]
    #: by source and table: where the table ends, at the source that has its last day
    ends: Mapping[tuple[str, str], SourceEnd]
    #: how many records are dated after today and were not looked at
    from_the_future: int = 0
    #: the latest of the exports whose zone is still to be asked: a clock's time, not an instant
    newest_local: datetime | None = None


def provisional(group: Group, partner: str, *, is_portfolio: bool) -> SourceSettings:
    """Return a source that reads the group's files as they are; what is still to be asked is anything."""
    key, layout = group.first.what
    asks = group.first.asks
    return SourceSettings.model_validate(
        {
            "path": group.pattern,
            "id": group.name,
            key: layout,
            "partner": partner if is_portfolio else "",
            "timezone": ANY_ZONE if "timezone" in asks else "",
            **({"decimal": "."} if "decimal" in asks else {}),
            **({"date_order": "dmy"} if "date-order" in asks else {}),
            "side": next(iter(SIDES)) if "side" in asks and not group.first.is_table else "",
            "constants": {
                **dict.fromkeys((column for column, _ in group.first.stated), ANY_TEXT),
                **({"currency": ANY_CURRENCY} if "currency" in asks else {}),
            },
            # whichever they are, days and currencies are the ledger's
            "only": {group.first.vendor_field: group.first.vendors} if "vendor" in asks else {},
            "as_of": ANY_MOMENT if group.first.is_snapshot else None,
            **dict(group.first.settings),
        }
    )


def read_facts(
    warehouse: Warehouse,
    folder: Path,
    layouts: Path,
    groups: Mapping[str, Sequence[Group]],
    today: date,
    progress: Progress,
) -> Facts:
    """Read the exports of each partner (by id; "": of all) once, as far as that needs no answer, and look at them."""
    partners = [name for name in groups if name]
    is_portfolio = len(partners) > 1
    sources = [
        provisional(one, partner, is_portfolio=is_portfolio) for partner in groups for one in groups[partner]
    ]
    engagement = Engagement(
        title="provisional",
        start=ANY_DAY,
        end=ANY_DAY + timedelta(days=1),
        as_of=datetime.combine(ANY_DAY, time()),
        folder=folder,
        partners=tuple(
            PartnerSettings(id=one, name=one, tier="direct_bill", timezone=ANY_ZONE) for one in partners
        ),
        sources=tuple(sources),
        data={},
        checks={},
        wordings={},
        gate=GateSettings(),
    )
    load(warehouse, engagement, plan_sources(engagement, layouts), progress)
    # what cannot be read is told once the engagement is loaded as a run would load it
    local = {one.name for found in groups.values() for one in found if "timezone" in one.first.asks}
    return _look(warehouse, partners, today, local)


def _look(warehouse: Warehouse, partners: Sequence[str], today: date, local: set[str]) -> Facts:
    rows = [row for table in TABLES.values() if table.dated_by for row in _days_of(warehouse, table)]
    late = sum(row.records for row in rows if row.day > today)
    if late and late <= FEW * sum(row.records for row in rows):
        rows = [row for row in rows if row.day <= today]
    else:
        late = 0
    limit = datetime.combine((today if late else date.max - timedelta(days=1)) + timedelta(days=1), time())
    return Facts(
        partners={one: _partner(warehouse, one) for one in partners},
        newest=max((min(row.newest, limit) for row in rows if row.source not in local), default=None),
        newest_local=max((min(row.newest, limit) for row in rows if row.source in local), default=None),
        days=tuple(sorted({row.day for row in rows})),
        ends=_ends(rows),
        from_the_future=late,
    )


@dataclass(frozen=True)
class _Day:
    """The records of one day that a source has of a partner in one table."""

    table: str
    partner: str
    source: str
    day: date
    newest: datetime
    records: int


def _days_of(warehouse: Warehouse, table: Table) -> list[_Day]:
    """Return the days of a table; a date proves no more than that its day had begun."""
    dated = table.dated_by
    if table.column(dated).type == "date":
        newest = f"cast({dated} as timestamp)"
    else:
        instants = [column.name for column in table.columns if column.type == "instant"]
        newest = f"greatest({', '.join(instants)})" if len(instants) > 1 else dated
    return [
        _Day(table.name, *row)
        for row in warehouse.rows(
            f"select partner_id, source_id, cast({dated} as date) as day, max({newest}), count(*) from {table.name} "
            "group by partner_id, source_id, day order by partner_id, source_id, day"
        )
    ]


def _ends(rows: Iterable[_Day]) -> dict[tuple[str, str], SourceEnd]:
    """Return where each table ends, at the source that has its last day: the others are followed by that one."""
    found: dict[tuple[str, str], list[_Day]] = {}
    for row in rows:
        found.setdefault((row.partner, row.table), []).append(row)
    return {
        (max(members, key=lambda row: (row.day, row.source)).source, table): _end(
            sorted({row.day for row in members})
        )
        for (_, table), members in found.items()
    }


def _end(days: Sequence[date]) -> SourceEnd:
    return SourceEnd(days[-1], max(((later - earlier).days for earlier, later in pairwise(days)), default=0))


def _partner(warehouse: Warehouse, partner: str) -> PartnerData:
    bound = {"partner": partner}
    tables = [
        name
        for name in TABLES
        if name != "partner"
        and warehouse.scalar(f"select count(*) from {name} where partner_id = $partner", bound)
    ]
    domains = own_domains(_mails(warehouse, bound), _known_domains(warehouse, bound))
    countries = _counted(warehouse, "select country, count(*) from customer", bound)
    currencies: Counter[str] = Counter()
    for name in ("supplier_invoice", "supplier_payment", "customer_invoice", "bank_transaction"):
        currencies.update(_counted(warehouse, f"select currency, count(*) from {name}", bound))
    del currencies[ANY_CURRENCY]
    ranked = [one for one, _ in currencies.most_common()]
    return PartnerData(
        tables=frozenset(tables),
        domains=domains,
        countries=_countries(domains, countries, ranked),
        currencies=tuple(ranked),
    )


def _countries(domains: Iterable[str], customers: Counter[str], currencies: Sequence[str]) -> tuple[str, ...]:
    """Return the countries that the data speak of: the partner's own domains first, then where most customers are."""
    found = [country_of_domain(one) for one in domains]
    if customers:
        country, count = customers.most_common(1)[0]
        found += [country] if count * 2 > customers.total() else []
    found += [country_of_currency(one) for one in currencies[:1]]
    return tuple(dict.fromkeys(one for one in found if one))


def _counted(warehouse: Warehouse, query: str, bound: Mapping[str, str]) -> Counter[str]:
    found = warehouse.rows(f"{query} where partner_id = $partner group by 1 order by 2 desc, 1", bound)
    return Counter({str(value): int(count) for value, count in found if value is not None})


def _mails(warehouse: Warehouse, bound: Mapping[str, str]) -> Counter[tuple[str, str]]:
    """Return how many messages went from one domain to another; of those known to be outbound the first alone counts."""
    recipient = f"case when direction = 'outbound' then '' else {_DOMAIN.format('recipient')} end"
    rows = warehouse.rows(
        f"select {_DOMAIN.format('sender')} as a, {recipient} as b, count(*) from message "
        "where partner_id = $partner and coalesce(direction, '') not in ('inbound', 'third_party') group by a, b",
        bound,
    )
    return Counter({(a or "", b or ""): int(count) for a, b, count in rows})


def _known_domains(warehouse: Warehouse, bound: Mapping[str, str]) -> tuple[list[str], set[str]]:
    """Return the domains of the partner's own published addresses, the most frequent first, and its customers'."""
    own: Counter[str] = Counter()
    for table, column in _OWN_ADDRESSES:
        own.update(_counted(warehouse, f"select {_DOMAIN.format(column)}, count(*) from {table}", bound))
    customers = _counted(warehouse, "select lower(domain), count(*) from customer_domain", bound)
    return [name for name, _ in own.most_common()], set(customers)


def own_domains(
    mails: Counter[tuple[str, str]], known: tuple[Sequence[str], set[str]] = ((), set())
) -> tuple[str, ...]:
    """Return the domains that explain nearly all mails: a trace of a partner has one of them on a side of each.

    Domains of customers and of Microsoft are never the partner's; without mails its published addresses tell.
    """
    published, customers = known
    chosen: list[str] = []

    def is_explained(domain: str) -> bool:
        return _is_under(domain, chosen)

    left, total = dict(mails), sum(mails.values())
    while left and sum(left.values()) > total * NOISE_SHARE:
        weights: Counter[str] = Counter()
        for pair, count in left.items():
            weights.update(
                dict.fromkeys((one for one in set(pair) if one and not _is_others(one, customers)), count)
            )
        name, weight = max(
            weights.items(), key=lambda item: (item[1], item[0] in published, item[0]), default=("", 0)
        )
        if weight < sum(left.values()) * DOMAIN_SHARE:
            break
        chosen.append(name)
        left = {pair: count for pair, count in left.items() if not any(map(is_explained, pair))}
    own = [one for one in published if not _is_others(one, customers) and not is_explained(one)]
    if not chosen:
        chosen += own[:1]
    return tuple(one for one in chosen if not any(one.endswith(f".{other}") for other in chosen))


def _is_others(domain: str, customers: set[str]) -> bool:
    return domain in customers or _is_under(domain, MICROSOFT)


def _is_under(domain: str, others: Iterable[str]) -> bool:
    """Whether a domain is one of ``others`` or lies below one."""
    return any(domain == one or domain.endswith(f".{one}") for one in others)
