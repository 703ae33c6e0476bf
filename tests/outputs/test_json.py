"""results.json keeps to its published schema, and its figures to the decimals promised."""

import json
import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from cspaudit.model.check import Param
from cspaudit.model.result import CheckOutcome, Counts
from cspaudit.outputs import render
from cspaudit.outputs.json_v1 import results
from tests.conftest import ROOT
from tests.outputs.samples import PAID, outcomes, scorecard

SCHEMA: dict[str, Any] = json.loads((ROOT / "docs" / "results.schema.json").read_text(encoding="utf-8"))
KNOWN = {
    "$schema", "$defs", "title", "description", "type", "properties", "required", "additionalProperties", "items",
    "enum", "const", "pattern", "minimum", "maximum", "anyOf", "$ref",
}  # fmt: skip
TYPES: dict[str, Any] = {
    "object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool,
    "null": type(None),
}  # fmt: skip


def is_a(value: Any, name: str) -> bool:
    """Whether a value is of a JSON type; true is no number."""
    return isinstance(value, TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


def violations(value: Any, schema: dict[str, Any], where: str = "$") -> list[str]:
    """Where a value breaks a schema; a keyword this reader does not know fails the test."""
    assert set(schema) <= KNOWN, f"{where}: {set(schema) - KNOWN}"
    if "$ref" in schema:
        return violations(value, SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]], where)
    if "anyOf" in schema:
        tried = [violations(value, option, where) for option in schema["anyOf"]]
        return [] if [] in tried else min(tried, key=len)
    names = [schema["type"]] if isinstance(schema.get("type"), str) else schema.get("type")
    if names and not any(is_a(value, name) for name in names):
        return [f"{where}: {value!r} is not {names}"]
    found = []
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{where}: {value!r}")
    if "const" in schema and value != schema["const"]:
        found.append(f"{where}: {value!r}")
    if "pattern" in schema and isinstance(value, str) and not re.search(schema["pattern"], value):
        found.append(f"{where}: {value!r}")
    if value is not None and ("minimum" in schema or "maximum" in schema):
        low, high = schema.get("minimum", value), schema.get("maximum", value)
        found += [] if low <= value <= high else [f"{where}: {value!r}"]
    if isinstance(value, dict):
        found += _members(value, schema, where)
    if isinstance(value, list) and "items" in schema:
        for number, item in enumerate(value):
            found += violations(item, schema["items"], f"{where}[{number}]")
    return found


def _members(value: dict[str, Any], schema: dict[str, Any], where: str) -> list[str]:
    properties, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    found = [f"{where}.{name} is missing" for name in schema.get("required", []) if name not in value]
    for name, item in value.items():
        if name in properties:
            found += violations(item, properties[name], f"{where}.{name}")
        elif others is False:
            found.append(f"{where}.{name} is unknown")
        elif isinstance(others, dict):
            found += violations(item, others, f"{where}.{name}")
    return found


def written(*found: CheckOutcome) -> dict[str, Any]:
    """results.json as a reader loads it."""
    loaded: dict[str, Any] = json.loads(render(scorecard(*found), "json")["results.json"])
    return loaded


@pytest.mark.parametrize("found", [(), (CheckOutcome("fabrikam", PAID, binds=False, counts=Counts()),)])
def test_results_keep_to_the_schema(found: tuple[CheckOutcome, ...]) -> None:
    """Every key is known, present and of its type, with and without a score."""
    assert violations(written(*found), SCHEMA) == []


def test_the_schema_reader_finds_what_is_wrong() -> None:
    """The check above can fail: a wrong value, a missing key and an unknown one are told."""
    broken = written()
    broken["partners"][0]["verdict"] = "fine"
    broken["gate"].pop("passed")
    broken["extra"] = 1

    assert violations(broken, SCHEMA) == [
        "$.gate.passed is missing",
        "$.partners[0].verdict: 'fine'",
        "$.extra is unknown",
    ]


