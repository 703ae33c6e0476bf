"""What a file is made of: encodings, delimiters, line ends, gzip, and what is said of one that cannot be read."""

import gzip
import json

import pytest

from cspaudit.errors import EngagementError, SourceError
from tests.sources.loading import ONE_PARTNER, TICKETS, TWO_PARTNERS, LoadFiles, source

GOOD = "2026-07-01T09:30:00Z"
TEXT = (
    'ticket_id,opened_at,requester\r\n1,2026-07-01T09:30:00Z,Jörg €\r\n2,2026-07-01T09:30:00Z,"a, ""b"""\r\n'
)
REQUESTERS = "SELECT requester FROM ticket ORDER BY record"


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        gzip.compress(TEXT.encode(), mtime=0),
        gzip.compress(TEXT.encode("utf-8-sig"), mtime=0),
        gzip.compress(TEXT.encode("utf-16"), mtime=0),
        gzip.compress(TEXT[:40].encode(), mtime=0) + gzip.compress(TEXT[40:].encode(), mtime=0),
        TEXT.replace("\r\n", "\n").encode(),
        TEXT.replace("\r\n", "\r").encode(),
        TEXT.replace("\r\n", "\n", 1).encode(),
        TEXT.replace("\r\n", "\n", 2).replace("\n", "\r\n", 1).encode(),
        TEXT.rstrip().encode(),
        ("sep=,\r\n" + TEXT).encode(),
        ("#TYPE System.Object\r\n" + TEXT).encode(),
        ("sep=;\r\n" + TEXT.replace("a, ", "a; ").replace(",", ";").replace("a; ", "a, ")).encode(
            "utf-8-sig"
        ),
        ("sep=\t\n" + TEXT.replace("a, ", "a@ ").replace(",", "\t").replace("a@ ", "a, ")).encode("utf-16"),
        TEXT.replace("a, ", "a@ ").replace(",", ";").replace("a@ ", "a, ").encode(),
        TEXT.replace("a, ", "a@ ").replace(",", "\t").replace("a@ ", "a, ").encode(),
        TEXT.replace("a, ", "a@ ").replace(",", "|").replace("a@ ", "a, ").encode(),
        TEXT.replace("ticket_id,opened_at", '"Ticket ID","Opened-At"').encode(),
        ('Tickets of July\r\n\r\n"Made by;","the desk"\r\n' + TEXT).encode(),
        ("sep=,\r\nfor;Fabrikam;2026;07;\r\n" + TEXT).encode("utf-16"),
    ],
    ids=lambda content: repr(content[:24]),
)
def test_every_shape_of_one_table(load_files: LoadFiles, content: bytes) -> None:
    """Encoding, byte order mark, packing, delimiter, line ends and preamble make no difference to what is read."""
    done = load_files({"t.csv": content}, TICKETS)
    assert done.values(REQUESTERS) == ["Jörg €", 'a, "b"']
    assert done.loaded.problems == ()
    assert done.counts() == (2, 2, 0)
    assert done.values("SELECT record FROM ticket ORDER BY 1") == [1, 2]


def test_lines_before_the_header_are_told_and_change_no_number(load_files: LoadFiles) -> None:
    """What stands before the header is left aside and told; records and lines are counted as in the file."""
    before = 'Desk of Fabrikam\n\n"from: 1 July",\n'
    content = f"{before}ticket_id,opened_at\n1,{GOOD}\n2,never\n3,{GOOD},x\n\n4,never\n"
    done = load_files({"t.csv": content}, TICKETS)
    assert done.counts() == (4, 1, 3)
    assert [row[:5] for row in done.rejects()] == [
        ("t.csv", 2, 6, "opened_at", "never"),
        ("t.csv", 3, 7, None, f"3,{GOOD},x"),
        ("t.csv", 4, 9, "opened_at", "never"),
    ]
    assert done.loaded.assumptions == ("t.csv: 3 lines before the header were left aside.",)


def test_a_header_without_a_known_field_is_the_first_line(load_files: LoadFiles) -> None:
    """Nothing is searched for where no line looks like a header: the message shows the first."""
    done = load_files({"t.csv": "a,b\n1,2\n"}, TICKETS)
    assert "its header is: a, b." in done.problem


def test_a_header_beyond_the_fiftieth_line_is_none(load_files: LoadFiles) -> None:
    """The search ends after fifty lines."""
    body = f"ticket_id,opened_at\n1,{GOOD}\n"
    assert load_files({"t.csv": "note\n" * 49 + body}, TICKETS).counts() == (1, 1, 0)
    assert "its header is: note." in load_files({"t.csv": "note\n" * 50 + body}, TICKETS).problem


