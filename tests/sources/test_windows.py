"""Months that a system which keeps records for some days only no longer held in full."""

import pytest

from cspaudit.model.completeness import Window
from tests.sources.loading import HEAD, ONE_PARTNER, TWO_PARTNERS, LoadFiles, Loading, instant

#: an invented log whose system forgets everything after 90 days
LAYOUT = """
title = "Log"
certainty = "assumed"
checked_against = "nothing"
format = "csv"
time = "utc"
retention_days = 90
[[table]]
name = "audit_event"
[table.columns]
event_id = "id"
occurred_at = "at"
operation = "what"
"""
IN_UTC = ONE_PARTNER.replace("Europe/Berlin", "UTC")


def log(*instants: str, first: int = 0) -> str:
    """The invented log's export of an event at each instant."""
    rows = [f"{first + number},{at},create_order" for number, at in enumerate(instants)]
    return "\n".join(["id,at,what", *rows, ""])


def source(path: str, *settings: str) -> str:
    """A source that reads the invented log."""
    return "\n".join(["", "[[source]]", f'path = "{path}"', 'mapping = "log"', *settings, ""])


def loaded(load_files: LoadFiles, files: dict[str, str], sources: str, partners: str = IN_UTC) -> Loading:
    """What loading the invented log leaves."""
    return load_files({"layouts/log.toml": LAYOUT, **files}, sources, partners=partners)


def doubtful(done: Loading, partner: str = "fabrikam") -> list[object]:
    """The months that hold records of a partner and do not count."""
    return done.values(
        f"SELECT DISTINCT month FROM source_coverage WHERE is_doubtful AND partner_id = '{partner}' ORDER BY 1"
    )


def outside(done: Loading, partner: str = "fabrikam") -> list[tuple[str, ...]]:
    """Which months of the period each export does not reach in full."""
    return [one.outside for one in done.loaded.completeness[partner].exports]


# ninety days before 29 September, 00:00:00, is 1 July, 00:00:00
@pytest.mark.parametrize(
    ("last", "opens_at", "months"),
    [
        ("2026-09-29T00:00:00Z", "2026-07-01T00:00:00", []),
        ("2026-09-29T00:00:01Z", "2026-07-01T00:00:01", ["2026-07"]),
        ("2026-09-28T23:59:59Z", "2026-06-30T23:59:59", []),
    ],
)
def test_the_first_moment_of_a_month(
    load_files: LoadFiles, last: str, opens_at: str, months: list[str]
) -> None:
    """A month that begins when the window opens is whole; one that begins a second earlier is not, whatever it holds."""
    files = {"l.csv": log("2026-07-20T00:00:00Z", "2026-08-20T00:00:00Z", last)}
    done = loaded(load_files, files, source("l.csv"))
    (one,) = done.loaded.inputs
    assert one.window == Window(90, instant(opens_at))
    assert doubtful(done) == months
    assert outside(done) == [tuple(months)]
    assert [(found.month, found.is_doubtful) for found in one.coverage] == [
        ("2026-07", bool(months)),
        ("2026-08", False),
        ("2026-09", False),
    ]


@pytest.mark.parametrize(
    ("last", "months"), [("2026-09-28T22:00:00Z", []), ("2026-09-28T22:00:01Z", ["2026-07"])]
)
def test_months_begin_at_the_partners_midnight(load_files: LoadFiles, last: str, months: list[str]) -> None:
    """July begins in Berlin two hours before it does in UTC, and so must the window open two hours earlier."""
    files = {"l.csv": log("2026-07-20T00:00:00Z", last)}
    assert doubtful(loaded(load_files, files, source("l.csv"), ONE_PARTNER)) == months


@pytest.mark.parametrize(
    ("as_of", "opens_at"),
    [("2026-09-29T00:00:00Z", "2026-07-01T00:00:00"), ("2026-11-01T00:00:00Z", "2026-07-12T00:00:00")],
)
def test_the_cut_off_or_the_last_record(load_files: LoadFiles, as_of: str, opens_at: str) -> None:
    """The window is counted from the export's cut-off, or from its last record where that is earlier."""
    files = {"l.csv": log("2026-07-20T00:00:00Z", "2026-10-10T00:00:00Z")}
    (one,) = loaded(load_files, files, source("l.csv", f"as_of = {as_of}")).loaded.inputs
    assert one.window == Window(90, instant(opens_at))


