"""A check of the user's own to start from: one that runs, with its obligation and its cases."""

import re
from pathlib import Path

from cspaudit.errors import EngagementError, OutputError

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_OBLIGATION = """
[[obligation]]
id = "{id}"
title = "Say in a few words what is to be done"
kind = "own_promise"
strength = "should"
basis = "text"
in_force_from = 2020-01-01
start_basis = "known"
statement = "Say in a sentence what was promised, and to whom."
"""
_SQL = """/* cspaudit
title      = "Tickets are closed within the days promised"
obligation = "{id}"
version    = 1
subject    = "ticket"
needs      = ["ticket.closed_at"]
unit       = "days"
rationale  = "Say why it matters."
blind_spot = "Say what the records cannot show."
remedy     = "Say what to do about failures."

[params]
days = {{ value = 30, basis = "say what this number rests on" }}

[reasons]
closed_late   = "Closed after {{observed}} days; {{expected}} are allowed."
not_closed    = "Still open after {{observed}} days; {{expected}} are allowed."
still_running = "Open, and still in time."
*/
with aged as (
    -- what happened after the cut-off is not seen; whole days since 1970 make a difference of days on every engine
    select
        partner_id, ticket_id, opened_at,
        coalesce(closed_at <= cast($as_of as timestamp), false) as is_closed,
        cast(floor(epoch(least(closed_at, cast($as_of as timestamp))) / 86400) as bigint)
        - cast(floor(epoch(opened_at) / 86400) as bigint) as age,
        cast($days as integer) as days
    from ticket
    where opened_at <= cast($as_of as timestamp)
)

select
    partner_id,
    ticket_id as subject_id,
    opened_at as dated_at,
    case when age > days then 'fail' when is_closed then 'pass' else 'not_yet_due' end as status,
    case
        when age > days and is_closed then 'closed_late'
        when age > days then 'not_closed'
        when not is_closed then 'still_running'
    end as reason,
    cast(age as varchar) as observed,
    cast(days as varchar) as expected
from aged
"""
_CASES = """[defaults]
start = 2026-07-01
end = 2026-10-01
as_of = 2026-10-15T00:00:00Z

[[case]]
name = "closed on the thirtieth day passes, on the next it fails"
covers = ["pass", "fail", "boundary"]
given.ticket = [
    {{ ticket_id = "T1", opened_at = 2026-07-01T09:00:00Z, closed_at = 2026-07-31T09:00:00Z }},
    {{ ticket_id = "T2", opened_at = 2026-07-01T09:00:00Z, closed_at = 2026-08-01T09:00:00Z }},
]
expect = [
    {{ subject_id = "T1", status = "pass", observed = "30" }},
    {{ subject_id = "T2", status = "fail", reason = "closed_late", observed = "31", expected = "30" }},
]

[[case]]
name = "an open ticket fails once its days are over; a close after the cut-off is not seen"
covers = ["fail", "not_yet_due"]
given.ticket = [
    {{ ticket_id = "T3", opened_at = 2026-09-14T09:00:00Z, closed_at = 2026-10-15T00:00:01Z }},
    {{ ticket_id = "T4", opened_at = 2026-09-15T09:00:00Z }},
]
expect = [
    {{ subject_id = "T3", status = "fail", reason = "not_closed", observed = "31" }},
    {{ subject_id = "T4", status = "not_yet_due", reason = "still_running" }},
]
"""


def write_new_check(folder: Path, name: str) -> tuple[Path, ...]:
    """Write ``checks/NAME.sql``, its cases and its obligation below ``folder``, and return the files.

    Raises EngagementError for a name that cannot be a check's, OutputError where a file is there already.
    """
    if not _NAME.fullmatch(name):
        raise EngagementError(
            f"{name!r} cannot be a check's id.", hint="Use lower-case letters, digits and underscores."
        )
    obligation = f"OWN-{name.upper().replace('_', '-')}"
    check, cases = folder / "checks" / f"{name}.sql", folder / "cases" / f"{name}.toml"
    for path in (check, cases):
        if path.exists():
            raise OutputError("The file is there already; it was not touched.", where=str(path))
    duties = folder / "checks" / "obligations.toml"
    written = duties.read_text(encoding="utf-8") if duties.exists() else ""
    for path, text in (
        (check, _SQL.format(id=obligation)),
        (cases, _CASES.format()),
        (duties, (written + _OBLIGATION.format(id=obligation)).lstrip()),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return check, cases, duties
