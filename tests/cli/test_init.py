"""cspaudit init as a user runs it: a folder of exports becomes an audit that runs without an edit."""

import json
import os
import pty
import select
import shutil
import sys
import tomllib
from pathlib import Path
from typing import Any

from cspaudit import resources
from tests.cli.engagements import INVOICE_ROWS, PAYMENT_ROWS, command

SAMPLE = resources.sample_data()
FABRIKAM = (
    "--yes", "--name", "Fabrikam Cloud GmbH", "--id", "fabrikam", "--tier", "direct-bill", "--holidays", "DE-BY",
    "--as-of", "2026-10-15",
)  # fmt: skip
#: where the facts and policies of the sample's own engagement begin
FACTS = "# --- facts that no export holds"


def sample(folder: Path) -> Path:
    """Copy the sample partner's exports, and nothing else of it."""
    shutil.copytree(SAMPLE / "exports", folder / "exports")
    return folder


def small(folder: Path) -> Path:
    """Write two exports whose names say what they are."""
    folder.mkdir(exist_ok=True)
    (folder / "supplier_invoice.csv").write_text(INVOICE_ROWS, encoding="utf-8")
    (folder / "supplier_payment.csv").write_text(PAYMENT_ROWS, encoding="utf-8")
    return folder


def engagement(folder: Path) -> dict[str, Any]:
    """Return what the written engagement says."""
    return tomllib.loads((folder / "cspaudit.toml").read_text(encoding="utf-8"))


def result(folder: Path) -> dict[str, Any]:
    """Audit a folder and return its results."""
    done = command("run", folder, "--output", folder / "audit-out", "--format", "json")
    assert done.code in {0, 1}, done.stderr
    content: dict[str, Any] = json.loads((folder / "audit-out" / "results.json").read_text(encoding="utf-8"))
    return content


def test_the_sample_s_exports_become_an_audit_that_reads_each_of_them(tmp_path: Path) -> None:
    """Every export is recognised and loaded; zone, domain, period, side and currency are told by the exports."""
    done = command("init", sample(tmp_path), *FABRIKAM)
    assert done.code == 0
    assert "24 exports are recognised." in done.stderr
    written = engagement(tmp_path)
    assert written["partner"] == [
        {
            "id": "fabrikam",
            "name": "Fabrikam Cloud GmbH",
            "tier": "direct_bill",
            "timezone": "Europe/Berlin",
            "holidays": "DE-BY",
            "domains": ["fabrikam.example"],
        }
    ]
    assert written["engagement"]["period"] == "2026-Q3"
    own = tomllib.loads((SAMPLE / "cspaudit.toml").read_text(encoding="utf-8"))
    keys = ("path", "mapping", "table", "side", "constants")
    assert sorted(str([one.get(key) for key in keys]) for one in written["source"]) == sorted(
        str([one.get(key) for key in keys]) for one in own["source"]
    )
    loaded = command("validate", tmp_path)
    assert loaded.code == 0
    assert "Not read" not in loaded.stderr


def test_with_the_sample_s_facts_the_audit_is_the_sample_s(tmp_path: Path) -> None:
    """What init writes and what people add to it gives the same counts and verdicts as the engagement written by hand."""
    command("init", sample(tmp_path), *FABRIKAM)
    own = (SAMPLE / "cspaudit.toml").read_text(encoding="utf-8")
    written = (tmp_path / "cspaudit.toml").read_text(encoding="utf-8").partition("[gate]")[0]
    fields = own.partition("[source.columns]")[2].partition("\n\n")[0]
    desk = 'mapping = "zendesk_tickets_json"'
    assert desk in written
    written = written.replace(desk, f"columns = {{ {', '.join(fields.split(chr(10))[1:])} }}\n{desk}")
    for one in tomllib.loads(own)["source"]:
        if "covers" in one:
            line = f'path = "{one["path"]}"\n'
            assert line in written
            start, end = one["covers"]
            written = written.replace(line, f"{line}covers = [{start}, {end}]\n")
    (tmp_path / "cspaudit.toml").write_text(f"{written}{FACTS}{own.partition(FACTS)[2]}", encoding="utf-8")
    shutil.copy(SAMPLE / "attestations.toml", tmp_path)
    shutil.copytree(SAMPLE / "evidence", tmp_path / "evidence")
    by_hand = tmp_path / "by hand"
    shutil.copytree(SAMPLE, by_hand, ignore=shutil.ignore_patterns("engagements", "invented", "*.py"))
    assert result(tmp_path)["partners"] == result(by_hand)["partners"]