def test_each_file_has_its_own_window(load_files: LoadFiles) -> None:
    """Files exported one after the other cover what each reached; a month counts where one of them holds it whole."""
    files = {
        "l1.csv": log("2026-07-02T00:00:00Z", "2026-07-31T00:00:00Z"),
        "l2.csv": log("2026-07-30T00:00:00Z", "2026-10-05T00:00:00Z", first=10),
    }
    done = loaded(load_files, files, source("l*.csv"))
    # 90 days before 31 July is 2 May, before 5 October 7 July
    assert [one.window and one.window.opens_at for one in done.loaded.inputs] == [
        instant("2026-05-02T00:00:00"),
        instant("2026-07-07T00:00:00"),
    ]
    assert done.rows("SELECT file, month, is_doubtful FROM source_coverage ORDER BY ALL") == [
        (0, "2026-07", False),
        (1, "2026-07", True),
        (1, "2026-10", False),
    ]
    assert outside(done) == [()]
    # August and September lie between records
    assert done.loaded.completeness["fabrikam"].exports[0].between == ("2026-08", "2026-09")


def test_months_before_the_window_without_records(load_files: LoadFiles) -> None:
    """A month before the window is told as such, and not a second time as one without records."""
    done = loaded(load_files, {"l.csv": log("2026-09-20T00:00:00Z", "2026-10-14T00:00:00Z")}, source("l.csv"))
    (one,) = done.loaded.completeness["fabrikam"].exports
    # the window opens on 16 July
    assert (one.outside, one.before, one.between) == (("2026-07",), ("2026-08",), ())


def test_what_the_partner_states_counts(load_files: LoadFiles) -> None:
    """A month stated as covered counts, since the partner may have kept what the system forgot."""
    files = {"l.csv": log("2026-07-20T00:00:00Z", "2026-10-14T00:00:00Z")}
    done = loaded(load_files, files, source("l.csv", "covers = [2026-07-01, 2026-08-01]"))
    (one,) = done.loaded.inputs
    assert [(found.month, found.is_stated, found.is_doubtful) for found in one.coverage] == [
        ("2026-07", True, False),
        ("2026-10", False, False),
    ]
    assert outside(done) == [()]


def test_two_partners_in_one_file(load_files: LoadFiles) -> None:
    """The window is the file's, whoever wrote its last record; the months are those of each partner's clock."""
    text = log("2026-07-20T00:00:00Z", "2026-07-21T00:00:00Z", "2026-09-28T23:00:00Z")
    owners = ["partner_id", "fabrikam", "tailspin", "tailspin", ""]
    rows = [f"{line},{owner}" if line else "" for line, owner in zip(text.split("\n"), owners, strict=True)]
    done = loaded(load_files, {"l.csv": "\n".join(rows)}, source("l.csv"), TWO_PARTNERS)
    # it opens on 30 June, 23:00: after July has begun in Berlin, before it begins in UTC
    assert doubtful(done, "fabrikam") == ["2026-07"]
    assert doubtful(done, "tailspin") == []
    assert (outside(done, "fabrikam"), outside(done, "tailspin")) == ([("2026-07",)], [()])


def test_a_period_that_begins_within_a_month(load_files: LoadFiles) -> None:
    """Of the period's first month only what lies in the period must be in the window."""
    head = HEAD.replace("start = 2026-07-01", "start = 2026-07-16")
    for second, months in (("00", []), ("01", ["2026-07"])):
        files = {
            "layouts/log.toml": LAYOUT,
            "l.csv": log("2026-07-20T00:00:00Z", f"2026-10-14T00:00:{second}Z"),
        }
        # ninety days before 14 October is 16 July
        assert doubtful(load_files(files, source("l.csv"), partners=IN_UTC, head=head)) == months


def test_a_layout_without_a_limit_has_no_window(load_files: LoadFiles) -> None:
    """Where nothing is known of how long records are kept, every month with a record counts."""
    files = {"l.csv": log("2026-07-20T00:00:00Z", "2026-10-14T00:00:00Z")}
    done = load_files(
        {"layouts/log.toml": LAYOUT.replace("retention_days = 90\n", ""), **files}, source("l.csv")
    )
    assert doubtful(done) == []
    assert done.loaded.inputs[0].window is None


def test_an_export_without_records_has_no_window(load_files: LoadFiles) -> None:
    """Without a last record nothing can be said of the time that an export reaches back to."""
    done = loaded(load_files, {"l.csv": log()}, source("l.csv"))
    assert (done.loaded.inputs[0].window, outside(done)) == (None, [()])
