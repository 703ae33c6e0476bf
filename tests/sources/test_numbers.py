"""Gaps in numbers that records are counted up by."""

from collections.abc import Iterable

import pytest

from cspaudit.model.completeness import NumberSeries
from tests.sources.loading import TICKETS, TWO_PARTNERS, LoadFiles, Loading, source

INVOICES = source("i.csv", "customer_invoice")


def tickets(ids: Iterable[object], extra: str = "") -> str:
    """An export of tickets with these ids."""
    head = "ticket_id,opened_at" + (",partner_id" if extra else "")
    return "\n".join([head, *(f"{one},2026-07-01T10:00:00Z{extra}" for one in ids), ""])


def invoices(ids: Iterable[object]) -> str:
    """An export of invoices with these ids."""
    return "\n".join(
        ["invoice_id,issued_on,amount,currency", *(f"{one},2026-07-01,1,EUR" for one in ids), ""]
    )


def numbers(done: Loading, partner: str = "fabrikam") -> tuple[NumberSeries, ...]:
    """The runs with gaps."""
    return done.loaded.completeness[partner].numbers


def without(numbers_: range, *missing: int) -> list[int]:
    """The numbers but these."""
    return [number for number in numbers_ if number not in missing]


def test_a_gap_and_the_first_of_them(load_files: LoadFiles) -> None:
    """Missing numbers are counted between the lowest and the highest; those side by side are a range."""
    ids = [f"RE-{number:04}" for number in without(range(17, 118), 20, 31, 32, 33, 40, 50, 60, 70)]
    done = load_files({"i.csv": invoices(ids)}, INVOICES)
    # of 101 numbers 8 are missing, in six places
    assert numbers(done) == (
        NumberSeries(
            "customer_invoice",
            "invoice_id",
            "RE-0017",
            "RE-0117",
            93,
            8,
            ("RE-0020", "RE-0031\N{EN DASH}RE-0033", "RE-0040", "RE-0050", "RE-0060"),
        ),
    )


def test_a_run_without_gaps_is_not_told(load_files: LoadFiles) -> None:
    """Numbers that are all there are nothing to tell, whatever the order of the records."""
    assert numbers(load_files({"t.csv": tickets(reversed(range(100, 200)))}, TICKETS)) == ()


@pytest.mark.parametrize(("there", "told"), [(19, False), (20, True)])
def test_how_many_make_a_run(load_files: LoadFiles, there: int, told: bool) -> None:  # noqa: FBT001 - a case's answer
    """Twenty numbers are a run, nineteen are not."""
    ids = without(range(100, 101 + there), 105)
    assert len(ids) == there
    assert bool(numbers(load_files({"t.csv": tickets(ids)}, TICKETS))) is told


@pytest.mark.parametrize(("missing", "told"), [(10, True), (11, False)])
def test_how_close_a_run_is(load_files: LoadFiles, missing: int, told: bool) -> None:  # noqa: FBT001 - a case's answer
    """Nine of ten numbers between the lowest and the highest must be there."""
    # of 100 numbers, every other one from the second on is left out, so many times
    ids = without(range(1000, 1100), *(1001 + 2 * place for place in range(missing)))
    found = numbers(load_files({"t.csv": tickets(ids)}, TICKETS))
    assert [one.missing for one in found] == ([missing] if told else [])


def test_numbers_without_leading_zeros_are_one_run(load_files: LoadFiles) -> None:
    """From 95 to 130 is one run, though the numbers grow a digit."""
    (found,) = numbers(load_files({"t.csv": tickets(without(range(95, 131), 99, 100))}, TICKETS))
    assert (found.first, found.last, found.present, found.missing) == ("95", "130", 34, 2)
    assert found.examples == ("99\N{EN DASH}100",)


def test_numbers_of_one_width_among_others(load_files: LoadFiles) -> None:
    """Where the numbers of a prefix lie too far apart, those of each width are looked at by themselves."""
    ids = [*without(range(100, 140), 120), 5_000_001, 9_000_001]
    (found,) = numbers(load_files({"t.csv": tickets(ids)}, TICKETS))
    assert (found.first, found.last, found.examples) == ("100", "139", ("120",))


