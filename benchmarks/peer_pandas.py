"""What a plain pandas script of an afternoon finds in the same exports: three of the eight questions, and less of each.

    python benchmarks/peer_pandas.py FOLDER

It reads only the columns it needs. It knows no service hours (replies are held to calendar time), no records left out,
no missing evidence and no file and record behind a finding. Prints its counts as JSON.
"""

import json
import sys
from pathlib import Path

import pandas as pd

START, END = pd.Timestamp("2026-06-30 22:00", tz="UTC"), pd.Timestamp("2026-09-30 22:00", tz="UTC")
FIRST_DAY, AFTER_LAST_DAY = pd.Timestamp("2026-07-01"), pd.Timestamp("2026-10-01")
AS_OF = pd.Timestamp("2026-10-15")
MINUTES = {"critical": 60, "moderate": 480, "minimal": 1200}


def late_invoices(folder: Path) -> int:
    """Count the invoices due in the quarter that were not paid in full by their due date."""
    invoices = pd.read_csv(folder / "supplier_invoice.csv", parse_dates=["issued_on", "due_on"])
    payments = pd.read_csv(folder / "supplier_payment.csv", parse_dates=["paid_on"])
    payments["invoice_id"] = payments["invoice_id"].fillna(payments["reference"].str.extract(r"(I\d{7,})")[0])
    due = invoices[
        (invoices["document_type"] == "invoice")
        & invoices["due_on"].between(FIRST_DAY, AFTER_LAST_DAY, "left")
    ]
    credited = invoices[invoices["document_type"] == "credit_note"]
    money = pd.concat(
        [
            payments[["invoice_id", "paid_on", "amount"]],
            credited[["amends_id", "issued_on", "amount"]].set_axis(
                ["invoice_id", "paid_on", "amount"], axis=1
            ),
        ]
    )
    paid = due[["invoice_id", "due_on", "amount"]].merge(money, on="invoice_id", suffixes=("", "_paid"))
    in_time = paid[paid["paid_on"] <= paid["due_on"]].groupby("invoice_id")["amount_paid"].sum().round(2)
    covered = due["invoice_id"].map(in_time).fillna(0) >= due["amount"].round(2)
    return int((~covered).sum())


def late_replies(folder: Path) -> int:
    """Count the tickets of the quarter without an agent's reply within their minutes of calendar time."""
    tickets = pd.read_csv(
        folder / "ticket.csv", usecols=["ticket_id", "opened_at", "severity"], parse_dates=["opened_at"]
    )
    events = pd.read_csv(
        folder / "ticket_event.csv",
        usecols=["ticket_id", "occurred_at", "kind", "actor_kind"],
        parse_dates=["occurred_at"],
    )
    replies = events[(events["kind"] == "reply") & (events["actor_kind"].fillna("agent") == "agent")]
    first = replies.groupby("ticket_id")["occurred_at"].min()
    tickets = tickets[(tickets["opened_at"] >= START) & (tickets["opened_at"] < END)]
    waited = tickets["ticket_id"].map(first) - tickets["opened_at"]
    allowed = pd.to_timedelta(tickets["severity"].map(MINUTES), unit="min")
    return int((~(waited <= allowed)).sum())


def foreign_senders(folder: Path) -> int:
    """Count the messages on subscriptions and billing that went out from a domain that is not the partner's."""
    mail = pd.read_csv(
        folder / "message.csv", usecols=["sent_at", "sender", "direction", "topic"], parse_dates=["sent_at"]
    )
    mail = mail[(mail["sent_at"] >= START) & (mail["sent_at"] < END) & (mail["direction"] == "outbound")]
    mail = mail[mail["topic"].isin(["subscription", "billing"])]
    domain = mail["sender"].str.split("@").str[-1]
    return int((~((domain == "fabrikam.example") | domain.str.endswith(".fabrikam.example"))).sum())


if __name__ == "__main__":
    where = Path(sys.argv[1])
    print(
        json.dumps(
            {
                "invoice_paid_by_due_date": late_invoices(where),
                "first_reply_within_published_time": late_replies(where),
                "subscription_message_from_partner": foreign_senders(where),
            }
        )
    )
