"""A folder as a German spreadsheet program leaves it becomes an audit that reads it without an edit."""

from datetime import datetime
from pathlib import Path

from tests.cli.engagements import command
from tests.cli.test_init import engagement
from tests.sources.workbooks import xlsx

DAYS = range(1, 31)
DESK = "Vorgangsschlüssel;Zusammenfassung;Erstellt;Status;Priorität;Vorgangstyp;Autor\n" + "".join(
    f"SUP-{day};Drucker {day};{day:02}.09.2026 09:15;Erledigt;Hoch;Störung;a.muster@contoso.de\n"
    for day in DAYS
)
BANK = "Buchungstag;Wertstellung;Verwendungszweck;Betrag;Währung\n" + "".join(
    f"{day:02}.09.2026;{day:02}.09.2026;Rechnung G0948115{day:02};-1.234,56;EUR\n" for day in DAYS
)
CUSTOMERS = [
    ["customer_id", "name", "country"],
    ["0042", "Contoso GmbH", "DE"],
    ["0043", "Tailspin AG", "DE"],
    ["0044", "Relecloud AG", "AT"],
]
REPLIES = [
    ["event_id", "ticket_id", "occurred_at", "kind"],
    *([f"E{day}", f"SUP-{day}", f"2026-09-{day:02}T08:30:00Z", "reply"] for day in DAYS),
]


def test_a_german_folder_is_read_without_an_edit(tmp_path: Path) -> None:
    """Encoding, day first, decimal comma, sheets and the zone of naive times are found or assumed, and told."""
    (tmp_path / "Jira Vorgänge.csv").write_bytes(DESK.encode("cp1252"))
    (tmp_path / "Umsätze.csv").write_bytes(BANK.encode("cp1252"))
    (tmp_path / "Stammdaten.xlsx").write_bytes(xlsx({"Kunden": CUSTOMERS, "Antworten": REPLIES}))
    done = command("init", tmp_path, "--yes", "--tier", "direct bill")
    assert done.code == 0, done.stderr
    written = engagement(tmp_path)
    assert (written["partner"][0]["timezone"], written["partner"][0]["holidays"]) == ("Europe/Berlin", "DE")
    assert written["engagement"]["period"] == "2026-09"
    assert written["engagement"]["as_of"].replace(tzinfo=None) == datetime(2026, 9, 30, 8, 30)  # noqa: DTZ001 - its offset was taken away
    assert [(one["path"], one.get("sheet"), one.get("timezone")) for one in written["source"]] == [
        ("Jira Vorgänge.csv", None, "Europe/Berlin"),
        ("Stammdaten.xlsx", "Kunden", None),
        ("Stammdaten.xlsx", "Antworten", None),
        ("Umsätze.csv", None, None),
    ]
    loaded = command("validate", tmp_path)
    assert loaded.code == 0
    assert "Left out:" not in loaded.stderr
    assert "Umsätze.csv: amounts were read with a decimal comma" in loaded.words
