"""Third parties' mailboxes and mails: every one is found, and the two at which the standard library stops."""

import mailbox
import shutil
from pathlib import Path

import pytest

from cspaudit import resources
from cspaudit.sources.detect import known_layouts
from tests.sources.loading import detect, instant, load_folder, open_warehouse, source, write
from tests.sources.test_real_exports import ENGAGEMENT, load_sources

pytestmark = pytest.mark.samples

#: how many mails each file holds, as counted by the lines before them
TOTALS = {
    "mbox_pipermail_r/r-announce_2011.mbox": 16,
    "mbox_pipermail_r/r-announce_2022.mbox": 9,
    "mbox_pipermail_r/r-sig-finance_2007q2.mbox": 145,
    "mbox_pipermail_r/r-sig-finance_2024q2.mbox": 1,
    "mbox_perceval/mbox_complex.mbox": 2,
    "mbox_perceval/mbox_iso8859_encoding.mbox": 1,
    "mbox_perceval/mbox_multipart.mbox": 2,
    "mbox_perceval/mbox_no_fields.mbox": 6,
    "mbox_perceval/mbox_single.mbox": 1,
    "mbox_perceval/mbox_unixfrom_encoding.mbox": 1,
    "mbox_perceval/mbox_unknown_encoding.mbox": 1,
    "mbox_perceval/pipermail_2015_november.mbox": 4,
    "mbox_perceval/pipermail_2016_april.mbox": 3,
    "mbox_perceval/pipermail_2016_march.mbox": 1,
    "eml_spamscope/mail_malformed_2.eml": 1,
    "eml_spamscope/mail_test_12.eml": 1,
    "eml_spamscope/mail_test_14.eml": 1,
    "eml_spamscope/mail_test_16.eml": 1,
    "eml_spamscope/mail_test_17.eml": 1,
    "eml_spamscope/mail_test_19.eml": 1,
    "eml_spamscope/mail_test_9.eml": 1,
}
#: records whose id an earlier mail has that was sent at another time
DOUBLES = {"mbox_perceval/mbox_no_fields.mbox": 2}


@pytest.mark.parametrize("name", TOTALS)
def test_every_mail_is_accounted_for(samples_dir: Path, tmp_path: Path, name: str) -> None:
    """Each file is recognised by its content, and holds as many mails as were counted."""
    with open_warehouse(tmp_path) as warehouse:
        found = detect(samples_dir / name, known_layouts(resources.mappings()), warehouse)
    assert [one.name for one in found.candidates] == ["mail"]
    done = load_sources(tmp_path / "load", source(f"{samples_dir}/{name}", "mail"))
    rejected = DOUBLES.get(name, 0)
    assert done.counts() == (TOTALS[name], TOTALS[name] - rejected, rejected)
    assert done.loaded.problems == ()
    done.warehouse.close()


def test_no_file_is_passed_over(samples_dir: Path) -> None:
    """The table above names every mailbox and mail that there is."""
    folders = ("mbox_pipermail_r", "mbox_perceval", "eml_spamscope")
    there = {f"{folder}/{path.name}" for folder in folders for path in (samples_dir / folder).iterdir()}
    assert there == set(TOTALS)


@pytest.mark.parametrize(
    ("name", "sender"),
    [
        ("mbox_unixfrom_encoding.mbox", "christian@example.org"),
        ("mbox_iso8859_encoding.mbox", "lucíacharlie@wellsfargo.com"),
    ],
)
def test_mailboxes_at_which_the_standard_library_stops(
    samples_dir: Path, tmp_path: Path, name: str, sender: str
) -> None:
    """A line before a mail may hold any bytes."""
    path = samples_dir / "mbox_perceval" / name
    box = mailbox.mbox(shutil.copyfile(path, tmp_path / name))
    with pytest.raises(UnicodeDecodeError):
        list(box)
    box.close()
    done = load_sources(tmp_path, source(str(path), "mail"))
    assert done.values("SELECT sender FROM message") == [sender]
    done.warehouse.close()


def test_a_public_list(samples_dir: Path, tmp_path: Path) -> None:
    """A quarter of a list: as many ids as mails, and a conversation is named by the mail that began it."""
    path = f"{samples_dir}/mbox_pipermail_r/r-sig-finance_2007q2.mbox"
    done = load_sources(tmp_path, source(path, "mail"))
    assert done.rows(
        "SELECT count(DISTINCT message_id), min(sent_at), max(sent_at), count(*) FILTER "
        "(WHERE thread_id <> message_id AND in_reply_to_id IS NULL) "
        "FROM message"
    ) == [(145, instant("2007-04-03T11:48:13"), instant("2007-06-28T16:05:05"), 0)]
    done.warehouse.close()


def test_single_mails(samples_dir: Path, tmp_path: Path) -> None:
    """What the headers of seven mails say, one with a forged date, one a report of failure, some without an id."""
    done = load_sources(tmp_path, source(f"{samples_dir}/eml_spamscope/*.eml", "mail"))
    rows = done.rows(
        "SELECT parse_filename(file), min(sent_at), count(*), any_value(subject), any_value(is_automated), "
        "any_value(starts_with(message_id, 'sha256:')), count(*) FILTER (WHERE delivery_status = 'delivered') "
        "FROM message GROUP BY file ORDER BY 1"
    )
    subjects = {row[0]: row[3] for row in rows}
    assert subjects["mail_test_12.eml"] == "代开各地增值税发票"
    assert [(row[0], row[1], row[2], *row[4:]) for row in rows] == [
        ("mail_malformed_2.eml", instant("2016-08-22T09:23:36"), 1, True, False, 1),
        ("mail_test_12.eml", instant("2018-05-13T04:32:22"), 2, None, True, 2),
        ("mail_test_14.eml", instant("2019-04-24T08:05:02"), 1, None, True, 0),
        ("mail_test_16.eml", instant("2003-07-23T21:30:00"), 1, True, False, 0),
        ("mail_test_17.eml", instant("2022-10-10T20:11:32"), 1, None, False, 0),
        ("mail_test_19.eml", instant("2024-01-01T12:00:00"), 3, None, False, 0),
        ("mail_test_9.eml", instant("2017-03-08T05:57:05"), 21, None, False, 1),
    ]
    done.warehouse.close()


def test_all_of_them_together(samples_dir: Path, tmp_path: Path) -> None:
    """A folder of mailboxes as one source: what is told of several files is told once."""
    write(
        tmp_path,
        {
            "cspaudit.toml": ENGAGEMENT.format(domain="gnome.org")
            + source(f"{samples_dir}/mbox_*/*.mbox", "mail")
        },
    )
    done = load_folder(tmp_path, open_warehouse(tmp_path))
    read, _, rejected = done.counts()
    # mbox_single holds one of the mails of mbox_no_fields
    assert (read, rejected) == (193, 3)
    assert sum("no recipient" in text for text in done.loaded.assumptions) < 10
    done.warehouse.close()