@pytest.mark.parametrize("order", ["le", "be"])
def test_utf16_without_mark_is_said(load_files: LoadFiles, order: str) -> None:
    """That a file without byte order mark was read as UTF-16 is an assumption, and told."""
    done = load_files({"t.csv": TEXT.encode(f"utf-16-{order}")}, TICKETS)
    assert done.loaded.assumptions == (
        f"t.csv has no byte order mark; it was read as UTF-16-{order.upper()}.",
    )


@pytest.mark.parametrize("encoding", ["cp1252", "windows-1252", "CP1252"])
def test_declared_encoding(load_files: LoadFiles, encoding: str) -> None:
    """A declared encoding is used, under any of its names."""
    done = load_files({"t.csv": TEXT.encode("cp1252")}, source("t.csv", "ticket", encoding=f'"{encoding}"'))
    assert done.values(REQUESTERS) == ["Jörg €", 'a, "b"']


def test_latin1(load_files: LoadFiles) -> None:
    """Latin-1 is read where it is declared."""
    content = TEXT.replace("€", "ß").encode("latin-1")
    done = load_files({"t.csv": content}, source("t.csv", "ticket", encoding='"latin-1"'))
    assert done.values(REQUESTERS)[0] == "Jörg ß"


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_undeclared_encoding(load_files: LoadFiles, pack: "type[bytes]") -> None:
    """A file that is not UTF-8 is refused, with the setting that would read it; nothing of it is loaded."""
    done = load_files({"t.csv": pack(TEXT.encode("cp1252"))}, TICKETS)
    assert f"t.csv: The file is not UTF-8 (byte {TEXT.index('ö')} cannot be read)." in done.problem
    assert 'encoding = "cp1252"' in done.problem
    assert done.values("SELECT count(*) FROM ticket") == [0]
    assert done.rows("SELECT file, record, table_name, reason FROM reject") == [
        ("t.csv", None, "ticket", "the export could not be read")
    ]
    assert done.loaded.problems[0].exit_code == 3


def test_wrong_byte_far_into_the_file(load_files: LoadFiles) -> None:
    """A wrong byte beyond the first buffer is found as well, and its place told."""
    line = b"%07d,2026-07-01T09:30:00Z,x\n"
    head = b"ticket_id,opened_at,requester\n"
    content = head + b"".join(line % n for n in range(200_000)) + b"9,2026-07-01T09:30:00Z,J\xf6rg\n"
    done = load_files({"t.csv": content}, TICKETS)
    assert f"byte {content.index(0xF6):,} cannot be read" in done.problem


def test_wrong_declared_encoding(load_files: LoadFiles) -> None:
    """A file that is not in the declared encoding is refused too."""
    done = load_files({"t.csv": TEXT.encode()}, source("t.csv", "ticket", encoding='"ascii"'))
    assert "is not ASCII" in done.problem


def test_unknown_encoding(load_files: LoadFiles) -> None:
    """An encoding that does not exist is the engagement's fault."""
    with pytest.raises(EngagementError, match="There is no encoding 'utf-9'"):
        load_files({"t.csv": TEXT}, source("t.csv", "ticket", encoding='"utf-9"'))


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("place", ["header", "first", "late"])
def test_nul_bytes(load_files: LoadFiles, pack: "type[bytes]", place: str) -> None:
    """A file with a NUL byte is damaged or no text: none of it counts, the other files of the source do."""
    rows = b"".join(b"%d,2026-07-01T09:30:00Z,x\n" % n for n in range(10, 5000))
    content = b"ticket_id,opened_at,requester\n" + rows
    at = {"header": 3, "first": 40, "late": len(content) - 20}[place]
    damaged = content[:at] + b"\0" + content[at:]
    done = load_files(
        {"t1.csv": TEXT, "t2.csv": pack(damaged), "t3.csv": "ticket_id,opened_at\n7,2026-07-01T09:30:00Z\n"},
        source("t*.csv", "ticket"),
    )
    assert f"t2.csv: The file holds a NUL byte (byte {at:,}); it is damaged or no text." in done.problem
    assert done.rows("SELECT ticket_id, file, record FROM ticket ORDER BY file, record") == [
        ("1", "t1.csv", 1),
        ("2", "t1.csv", 2),
        ("7", "t3.csv", 1),
    ]
    assert done.counts() == (3, 3, 0)
    assert done.rows("SELECT file, record, reason FROM reject") == [
        ("t2.csv", None, "the export could not be read")
    ]