def test_without_a_terminal_and_without_yes_nobody_can_be_asked(tmp_path: Path) -> None:
    """Exit code 2, the question and the option that answers it; nothing is written."""
    done = command("init", small(tmp_path))
    assert done.code == 2
    assert "Nobody can be asked here, and this is not known: What is the partner's tier?" in done.words
    assert "Add --yes to take what the exports suggest, or --tier with the answer." in done.words
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "supplier_invoice.csv",
        "supplier_payment.csv",
    ]


def test_answers_given_as_options_need_neither_terminal_nor_yes(tmp_path: Path) -> None:
    """Each question has an option; what is answered is assumed no more."""
    done = command(
        "init", small(tmp_path), "--tier", "indirect reseller", "--name", "Tailspin", "--id", "tailspin",
        "--timezone", "Asia/Tokyo", "--holidays", "jp", "--domain", "tailspin.example", "--domain", "t.example", "--as-of",
        "2026-10-15", "--period", "2026-q3", "--support-hours", "Monday to Friday, 9 to 17", "--terms-since", "2026-01-01",
        "--terms-published", "none", "--support-contact", "telephone", "--support-scope", "all", "--support-charge", "no",
        "--closed-on-holidays", "yes", "--first-reply", "4 opening hours", "--resolution", "none",
        "--plan", "Unified for Partners from 2026-01-01",
    )  # fmt: skip
    assert done.code == 0, done.stderr
    assert "Assumed" not in done.stderr
    written = engagement(tmp_path)
    assert written["partner"][0]["domains"] == ["tailspin.example", "t.example"]
    assert written["data"] == {
        "support_terms": [
            {
                "terms_id": "published",
                "valid_from_on": written["data"]["support_terms"][0]["valid_from_on"],
                "service_hours": "Mo-Fr 09:00-17:00; PH off",
                "timezone": "Asia/Tokyo",
                "holidays": "JP",
                "contact_methods": "telephone",
                "scope": "all",
                "has_charge": False,
            }
        ],
        "support_target": [
            {
                "terms_id": "published",
                "severity": "any",
                "measure": "first_response",
                "minutes": 240,
                "clock": "business",
            }
        ],
        "entitlement": [
            {
                "vehicle": "unified_for_partners",
                "contract_id": "not stated",
                "valid_from_on": written["data"]["entitlement"][0]["valid_from_on"],
                "holder": "partner",
            }
        ],
    }
    assert (
        "ASSUMED" not in (tmp_path / "cspaudit.toml").read_text(encoding="utf-8").partition("[engagement]")[2]
    )


def test_what_published_terms_say_is_never_taken_for_granted(tmp_path: Path) -> None:
    """Terms without contact or scope fail a duty, so --yes does not invent them."""
    done = command("init", small(tmp_path), "--yes", "--support-hours", "always")
    assert done.code == 2
    assert "This is never taken for granted: Since when do these support terms hold?" in done.words
    assert "--terms-since" in done.words


def test_a_wrong_answer_is_told_with_its_option(tmp_path: Path) -> None:
    """Exit code 2, and what would be right."""
    done = command("init", small(tmp_path), "--yes", "--timezone", "Europe/Berln")
    assert done.code == 2
    assert '--timezone: "Europe/Berln" is not a time zone. Did you mean Europe/Berlin' in done.words
    assert not (tmp_path / "cspaudit.toml").exists()


def test_what_yes_assumes_is_told_loudly(tmp_path: Path) -> None:
    """A guess that rests on nothing says so on the terminal and in the file."""
    done = command("init", small(tmp_path), "--yes")
    assert done.code == 0
    assert "Assumed, because nobody said so: please look at each." in done.stderr
    assert "Time zone UTC nobody said, and nothing in the exports tells" in done.words
    text = (tmp_path / "cspaudit.toml").read_text(encoding="utf-8")
    assert (
        'timezone = "UTC"                      # ASSUMED: nobody said, and nothing in the exports tells\n'
        in text
    )