def test_prefixes_are_runs_of_their_own(load_files: LoadFiles) -> None:
    """Each prefix counts for itself; the greatest gap is told first."""
    ids = [f"A{number:03}" for number in without(range(40), 7)]
    ids += [f"B{number:03}" for number in without(range(40), 5, 6)]
    found = numbers(load_files({"i.csv": invoices(ids)}, INVOICES))
    assert [one.examples for one in found] == [("B005\N{EN DASH}B006",), ("A007",)]


def test_ids_that_are_no_numbers(load_files: LoadFiles) -> None:
    """Random ids, ids without a digit at the end and numbers too long to count by are no run."""
    ids = [f"{number * 7919 % 10007:x}-{'abcdef'[number % 6]}" for number in range(60)]
    ids += [f"{number:020}" for number in without(range(30), 4)]
    assert numbers(load_files({"t.csv": tickets(ids)}, TICKETS)) == ()


def test_a_number_that_was_left_out_is_there(load_files: LoadFiles) -> None:
    """The number of a record that cannot be used is not missing, nor one that stands there twice."""
    rows = tickets(without(range(100, 140), 110)).replace("115,2026", "115,in ")
    (found,) = numbers(load_files({"t.csv": rows + "120,2026-07-01T10:00:00Z\n"}, TICKETS))
    assert (found.present, found.missing, found.examples) == (39, 1, ("110",))


def test_a_number_in_another_export_is_there(load_files: LoadFiles) -> None:
    """What one export lacks another may hold."""
    files = {"t.csv": tickets(without(range(100, 140), 110, 111)), "more.csv": tickets([110])}
    (found,) = numbers(load_files(files, TICKETS + source("more.csv", "ticket")))
    assert found.examples == ("111",)


def test_payments_with_several_lines(load_files: LoadFiles) -> None:
    """A payment's lines share its number, which counts once."""
    rows = [f"P{number:03},{line},2026-07-01,1,EUR" for number in without(range(50), 9, 8) for line in (1, 2)]
    content = "\n".join(["payment_id,line,paid_on,amount,currency", *rows, ""])
    (found,) = numbers(load_files({"p.csv": content}, source("p.csv", "supplier_payment")))
    assert (found.present, found.missing, found.examples) == (48, 2, ("P008\N{EN DASH}P009",))


def test_two_partners_have_numbers_of_their_own(load_files: LoadFiles) -> None:
    """In one file, a number of one partner does not fill the gap of another."""
    one = tickets(without(range(100, 140), 110), ",fabrikam")
    other = tickets(without(range(100, 140), 120), ",tailspin").partition("\n")[2]
    stranger = tickets(range(500, 540), ",nobody").partition("\n")[2]
    done = load_files({"t.csv": one + other + stranger}, TICKETS, partners=TWO_PARTNERS)
    assert [found.examples for found in numbers(done)] == [("110",)]
    assert [found.examples for found in numbers(done, "tailspin")] == [("120",)]


def test_ids_of_several_fields_are_no_numbers(load_files: LoadFiles) -> None:
    """An id that the layout puts together was not counted up by the export's program."""
    layout = """
title = "Desk"
certainty = "assumed"
checked_against = "nothing"
format = "csv"
time = "utc"
[[table]]
name = "ticket"
[table.columns]
ticket_id = { join = ["kind", "id"] }
opened_at = "opened"
"""
    rows = [f"T,{number},2026-07-01 10:00:00" for number in without(range(100, 140), 110)]
    files = {"layouts/desk.toml": layout, "t.csv": "\n".join(["kind,id,opened", *rows, ""])}
    done = load_files(files, '\n[[source]]\npath = "t.csv"\nmapping = "desk"\n')
    assert done.values("SELECT min(ticket_id) FROM ticket") == ["T:100"]
    assert numbers(done) == ()


@pytest.mark.parametrize("shape", ["{year}-{number:05}", "{random:016x}-{number}"])
def test_many_ids(load_files: LoadFiles, shape: str) -> None:
    """Above twenty thousand ids some are looked at first: prefixes that many share are looked through, others not."""
    ids = [
        shape.format(
            year=2000 + number // 3000, number=number % 3000, random=number * 0x9E3779B97F4A7C15 % 2**64
        )
        for number in without(range(24_000), 5, 3_007)
    ]
    found = numbers(load_files({"t.csv": tickets(ids)}, TICKETS))
    assert [one.examples for one in found] == (
        [("2000-00005",), ("2001-00007",)] if shape.startswith("{year}") else []
    )