def test_empty_files(load_files: LoadFiles) -> None:
    """0 bytes is no export, a header alone is one without records; the other files of the source still count."""
    done = load_files(
        {
            "t1.csv": "",
            "t2.csv": "ticket_id,opened_at\n",
            "t3.csv": TEXT,
            "t4.csv": b"\xef\xbb\xbf",
            "t5.csv": "\n\n",
        },
        source("t*.csv", "ticket"),
    )
    assert [str(problem) for problem in done.loaded.problems] == [
        "t1.csv: The export is empty (0 bytes). Export it again; a header line alone would do.",
        "t4.csv: The export has no header line.",
        "t5.csv: The export has no header line.",
    ]
    assert done.values("SELECT ticket_id FROM ticket ORDER BY 1") == ["1", "2"]
    assert [(one.path, one.records_read, one.error) for one in done.loaded.inputs] == [
        ("t2.csv", 0, ""),
        ("t3.csv", 2, ""),
        ("t1.csv", 0, "The export is empty (0 bytes)."),
        ("t4.csv", 0, "The export has no header line."),
        ("t5.csv", 0, "The export has no header line."),
    ]


def test_packed_nothing(load_files: LoadFiles) -> None:
    """A packed file of nothing is as empty as one of 0 bytes; one cut off cannot be unpacked."""
    whole = gzip.compress(TEXT.encode() * 50, mtime=0)
    done = load_files(
        {"t1.csv.gz": gzip.compress(b"", mtime=0), "t2.csv.gz": whole[:-30]}, source("t*.csv.gz", "ticket")
    )
    first, second = (str(problem) for problem in done.loaded.problems)
    assert "t1.csv.gz: The export is empty" in first
    assert "t2.csv.gz: The file cannot be unpacked" in second


@pytest.mark.parametrize("name", ["t.csv", "x/t.csv"])
def test_missing_file(load_files: LoadFiles, name: str) -> None:
    """An export that is not there is named; a reject row keeps its absence from looking like a pass."""
    done = load_files({}, source(name, "ticket"))
    assert f"{name}: The export is not there." in done.problem
    assert done.rows("SELECT partner_id, table_name, file, record FROM reject") == [
        ("fabrikam", "ticket", name, None)
    ]


def test_pattern_without_a_file(load_files: LoadFiles) -> None:
    """A pattern that fits no file is a problem, not an empty export."""
    done = load_files({"x.csv": TEXT}, source("t_*.csv", "ticket"))
    assert "t_*.csv: No file fits this pattern." in done.problem


def test_files_of_a_pattern_are_read_in_order(load_files: LoadFiles) -> None:
    """Files follow each other by name, so that the first of duplicate keys is always the same."""
    head = "ticket_id,opened_at,requester\n"
    done = load_files(
        {
            "e/t_2.csv": head + "1,2026-07-01T09:30:00Z,second\n2,2026-07-01T09:30:00Z,x\n",
            "e/t_1.csv": head + "1,2026-07-01T09:30:00Z,first\n",
            "e/t_10.csv": head + "2,2026-07-01T09:30:00Z,y\n",
        },
        source("e/t_*.csv", "ticket"),
    )
    assert done.rows("SELECT ticket_id, requester, file, record FROM ticket ORDER BY 1") == [
        ("1", "first", "e/t_1.csv", 1),
        ("2", "y", "e/t_10.csv", 1),
    ]
    assert done.rejects() == [
        ("e/t_2.csv", 1, 2, "ticket_id", "1", "repeats a key that an earlier record has"),
        ("e/t_2.csv", 2, 3, "ticket_id", "2", "repeats a key that an earlier record has"),
    ]
    assert done.counts() == (4, 2, 2)


def test_partner_in_the_path(load_files: LoadFiles) -> None:
    """{partner} reads a file for each partner; one that lacks it costs only its own partner."""
    done = load_files({"fabrikam/t.csv": TEXT}, source("{partner}/t.csv", "ticket"), partners=TWO_PARTNERS)
    assert done.rows("SELECT partner_id, ticket_id FROM ticket ORDER BY 2") == [
        ("fabrikam", "1"),
        ("fabrikam", "2"),
    ]
    assert "tailspin/t.csv: The export is not there." in done.problem
    assert done.rows("SELECT partner_id, file FROM reject") == [("tailspin", "tailspin/t.csv")]