def test_an_export_that_leaves_its_side_open_waits(tmp_path: Path) -> None:
    """Whose ledger it is decides verdicts: with nothing to tell it the source is a comment, and an option answers it."""
    folder = small(tmp_path / "a")
    header, _, rest = INVOICE_ROWS.partition("\n")
    (folder / "open items.csv").write_text(f"{header}\n{rest.replace('G', 'L')}", encoding="utf-8")
    done = command("init", folder, "--yes")
    assert "open items.csv is not read yet: nothing tells who owes what is in it." in done.words
    assert [one["path"] for one in engagement(folder)["source"]] == [
        "supplier_invoice.csv",
        "supplier_payment.csv",
    ]
    (folder / "cspaudit.toml").unlink()
    misspelt = command("init", folder, "--yes", "--side", "open item.csv=receivable")
    assert "Not used: --side open item.csv=receivable answered no question." in misspelt.words
    (folder / "cspaudit.toml").unlink()
    command("init", folder, "--yes", "--side", "open items.csv=receivable")
    assert engagement(folder)["source"][0] == {"path": "open items.csv", "table": "customer_invoice"}


def test_a_folder_without_a_known_export_is_refused_politely(tmp_path: Path) -> None:
    """Exit code 3; each file is named with the reason, and nothing is written."""
    (tmp_path / "letter.txt").write_text("Dear Sir,\n", encoding="utf-8")
    (tmp_path / "empty.csv").touch()
    done = command("init", tmp_path, "--yes")
    assert done.code == 3
    assert "Not recognised: letter.txt. No layout knows half of its fields" in done.words
    assert "Not recognised: empty.csv. This is empty (0 bytes)." in done.words
    assert "There is no export here that is recognised; nothing was written." in done.words
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty.csv", "letter.txt"]
    assert command("init", tmp_path / "none", "--yes").code == 2


def test_the_audit_may_lie_elsewhere(tmp_path: Path) -> None:
    """With --output nothing is written into the folder, and the audit reads the exports from where they are."""
    exports, out = small(tmp_path / "ex[1]ports"), tmp_path / "audits" / "q3"
    before = sorted(path.name for path in exports.iterdir())
    assert command("init", exports, "--yes", "--output", out).code == 0
    assert sorted(path.name for path in exports.iterdir()) == before
    assert sorted(path.name for path in out.iterdir()) == ["cspaudit.toml", "what-is-missing.md"]
    assert "ex[1]ports/supplier_invoice.csv" in command("validate", out).stderr
    assert command("validate", out).code == 0


def test_the_page_and_the_terminal_tell_what_is_missing(tmp_path: Path) -> None:
    """A line a duty with the state of its evidence, and what to get next; narrow enough for a terminal of 80."""
    done = command("init", small(tmp_path), "--yes")
    page = (tmp_path / "what-is-missing.md").read_text(encoding="utf-8")
    assert "| Pay Microsoft on time | there |  |" in page
    assert "| Answer customers' billing questions | missing | There is no export of support requests" in page
    assert "| Tell customers what support they get | missing |" in page
    assert "The sheet support\\_terms of partner-facts.xlsx" in page
    assert "Of 42 duties, the evidence of" in done.words
    assert max(len(line) for line in done.stderr.splitlines() if str(tmp_path) not in line) <= 80
    assert not [
        word
        for word in ("subject", "engagement", "canonical", "reject", "gate")
        if word in done.words.split()
    ]


def test_the_checklist_needs_no_folder(tmp_path: Path) -> None:
    """Every duty with the numbers of what it needs, and each of these with where it comes from, for a tier."""
    told = command("init", "--checklist", cwd=tmp_path).stdout
    assert told.startswith("What to export for the audit of one direct bill partner: ")
    assert "1. Support requests of customers" in told
    assert "The sheet entitlement of partner-facts.xlsx: cspaudit sources template" in " ".join(told.split())
    assert "   Pay Microsoft on time: " in told
    other = command("init", "--checklist", "--tier", "indirect reseller", cwd=tmp_path).stdout
    assert "one indirect reseller" in other
    assert other.count("\n") != told.count("\n")
    assert max(map(len, told.splitlines())) <= 100
    assert list(tmp_path.iterdir()) == []


def test_questions_on_a_terminal(tmp_path: Path) -> None:
    """Each question shows examples and what is suggested; a wrong answer is asked again; Enter takes the suggestion."""
    folder = small(tmp_path / "Fabrikam Cloud")
    answers = ["4", "1", "", "fabrikam", "Europe/Berlin", "", "fabrikam.example", "", "", "", ""]
    code, told = typed(answers, "init", folder)
    assert code == 0, told
    assert "'4' is none of these." in told
    assert "Suggested, because the folder is called so." in told
    assert "Such as Europe/Berlin." in told
    written = engagement(folder)
    assert written["partner"] == [
        {
            "id": "fabrikam",
            "name": "Fabrikam Cloud",
            "tier": "direct_bill",
            "timezone": "Europe/Berlin",
            "holidays": "DE",
            "domains": ["fabrikam.example"],
        }
    ]
    assert written["engagement"]["period"] == "2026-Q3"


