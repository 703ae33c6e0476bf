"""The questions in their order, each with the default that the data suggest."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from cspaudit.initialise import places, said, understood
from cspaudit.initialise.answers import (
    Answers,
    Ask,
    Interview,
    PartnerAnswers,
    Question,
    TermsAnswers,
    one_of,
    yes_or_no,
)
from cspaudit.initialise.facts import Facts, PartnerData
from cspaudit.initialise.grouping import Group
from cspaudit.initialise.source_questions import ask_about
from cspaudit.model.period import first_of_month
from cspaudit.model.zones import local_to_utc, zone_info

TIERS = {
    "direct_bill": "direct bill partner",
    "indirect_provider": "indirect provider",
    "indirect_reseller": "indirect reseller",
}
#: who pays a provider, whose name nobody can know; the others pay Microsoft
RESELLER = "indirect_reseller"
MONTHS_A_QUARTER = 3
#: a period counts as covered to its end where the newest record lies no further before that
ENDS_WITHIN = timedelta(days=2)


def is_portfolio(folders: Sequence[str], suggested: Sequence[str], ask: Ask) -> bool:
    """Return whether each sub-folder is one partner's; asked only where there are several."""
    if len(folders) <= 1:
        return False
    answer = ask(
        Question(
            "portfolio",
            f"Is each of the {len(folders)} sub-folders another partner ({_few(folders)})?",
            yes_or_no,
            default="yes" if suggested else "no",
            because="the sub-folders hold exports of the same kinds"
            if suggested
            else "the sub-folders seem to sort the exports of one partner",
        )
    )
    return bool(answer.value)


def interview(
    ask: Ask,
    facts: Facts,
    groups: Mapping[str, Sequence[Group]],
    names: Mapping[str, str],
    today: date,
) -> Answers:
    """Ask everything; ``groups`` are the sources and ``names`` the suggested names of the partners, by their id."""
    put = Interview(ask)
    everything = [one for found in groups.values() for one in found]
    tier = put(
        "tier",
        "What is the partner's tier?" if len(names) == 1 else "What is the partners' tier?",
        partial(one_of, TIERS),
        choices=tuple(TIERS.items()),
        **_tier_default(everything),
    )
    partners = [_partner(put, id_, names[id_], tier, facts.partners[id_], len(names)) for id_ in names]
    zone = partners[0].timezone
    as_of = put(
        "as-of",
        "When were the exports taken? A day, which means its first moment, or a moment such as 2026-10-15T09:30:00Z.",
        said.instant,
        default=_newest(facts, zone),
        because="the newest record is of that moment",
        fallback=f"{today.isoformat()}T00:00:00Z",
    )
    suggested, because = last_period(facts.days, as_of, zone)
    period = put(
        "period",
        "Which period is to be audited? A year, quarter or month, such as 2026, 2026-Q3 or 2026-07.",
        understood.period,
        default=suggested,
        because=because,
        fallback=str(as_of.year),
    )
    sources = {
        one.name: ask_about(put, one, facts.partners.get(id_) or _all(facts), zone, as_of)
        for id_, found in groups.items()
        for one in found
    }
    fed = {name for one in everything for name in one.first.tables}
    terms = None if "support_terms" in fed else _terms(put, partners[0].holidays)
    plans = () if "entitlement" in fed else _plans(put)
    title = f"{partners[0].name}, {period}" if len(partners) == 1 else f"{len(partners)} partners, {period}"
    return Answers(title, period, as_of, tuple(partners), sources, terms, plans, put.assumed)


def _partner(put: Interview, id_: str, name: str, tier: str, data: PartnerData, count: int) -> PartnerAnswers:
    alone = count == 1
    about = "" if alone else id_
    if alone:
        name = put(
            "name",
            "What is the partner called?",
            understood.one_line,
            default=name,
            because="the folder is called so",
        )
        id_ = put(
            "id",
            "By which short name shall the results call it?",
            understood.one_line,
            default=id_,
            because="the folder is called so",
        )
    country = next(iter(data.countries), "")
    zone = put(
        "timezone",
        "In which time zone does the partner work? Such as Europe/Berlin."
        if alone
        else f"In which time zone does {name} work? Such as Europe/Berlin.",
        understood.zone,
        default=next(iter(places.zones_of(country)), ""),
        because=f"the data speak of the country {country}",
        fallback="UTC",
        about=about,
        is_quiet=not alone,
    )
    home = country if zone in places.zones_of(country) else places.country_of_zone(zone)
    holidays = put(
        "holidays",
        "Whose public holidays are kept? A country, or one of its parts, such as DE or DE-BY; or none.",
        understood.holidays,
        default=home if home and places.has_holidays(home) else "",
        because=f"the time zone {zone} belongs to {home}",
        fallback="none",
        about=about,
        is_quiet=not alone,
    )
    domains = put(
        "domain",
        "From which mail domains does the partner write? Several with a comma between them; or none."
        if alone
        else f"From which mail domains does {name} write? Several with a comma between them; or none.",
        understood.domains,
        default=", ".join(data.domains),
        because="most mails in the exports come from there or go there",
        fallback="none",
        about=about,
        is_quiet=not alone,
    )
    suppliers = ()
    if tier == RESELLER and "bank_transaction" in data.tables:
        suppliers = put(
            "supplier",
            "Under which names does the provider stand on the bank statements? Several with a comma between them; or none.",
            understood.names,
            fallback="none",
            about=about,
            is_quiet=not alone,
        )
    return PartnerAnswers(id_, name, tier, zone, holidays, domains, suppliers)