def test_two_partners_may_have_the_same_ids(load_files: LoadFiles) -> None:
    """Keys hold within a partner."""
    done = load_files(
        {"fabrikam/t.csv": TEXT, "tailspin/t.csv": TEXT},
        source("{partner}/t.csv", "ticket"),
        partners=TWO_PARTNERS,
    )
    assert done.rows("SELECT partner_id, count(*) FROM ticket GROUP BY 1 ORDER BY 1") == [
        ("fabrikam", 2),
        ("tailspin", 2),
    ]
    assert done.counts() == (4, 4, 0)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ('{"tickets": [{"id": 1, "created_at": "2026-07-01T00:00:00Z"}', "is not valid JSON"),
        ("ticket_id,opened_at\n", "is not valid JSON"),
        ('[{"id": 1, "created_at": "2026-07-01T00:00:00Z"},]', "is not valid JSON"),
        ('{"issues": []}', "No record of the export has 'id', 'created_at'"),
        ('[{"id": 1, "opened": "x"}, {"id": 2}]', "No record of the export has 'created_at'"),
        ("[1, 2]", "No record of the export has 'id'"),
        ('{"tickets": [{"id": 1, "created_at": "2026-07-01T00:00:00Z"}]}\0', "NUL byte"),
    ],
)
def test_broken_json(load_files: LoadFiles, content: str, problem: str) -> None:
    """JSON that cannot be read, or in which no record has what it must have, is refused as a whole."""
    done = load_files({"t.json": content}, source("t.json", "zendesk_tickets_json"))
    assert problem in done.problem
    assert isinstance(done.loaded.problems[0], SourceError)
    assert done.values("SELECT count(*) FROM ticket") == [0]


RECORDS = [{"id": n, "created_at": "2026-07-01T00:00:00Z", "status": "ö"} for n in (1, 2, 3)]


@pytest.mark.parametrize(
    "content",
    [
        json.dumps({"tickets": RECORDS}).encode(),
        json.dumps({"tickets": RECORDS}, indent=2, ensure_ascii=False).encode(),
        json.dumps({"tickets": RECORDS}, ensure_ascii=False).encode("utf-8-sig"),
        json.dumps({"tickets": RECORDS}, ensure_ascii=False).encode("utf-16"),
        gzip.compress(json.dumps({"tickets": RECORDS}).encode(), mtime=0),
        json.dumps(RECORDS).encode(),
        "\n".join(json.dumps(one) for one in RECORDS).encode(),
        gzip.compress("\r\n".join(json.dumps(one) for one in RECORDS).encode(), mtime=0),
        "\n".join(json.dumps({"tickets": [one]}) for one in RECORDS).encode(),
    ],
    ids=lambda content: repr(content[:20]),
)
def test_every_shape_of_json(load_files: LoadFiles, content: bytes) -> None:
    """A page, a list, one object a line or one page a line, packed or not: the same records."""
    done = load_files({"t.json": content}, source("t.json", "zendesk_tickets_json"))
    assert done.rows("SELECT ticket_id, status, record FROM ticket ORDER BY record") == [
        ("1", "ö", 1),
        ("2", "ö", 2),
        ("3", "ö", 3),
    ]


def test_empty_page(load_files: LoadFiles) -> None:
    """A page without records is an export without records."""
    done = load_files({"t.json": '{"tickets": [], "count": 0}'}, source("t.json", "zendesk_tickets_json"))
    assert done.loaded.problems == ()
    assert done.counts() == (0, 0, 0)


def test_large_json_object(load_files: LoadFiles) -> None:
    """A page larger than the engine's usual limit for one object is read."""
    records = [
        {"id": n, "created_at": "2026-07-01T00:00:00Z", "description": "x" * 2000} for n in range(12_000)
    ]
    content = json.dumps({"tickets": records}).encode()
    done = load_files(
        {"t.json": content, "u.json": gzip.compress(content.replace(b'"id": ', b'"id": 9'), mtime=0)},
        source("*.json", "zendesk_tickets_json"),
    )
    assert done.counts() == (24_000, 24_000, 0)


def test_partner_settings(load_files: LoadFiles) -> None:
    """With several partners and no word of whose export it is, the export is refused."""
    done = load_files({"t.csv": TEXT}, TICKETS, partners=TWO_PARTNERS)
    assert "It is not said whose export this is." in done.problem
    assert done.values("SELECT partner_id FROM reject ORDER BY 1") == ["fabrikam", "tailspin"]
    one = load_files({"t.csv": TEXT}, source("t.csv", "ticket", partner='"tailspin"'), partners=TWO_PARTNERS)
    assert one.rows("SELECT DISTINCT partner_id FROM ticket") == [("tailspin",)]
    assert ONE_PARTNER in TWO_PARTNERS