def typed(answers: list[str], *arguments: object) -> tuple[int, str]:
    """Run the command on a terminal, type an answer at each prompt, and return its code and all that was shown."""
    pid, terminal = pty.fork()
    if not pid:
        os.execv(sys.executable, [sys.executable, "-m", "cspaudit", *map(str, arguments)])  # noqa: S606 - our own command, which needs a terminal of its own
    shown, left = b"", list(answers)
    while True:
        ready, _, _ = select.select([terminal], [], [], 60)
        try:
            piece = os.read(terminal, 4096) if ready else b""
        except OSError:
            break
        if not piece:
            break
        shown += piece
        if shown.splitlines()[-1].startswith(b"Answer") and shown.endswith(b": ") and left:
            os.write(terminal, f"{left.pop(0)}\n".encode())
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), " ".join(shown.decode().split())


def test_amounts_that_can_be_read_both_ways_are_asked_about(tmp_path: Path) -> None:
    """The export waits until somebody says which mark its amounts have."""
    (tmp_path / "kreditoren.csv").write_text(
        "invoiceNumber;InvoiceDate;DueDate;InvoiceAmount;SettledDate;currency\n1;1/2/2026;2/1/2026;1.234;1/15/2026;EUR\n",
        encoding="utf-8",
    )
    done = command("init", tmp_path, "--yes")
    assert "kreditoren.csv is not read yet: nothing tells which decimal mark its amounts have." in done.words
    (tmp_path / "cspaudit.toml").unlink()
    command("init", tmp_path, "--yes", "--decimal", "comma")
    assert engagement(tmp_path)["source"][0]["decimal"] == ","


def test_the_encoding_of_an_older_program_is_told(tmp_path: Path) -> None:
    """A sign far down that is no Unicode is found before the audit meets it, and what it was taken for is said."""
    rows = "".join(f"T{n},2026-07-01T08:00:00Z,phone\n" for n in range(1200))
    text = f"ticket_id,opened_at,channel\n{rows}T9999,2026-07-01T08:00:00Z,Schalter München\n"
    (tmp_path / "t.csv").write_bytes(text.encode("cp1252"))
    assert command("init", tmp_path, "--yes").code == 0
    assert engagement(tmp_path)["source"] == [{"path": "t.csv", "table": "ticket", "encoding": "cp1252"}]
    assert "# ASSUMED: its text is not Unicode" in (tmp_path / "cspaudit.toml").read_text(encoding="utf-8")
    assert command("validate", tmp_path).code == 0


def test_vendors_of_a_ledger_are_asked_for(tmp_path: Path) -> None:
    """Of a ledger of several vendors the one that is called Microsoft is suggested; without an answer it waits."""
    ledger = "Invoice No,Invoice Date,Due Date,Total,Paid on,Vendor,Currency\n" + "".join(
        f"{i},2026-0{i}-20,2026-0{i + 1}-20,5.00,2026-0{i + 1}-10,{vendor},EUR\n"
        for i, vendor in enumerate(["City Power", "Microsoft Ireland", "City Power", "City Power"], 1)
    )
    other = ledger.replace("Microsoft Ireland", "Cloud House")
    for name, content in (("a", ledger), ("b", other), ("c", other)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "vendor_bills.csv").write_text(content, encoding="utf-8")
    assert command("init", tmp_path / "a", *FABRIKAM).code == 0
    (known,) = engagement(tmp_path / "a")["source"]
    assert known["only"] == {"vendor": ["Microsoft Ireland"]}
    waits = command("init", tmp_path / "b", *FABRIKAM)
    assert "source" not in engagement(tmp_path / "b"), waits.stderr
    assert "which of its vendors is the supplier" in (tmp_path / "b" / "cspaudit.toml").read_text(
        encoding="utf-8"
    )
    assert command("init", tmp_path / "c", *FABRIKAM, "--vendor", "Cloud House").code == 0
    (told,) = engagement(tmp_path / "c")["source"]
    assert told["only"] == {"vendor": ["Cloud House"]}
