"""Mails for tests: headers as given, and mailboxes of them."""

from collections.abc import Sequence

ENVELOPE = "From help@fabrikam.example Wed Jul  1 08:00:00 2026\n"
DOMAINS = """
[[data.customer_domain]]
customer_id = "c1"
domain = "contoso.example"
"""


def mail(number: int = 1, body: str = "Good day\n", **headers: str) -> str:
    """Return a mail from the help desk to Kim; a header given as empty is left out, underscores are dashes."""
    usual = {
        "From": "Help Desk <help@fabrikam.example>",
        "To": "kim@contoso.example",
        "Subject": f"Request {number}",
        "Date": "Wed, 1 Jul 2026 10:00:00 +0200",
        "Message-ID": f"<{number}@fabrikam.example>",
    }
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}\n" for name, value in {**usual, **named}.items() if value]
    return f"{''.join(lines)}\n{body}"


def mailbox(mails: Sequence[str], envelope: str = ENVELOPE) -> str:
    """Return a mailbox of these mails."""
    return "".join(f"{envelope}{one}\n" for one in mails)