def _tier_default(groups: Iterable[Group]) -> dict[str, str]:
    if any(one.first.layout.startswith("partner_center_invoice") for one in groups):
        return {
            "default": "direct_bill",
            "because": "Microsoft bills the partner itself; an indirect provider has to be named as such",
        }
    return {"fallback": "direct_bill"}


def _terms(put: Interview, holidays: str) -> TermsAnswers | None:
    hours = put(
        "support-hours",
        'When is your support open, as you published it? Such as "Monday to Friday, 9 to 17", or "always"; none, if you did '
        "not publish it.",
        said.hours,
        fallback="none",
    )
    if not hours:
        return None
    # what published terms leave out counts against the partner, so nothing more about them is ever assumed
    since = put("terms-since", "Since when do these support terms hold? A day such as 2026-01-01.", said.day)
    published = put(
        "terms-published",
        "Since when have they stood on a web page that every customer can read? A day; none, if they are only sent to customers.",
        said.day_or_none,
    )
    contact = put(
        "support-contact",
        "How do they say that support is reached? Such as support@fabrikam.example, telephone; none, if they do not say it.",
        understood.line_or_none,
    )
    scope = put(
        "support-scope",
        "Which support do they promise? Such as: all products bought through us; none, if they do not say it.",
        understood.line_or_none,
    )
    has_charge = put(
        "support-charge",
        "Is support charged for? Yes or no; ? leaves it open.",
        partial(understood.open_or, yes_or_no),
        fallback="?",
    )
    price = (
        put(
            "support-price",
            "Which price do they state? Such as 120 EUR an hour; none, if they state none.",
            understood.line_or_none,
        )
        if has_charge is True
        else ""
    )
    if (
        holidays
        and hours != "24/7"
        and put("closed-on-holidays", "Is support closed on public holidays?", yes_or_no)
    ):
        hours = f"{hours}; PH off"
    plain = hours.removesuffix("; PH off")
    times = [
        put(
            key,
            f"{asks} Such as {example}; or none.",
            partial(said.promise, service_hours=plain),
            fallback="none",
        )
        for key, asks, example in (
            ("first-reply", "Within which time do they promise a first reply?", "4 opening hours"),
            ("resolution", "Within which time do they promise a solution?", "5 working days"),
        )
    ]
    return TermsAnswers(
        service_hours=hours,
        valid_from_on=since,
        published_on=published,
        contact_methods=contact,
        scope=scope,
        has_charge=None if has_charge == "" else has_charge,
        price=price,
        first_response=times[0],
        resolution=times[1],
    )


def _plans(put: Interview) -> tuple[said.Plan, ...]:
    held: tuple[said.Plan, ...] = put(
        "plan",
        "Which support plans did you hold with Microsoft? Such as: Advanced Support for Partners from 2025-09-01 to "
        "2026-08-31. Several with a ; between them; or none.",
        said.plans,
        fallback="none",
    )
    return held


def last_period(days: Sequence[date], as_of: datetime, zone: str) -> tuple[str, str]:
    """Return the last quarter that the records cover from its first month to its end, else such a month, else the running one.

    Beside it stands why; both are empty without records. The last days of a period may well have none.
    """
    local = as_of.astimezone(zone_info(zone)).date()
    reached = local + ENDS_WITHIN
    for months in (MONTHS_A_QUARTER, 1):
        end = first_of_month(reached.year, (reached.month - 1) // months * months + 1)
        start = first_of_month(end.year, end.month - months)
        if any(start <= day < first_of_month(start.year, start.month + 1) for day in days):
            name = f"{start.year}-Q{start.month // MONTHS_A_QUARTER + 1}" if months > 1 else f"{start:%Y-%m}"
            return name, "it is the last that the exports cover to its end"
    if any((day.year, day.month) == (local.year, local.month) for day in days):
        return f"{local:%Y-%m}", "the exports cover no period to its end; this one is running"
    return "", ""


def _all(facts: Facts) -> PartnerData:
    found = dict.fromkeys(one for data in facts.partners.values() for one in data.currencies)
    return PartnerData(currencies=tuple(found))


def _newest(facts: Facts, zone: str) -> str:
    """Return the newest instant of all, with times without an offset taken for those of ``zone``; empty for none."""
    local = [local_to_utc(zone, facts.newest_local)] if facts.newest_local else []
    found = max([*local, *([facts.newest] if facts.newest else [])], default=None)
    if found is None:
        return ""
    return f"{(found + timedelta(seconds=found.microsecond > 0)).replace(microsecond=0).isoformat()}Z"


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (" and others" if len(names) > 3 else "")  # noqa: PLR2004 - as many as fit a line
