"""SQL that two checks share stands in both, since a check is one file; the copies may not drift apart."""

import pytest

from cspaudit import resources


@pytest.mark.parametrize(
    ("block", "checks"),
    [
        ("lateness", ("invoice_paid_by_due_date", "payments_on_time_consistently")),
        ("senders", ("subscription_event_announced", "subscription_message_from_partner")),
    ],
)
def test_shared_blocks_are_alike(block: str, checks: tuple[str, str]) -> None:
    """What stands between the marks of a block is the same text in both checks."""
    shared = []
    for name in checks:
        (path,) = resources.checks().rglob(f"{name}.sql")
        text = path.read_text(encoding="utf-8")
        shared.append(text[text.index(f"-- begin {block}") : text.index(f"-- end {block}")])
    assert shared[0] == shared[1]
