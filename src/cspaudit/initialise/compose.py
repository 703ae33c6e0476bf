"""The engagement's text: what was found and answered, a comment at every line that needs one."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from cspaudit.initialise.answers import Answers, PartnerAnswers, TermsAnswers
from cspaudit.initialise.exports import Declined, Export, LeftAside
from cspaudit.initialise.facts import Facts
from cspaudit.initialise.grouping import Group
from cspaudit.initialise.interview import TIERS
from cspaudit.initialise.said import Plan
from cspaudit.initialise.scan import shown
from cspaudit.initialise.source_text import early_end, source
from cspaudit.initialise.toml_text import Entry, block, comment
from cspaudit.model.period import parse_period
from cspaudit.model.zones import local_to_utc
from cspaudit.sources.files import PARTNER

#: tables in which the absence of a record may be held against the partner
HELD_AGAINST = frozenset(
    {
        "bank_transaction", "customer_payment", "message", "service_request", "subscription_event", "supplier_payment",
        "ticket", "ticket_event",
    }
)  # fmt: skip
RULE = "# " + "-" * 98 + "\n"


def compose(
    answers: Answers,
    facts: Facts,
    groups: Mapping[str, Sequence[Group]],
    left_aside: Sequence[LeftAside],
    prefix: str,
) -> str:
    """Return the text of cspaudit.toml; ``prefix`` leads from where it lies to the folder, empty where that is one."""
    parts = [
        comment(
            "What is audited. Written by cspaudit init; change whatever is not right: running init again keeps it."
        ),
        comment(
            "Every key is told in docs/engagement.md. Lines marked ASSUMED were answered by nobody: look at them."
        ),
        "\n",
        _header(answers, facts),
        *(f"\n{_partner(one, answers)}" for one in answers.partners),
        f"\n{RULE}{comment('The exports. A pattern with * takes further files of that name as well.')}",
        *(f"\n{text}" for text in _sources(answers, facts, groups, prefix)),
        *_people(answers),
        _left_aside(left_aside),
        f"\n{RULE}",
        comment("The pass mark: the command ends with code 1 where a duty is not met."),
        block("[gate]", [("fail_on", "not_met", "not_met, undetermined or never")]),
    ]
    return "".join(parts)


def _assumed(answers: Answers, name: str, about: str = "") -> str:
    because = answers.assumed.get(f"{name} {about}".strip(), "")
    return f"ASSUMED: {because}" if because else ""


def _header(answers: Answers, facts: Facts) -> str:
    start, end = parse_period(answers.period)
    entries: list[Entry] = [
        ("title", answers.title, "stands above the report"),
        (
            "period",
            answers.period,
            _assumed(answers, "period") or f"{start} to {end - timedelta(days=1)}",
        ),
        (
            "as_of",
            answers.as_of,
            _assumed(answers, "as-of") or "when the exports were taken; later records are not looked at",
        ),
    ]
    future = (
        comment(
            f"{facts.from_the_future:,} records are dated after the day on which this was written; they say nothing "
            "about when the exports were taken."
        )
        if facts.from_the_future
        else ""
    )
    return future + block("[engagement]", entries)


def _partner(one: PartnerAnswers, answers: Answers) -> str:
    about = "" if len(answers.partners) == 1 else one.id
    entries: list[Entry] = [
        ("id", one.id, "how the results call it"),
        ("name", one.name, _assumed(answers, "name")),
        ("tier", one.tier, _assumed(answers, "tier") or TIERS[one.tier]),
        ("timezone", one.timezone, _assumed(answers, "timezone", about) or "days begin and end here"),
    ]
    if one.holidays:
        entries.append(
            (
                "holidays",
                one.holidays,
                _assumed(answers, "holidays", about) or "whose public holidays are kept",
            )
        )
    if one.suppliers:
        entries.append(("suppliers", one.suppliers, "so the provider is called on the bank statements"))
    if one.domains:
        entries.append(
            (
                "domains",
                one.domains,
                _assumed(answers, "domain", about) or "it writes from these and all below them",
            )
        )
        return block("[[partner]]", entries)
    return block("[[partner]]", entries) + comment(
        'domains = ["fabrikam.example"] would say from where the partner writes; no export tells it, and without it '
        "no message can be judged."
    )


def _sources(
    answers: Answers, facts: Facts, groups: Mapping[str, Sequence[Group]], prefix: str
) -> Iterator[str]:
    several = len(answers.partners) > 1
    zone = answers.partners[0].timezone
    everywhere = shared_patterns(groups, [one.id for one in answers.partners]) if several else {}
    written: set[str] = set()
    for id_, found in groups.items():
        for one in found:
            pattern = everywhere.get(one.name, "")
            if pattern and pattern in written:
                continue
            written.add(pattern)
            partner = id_ if several and not pattern else ""
            ends = [
                early_end(facts.ends.get((one.name, table)), answers.period, answers.as_of, zone)
                for table in sorted(HELD_AGAINST.intersection(one.first.tables))
            ]
            yield source(
                one,
                answers.sources[one.name],
                partner,
                prefix + (pattern or one.pattern),
                _assumed_of(answers, one),
                None if pattern else min(filter(None, ends), default=None),
            )


def _assumed_of(answers: Answers, group: Group) -> dict[str, str]:
    kinds = ("export-timezone", "side", "currency", "decimal", "date-order", "vendor", "taken-at")
    found = {name: _assumed(answers, name, group.name) for name in kinds}
    for column, _ in group.first.stated:
        found[f"value:{column}"] = _assumed(answers, "value", f"{group.name}:{column}")
    return found


def shared_patterns(groups: Mapping[str, Sequence[Group]], partners: Sequence[str]) -> dict[str, str]:
    """Return, by the name of a group, the pattern with {partner} that finds its like in every partner's folder.

    Only where each partner has it, the layouts agree, and nothing about it has to be asked.
    """
    homes: dict[tuple[str, tuple[str, str], str], dict[str, Group]] = {}
    for id_ in partners:
        for one in groups.get(id_, ()):
            top, _, rest = one.pattern.partition("/")
            if top == id_ and rest and not _is_asked(one.first):
                homes.setdefault((rest, one.first.what, one.first.sheet), {})[id_] = one
    return {
        one.name: f"{PARTNER}/{rest}"
        for (rest, _, _), found in homes.items()
        if len(found) == len(partners)
        for one in found.values()
    }


def _is_asked(export: Export) -> bool:
    return bool(export.asks or export.settings or export.stated or export.is_snapshot)


def _people(answers: Answers) -> Iterator[str]:
    if answers.terms is None and not answers.plans:
        yield f"\n{RULE}" + comment(
            "Nothing is said here of published support terms and of support plans held. `cspaudit sources template` "
            "makes a workbook for what no export holds; put it into this folder and run init again."
        )
        return
    yield f"\n{RULE}" + comment("What no export holds. More columns: docs/tables.md.")
    for one_partner in answers.partners:
        owner: list[Entry] = [("partner_id", one_partner.id, "")] if len(answers.partners) > 1 else []
        if answers.terms:
            yield from _terms(one_partner.timezone, one_partner.holidays, answers.terms, owner)
        yield from (f"\n{_plan(one, owner)}" for one in answers.plans)


def _terms(zone: str, holidays: str, terms: TermsAnswers, owner: list[Entry]) -> Iterator[str]:
    entries: list[Entry] = [
        *owner,
        ("terms_id", "published", ""),
        (
            "valid_from_on",
            terms.valid_from_on,
            "when they end, valid_to_on says so, and a second table follows",
        ),
        ("service_hours", terms.service_hours, "PH: public holidays" if "PH" in terms.service_hours else ""),
        ("timezone", zone, "of these hours"),
        ("holidays", holidays, ""),
        ("contact_methods", terms.contact_methods, ""),
        ("scope", terms.scope, ""),
        ("has_charge", terms.has_charge, ""),
        ("price", terms.price, ""),
    ]
    if terms.published_on:
        midnight = local_to_utc(zone, datetime.combine(terms.published_on, datetime.min.time()))
        entries.append(
            ("published_at", midnight.replace(tzinfo=UTC), "on a page that every customer can read")
        )
    yield "\n" + block("[[data.support_terms]]", [one for one in entries if one[1] not in {"", None}])
    for measure, promised in (("first_response", terms.first_response), ("resolution", terms.resolution)):
        if promised:
            yield "\n" + block(
                "[[data.support_target]]",
                [
                    *owner,
                    ("terms_id", "published", ""),
                    ("severity", "any", "critical, moderate and minimal may have times of their own"),
                    ("measure", measure, ""),
                    ("minutes", promised.minutes, ""),
                    (
                        "clock",
                        promised.clock,
                        "runs in the service hours only"
                        if promised.clock == "business"
                        else "runs day and night",
                    ),
                ],
            )


def _plan(one: Plan, owner: list[Entry]) -> str:
    entries: list[Entry] = [
        *owner,
        ("vehicle", one.vehicle, ""),
        ("contract_id", one.contract_id, ""),
        ("valid_from_on", one.valid_from_on, ""),
    ]
    if one.valid_to_on:
        entries.append(("valid_to_on", one.valid_to_on, "the last day"))
    entries.append(("holder", "partner", ""))
    return block("[[data.entitlement]]", entries)


def _left_aside(files: Sequence[LeftAside]) -> str:
    if not files:
        return ""
    lines = [f"\n{RULE}", comment("Files of this folder that are not read:")]
    for one in files:
        joint = ": " if isinstance(one, Declined) else " "
        lines.append(comment(f"  {shown(one.path)}{joint}{one.reason}"))
    return "".join(lines)


def appended(blocks: Sequence[str], today: date, exports: Sequence[Export]) -> str:
    """Return what is put behind an engagement that is there already."""
    head = comment(
        f"Added by cspaudit init on {today.isoformat()}: {len(exports)} new export{'s' * (len(exports) > 1)}."
    )
    return f"\n{RULE}{head}" + "".join(f"\n{text}" for text in blocks)