def test_figures() -> None:
    """Scores have two decimals, shares six; counts, reasons, months and settings are those of the outcome."""
    partner = written()["partners"][0]
    # worked out in test_html: 452.5 / 9 and 873.5 / 9
    assert partner["score"] == {"low": 50.28, "high": 97.06}
    (paid,) = [item for item in partner["obligations"] if item["obligation"] == "BIL-PAY-ONTIME"]
    (check,) = paid["checks"]

    assert paid["weight"] == 3
    assert paid["share"] == {"low": 0.875, "high": 0.925}
    assert check["rate"] == {"value": 0.833333, "low": 0.75, "high": 0.85}
    assert check["counts"] == {
        "pass": 15,
        "fail": 3,
        "insufficient_evidence": 2,
        "not_yet_due": 4,
        "not_applicable": 0,
        "observation": 0,
        "waived": 1,
        "out_of_period": 0,
    }
    assert check["reasons"] == {"loose_cash": 2, "paid_late": 4}
    assert check["series"][1] == {"month": "2026-08", "pass": 7, "fail": 2}
    assert check["params"]["tolerance"]["value"] == "0.00"
    assert check["params"]["payment_term_days"]["because"] == "Contract of 2024-02-01"
    assert check["findings"] == 6
    assert partner["missing_records"] == [
        {
            "table": "customer",
            "named_in": "ticket",
            "field": "customer_id",
            "records": 3,
            "first": {"id": "C-17", "file": "exports/tickets_2026Q3.csv", "record": 12},
        }
    ]
    assert partner["links"] == [
        {"kind": "message_to_ticket", "candidates": 1204, "linked": [], "ambiguous": 0, "unlinked": 1204},
        {
            "kind": "supplier_payment_to_invoice",
            "candidates": 40,
            "linked": [{"step": "exact", "records": 22}, {"step": "remittance_text", "records": 8}],
            "ambiguous": 3,
            "unlinked": 7,
        },
    ]


def test_no_float_noise_in_settings() -> None:
    """A decimal is written as its digits, never as an exponent."""
    tiny = replace(outcomes()[0], params=(Param("t", "decimal", Decimal("1E-7"), "b"),))

    assert (
        results(scorecard(tiny))["partners"][0]["obligations"][0]["checks"][0]["params"]["t"]["value"]
        == "0.0000001"
    )


def test_the_order_of_the_outcomes_does_not_matter() -> None:
    """However the runner hands the checks over, the bytes are the same, and a newline ends them."""
    forwards = render(scorecard(*outcomes()), "json")["results.json"]
    backwards = render(scorecard(*reversed(outcomes())), "json")["results.json"]

    assert forwards == backwards
    assert forwards.endswith(b"}\n")
    assert [item["obligation"] for item in json.loads(forwards)["partners"][0]["obligations"]] == sorted(
        item["obligation"] for item in json.loads(forwards)["partners"][0]["obligations"]
    )


def test_what_exports_lack() -> None:
    """Totals are texts with all their decimals; cuts, windows, months and numbers stand as they were found."""
    content = written()
    tickets, mail, ledger = (
        next(item for item in content["inputs"] if item["path"].endswith(name))
        for name in ("tickets_2026Q3.csv", "mail_log.csv", "ledger.csv")
    )
    assert (tickets["cut"], tickets["window"]) == ({"limit": 1283, "sign": "layout"}, None)
    assert (mail["cut"], mail["window"]) == (None, {"days": 90, "opens_at": "2026-07-17T09:00:00Z"})
    assert ledger["totals"][0] == {
        "partner_id": "fabrikam",
        "table": "customer_invoice",
        "records": 30,
        "first_at": "2026-07-01",
        "last_at": "2026-09-30",
        "sums": [
            {"column": "amount", "currency": "EUR", "records": 28, "total": "12345.6700"},
            {"column": "amount", "currency": "USD", "records": 2, "total": "-80.0050"},
        ],
    }
    found = content["partners"][0]["completeness"]
    assert [(one["source_id"], one["repeated"], one["superseded"]) for one in found["exports"]] == [
        ("exports/ledger.csv", 0, 1200),
        ("exports/mail_log.csv", 0, 0),
        ("exports/tickets_2026Q3.csv", 2, 0),
    ]
    assert found["exports"][1]["months"] == {
        "before": [],
        "between": [],
        "after": ["2026-09"],
        "outside": ["2026-07"],
        "stated": [],
    }
    assert [(run["first"], run["last"], run["missing"]) for run in found["numbers"]] == [
        ("T-0001", "T-0999", 9)
    ]
