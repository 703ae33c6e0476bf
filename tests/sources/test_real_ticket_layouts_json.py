"""Ticket desks' answers that third parties published: every record is accounted for, the totals are as counted."""

from pathlib import Path

import pytest

from tests.sources.loading import Loading, instant, source
from tests.sources.test_real_exports import load_sources

pytestmark = pytest.mark.samples


def read(samples: Path, folder: Path, layout: str, *names: str) -> Loading:
    """Load real files through one layout, each as a source of its own."""
    sources = [source(f"{samples}/{name}", layout, id=f'"{name}"') for name in names]
    return load_sources(folder, "".join(sources))


def test_zendesk_audits(samples_dir: Path, tmp_path: Path) -> None:
    """91 audits with 863 events: one reply, one note, two assignments, into the bin and out of it."""
    done = read(
        samples_dir, tmp_path, "zendesk_ticket_audits_json", "zendesk_api_recorded/ticket_audits.json"
    )
    assert done.counts() == (91 + 863, 91 + 863, 0)
    assert done.rows("SELECT kind, count(*) FROM ticket_event GROUP BY kind ORDER BY kind") == [
        ("assign", 2),
        ("note", 1),
        ("reply", 1),
        ("status", 2),
    ]
    assert done.rows("SELECT ticket_id, occurred_at, actor_id FROM ticket_event WHERE kind = 'note'") == [
        ("1", instant("2024-02-07T00:11:18"), "6130907993114")
    ]
    done.warehouse.close()
