"""What is read of real files before anything is asked: the newest record, where each table ends, whose domains there are."""

from datetime import date, datetime
from pathlib import Path

from cspaudit import resources
from cspaudit.initialise.exports import Export
from cspaudit.initialise.facts import Facts, SourceEnd, read_facts
from cspaudit.initialise.grouping import group
from cspaudit.sources.load import silent
from cspaudit.warehouse.duckdb_warehouse import Warehouse

TODAY = date(2026, 10, 16)


def read(folder: Path, *, today: date = TODAY, **files: str) -> Facts:
    """Write files whose stems begin with their table, and read them for one partner."""
    (folder / "exports").mkdir()
    exports = []
    for stem, text in files.items():
        table = stem.partition("__")[0]
        path = Path(f"{stem}.csv")
        (folder / "exports" / path).write_text(text, encoding="utf-8")
        exports.append(Export(path, table, is_table=True, title="", tables=(table,)))
    groups = {"p": group(exports, [one.path for one in exports])}
    (folder / "work").mkdir()
    with Warehouse(folder / "work") as warehouse:
        return read_facts(warehouse, folder / "exports", resources.mappings(), groups, today, silent)


def tickets(*days: str) -> str:
    """Return an export of tickets opened at noon of some days."""
    return "ticket_id,opened_at\n" + "".join(f"T-{day},{day}T12:00:00Z\n" for day in days)


def test_a_table_ends_where_its_last_file_does(tmp_path: Path) -> None:
    """The file of an earlier month is followed by the next: it does not end early."""
    found = read(
        tmp_path,
        ticket__july=tickets("2026-07-01", "2026-07-04", "2026-07-31"),
        ticket__august=tickets("2026-08-01", "2026-08-20"),
        supplier_payment="payment_id,paid_on,amount,currency\nP1,2026-08-31,1.00,EUR\n",
    )
    assert found.ends == {
        ("ticket__august.csv", "ticket"): SourceEnd(date(2026, 8, 20), 27),
        ("supplier_payment.csv", "supplier_payment"): SourceEnd(date(2026, 8, 31), 0),
    }
    # a payment of a day proves no more than that the day had begun
    assert found.newest == datetime(2026, 8, 31)  # noqa: DTZ001 - instants are naive UTC in the tables
    assert found.days[0] == date(2026, 7, 1)
    assert found.partners["p"].tables == {"ticket", "supplier_payment"}
    assert found.partners["p"].currencies == ("EUR",)


def test_a_few_mistyped_years_do_not_move_the_end(tmp_path: Path) -> None:
    """Records dated after today say nothing of when the export was taken, as long as they are few."""
    days = [f"2026-08-{day:02}" for day in range(1, 31)]
    found = read(tmp_path, ticket=tickets(*days, "2062-08-01"))
    assert found.newest == datetime(2026, 8, 30, 12)  # noqa: DTZ001 - instants are naive UTC in the tables
    assert found.from_the_future == 1


def test_where_most_lies_in_the_future_the_clock_is_wrong(tmp_path: Path) -> None:
    """Then the records are believed."""
    found = read(tmp_path, today=date(2020, 1, 1), ticket=tickets("2026-08-01", "2026-08-02"))
    assert found.newest == datetime(2026, 8, 2, 12)  # noqa: DTZ001 - instants are naive UTC in the tables
    assert found.from_the_future == 0


def test_a_later_instant_of_a_record_counts(tmp_path: Path) -> None:
    """A ticket that was closed on a day proves that the export was taken after it."""
    found = read(
        tmp_path,
        ticket="ticket_id,opened_at,closed_at\nT1,2026-07-01T08:00:00Z,2026-07-09T08:00:00Z\nT2,2026-07-02T08:00:00Z,\n",
    )
    assert found.newest == datetime(2026, 7, 9, 8)  # noqa: DTZ001 - instants are naive UTC in the tables


def test_domains_and_countries_come_from_mails_and_customers(tmp_path: Path) -> None:
    """What was sent outbound tells the partner's domain, whoever it went to; the ending of a domain tells a country."""
    mails = "message_id,recipient,sent_at,sender,direction\n" + "".join(
        f"M{n},who@contoso{n}.example,2026-07-01T08:00:00Z,Fabrikam <desk@mail.fabrikam.de>,outbound\n"
        for n in range(4)
    )
    customers = "customer_id,name,country\n1,A,AT\n2,B,AT\n3,C,CH\n"
    found = read(tmp_path, message=mails, customer=customers)
    assert found.partners["p"].domains == ("mail.fabrikam.de",)
    assert found.partners["p"].countries == ("DE", "AT")


def test_an_empty_folder_tells_nothing(tmp_path: Path) -> None:
    """Exports with a header alone suggest nothing at all."""
    found = read(tmp_path, ticket="ticket_id,opened_at\n")
    assert (found.newest, found.days, dict(found.ends)) == (None, (), {})
    assert found.partners["p"].tables == frozenset()
