"""Topics come from subjects by rules in data, where the export tells none; unknown is an honest answer."""

from pathlib import Path

import pytest

from cspaudit import resources
from cspaudit.errors import EngagementError
from cspaudit.linking import topics
from cspaudit.linking.topics import LANGUAGES, TopicRules
from cspaudit.warehouse.duckdb_warehouse import Warehouse
from tests.linking.test_payments import _told
from tests.sources.loading import LoadFiles, open_warehouse, source

PATH = resources.linking_rules() / "topics.toml"


def _told_by(
    warehouse: Warehouse, rules: TopicRules, subject: str, direction: str = "outbound"
) -> tuple[str, str | None]:
    fired = rules.fired("words", "direction")
    bits = warehouse.scalar(
        f"SELECT coalesce(max({fired}), 0) FROM (SELECT {rules.read('subject')} AS words, direction "
        f"FROM (SELECT $subject AS subject, $direction AS direction) WHERE {rules.may_fire('subject')})",
        {"subject": subject, "direction": direction},
    )
    topic, purpose = warehouse.row(
        f"SELECT {rules.topic('bits')}, {rules.purpose('bits')} FROM (SELECT $bits::UINTEGER AS bits)",
        {"bits": bits},
    )
    return topic, purpose


def test_every_rule_fires_in_every_language(tmp_path: Path) -> None:
    """Each rule has words and an example in each language, and the example has its topic and purpose."""
    with open_warehouse(tmp_path) as warehouse:
        rules = topics.load(PATH, warehouse)
        for rule in rules.rules:
            assert set(rule.words) == set(rule.examples) == set(LANGUAGES), rule.id
            for language, example in rule.examples.items():
                found = _told_by(warehouse, rules, example)
                assert found == (rule.topic, rule.purpose or None), (rule.id, language)


@pytest.mark.parametrize(
    ("subject", "topic", "purpose"),
    [
        # a word within a word is none, in any case and width
        ("Berechnung der Fristen", "unknown", None),
        ("INVOICE 1", "billing", None),
        ("\uff29\uff2e\uff36\uff2f\uff29\uff23\uff25 1", "billing", None),
        ("payment - reminder", "billing", "payment_reminder"),
        # an answer has the topic, not the purpose
        ("RE: Payment reminder", "billing", None),
        ("AW: [EXT] Mahnung", "billing", None),
        ("Réf: facture", "billing", None),
        # rules that contradict tell nothing
        ("Support request: invoice 4711", "unknown", None),
        ("Service degradation affecting your subscription", "unknown", None),
        # the mark of a ticket desk speaks of support
        ("[#1234] Outlook does not start", "support", None),
        ("Question on last invoice [#1234]", "unknown", None),
        ("Invoice #1234", "billing", None),
        # two purposes are none
        ("Payment reminder and overdue notice", "billing", None),
        # an invoice that may be a reminder is not only brought
        ("Your new invoice is due on Friday", "billing", None),
        ("Invoice attached, reminder", "billing", None),
        # renewals and prices of other things, a signature, a magazine
        ("Renewal of your certificate", "unknown", None),
        ("Price increase for hardware", "unknown", None),
        ("Assinatura do contrato", "unknown", None),
        ("Your subscription to our newsletter", "other", None),
        ("Lunch on Friday", "unknown", None),
    ],
)
def test_what_a_subject_tells(tmp_path: Path, subject: str, topic: str, purpose: str | None) -> None:
    """A subject tells a topic only where its words mean hardly anything else."""
    with open_warehouse(tmp_path) as warehouse:
        assert _told_by(warehouse, topics.load(PATH, warehouse), subject) == (topic, purpose)


def test_mail_that_comes_in_is_a_question(tmp_path: Path) -> None:
    """A customer's mail on a subscription or an outage is a request like any other; support and billing are told."""
    with open_warehouse(tmp_path) as warehouse:
        rules = topics.load(PATH, warehouse)
        assert _told_by(warehouse, rules, "Cancel our subscription", "inbound") == ("unknown", None)
        assert _told_by(warehouse, rules, "Service outage?", "inbound") == ("unknown", None)
        assert _told_by(warehouse, rules, "Support request", "inbound") == ("support", None)
        assert _told_by(warehouse, rules, "Question on invoice 4711", "inbound") == ("billing", None)
        assert _told_by(warehouse, rules, "Cancel our subscription", "unknown") == ("subscription", None)


def test_what_the_export_tells_stays(load_files: LoadFiles) -> None:
    """Only where the export tells no topic, or calls it unknown, the subject is read; a purpose told stays too."""
    head = "message_id,recipient,sent_at,subject,topic,purpose"
    at = "a@x.example,2026-07-05T08:00:00Z"
    rows = [
        f"a,{at},Overdue notice,support,",
        f"b,{at},Overdue notice,unknown,",
        f"c,{at},Overdue notice,,other",
        f"d,{at},,,",
        f"e,{at},Hello,,",
        f"f,{at},Support request on your invoice,,",
    ]
    done = load_files({"m.csv": "\n".join([head, *rows, ""])}, source("m.csv", "message"))
    assert done.rows("SELECT message_id, topic, purpose FROM message ORDER BY 1") == [
        ("a", "support", None),
        ("b", "billing", "dunning"),
        ("c", "billing", "other"),
        ("d", None, None),
        ("e", "unknown", None),
        ("f", "unknown", None),
    ]
    assert _told(done, "message_to_topic") == (4, {"subject_words": 2}, 1, 1)
    assert done.rows("SELECT from_id, to_id, evidence FROM link ORDER BY 1") == [
        ("b", "billing", "dunning"),
        ("c", "billing", "dunning"),
    ]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('topic = "weather"', "no topic"),
        ('topic = "unknown"', "no topic"),
        ('topic = "billing"\npurpose = "pleasure"', "no purpose"),
        ('topic = "billing"\nwrong = 1', "wrong"),
        ('topic = "billing"\nalso = { xx = ["a"] }', "languages"),
    ],
)
def test_a_wrong_rule_is_told(tmp_path: Path, line: str, told: str) -> None:
    """A topic, purpose, key or language that there is not is an error that names the file."""
    path = tmp_path / "rules.toml"
    rest = 'id = "a"\nbecause = "b"\nwords = { en = ["c"] }\nexamples = { en = "c" }'
    path.write_text(f"[[rule]]\n{rest}\n{line}\n", encoding="utf-8")
    with open_warehouse(tmp_path) as warehouse, pytest.raises(EngagementError, match="rule") as raised:
        topics.load(path, warehouse)
    assert told in str(raised.value)
