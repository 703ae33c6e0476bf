"""The topic of a message from the words of its subject, by rules in data; ``unknown`` where they do not tell."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from cspaudit.errors import EngagementError
from cspaudit.linking import texts
from cspaudit.model.tables import TABLES
from cspaudit.warehouse.duckdb_warehouse import Warehouse

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "ja")
#: topics that a subject tells of mail that comes in as well: a customer's question that names a subscription is still
#: a question, and has to be answered as one
OF_QUESTIONS = ("support", "billing")
#: what stands before the subject of an answer, or of mail sent on
ANSWERED = (
    r"^\s*(\[[^\]]*\]\s*)?(re|aw|wg|fw|fwd|tr|rv|sv|vs|antw|antwort|r|res|rif|enc|i|doorst)"
    r"\s*(\[\d+\]|\(\d+\))?\s*:"
)
#: bit that marks such a subject
_ANSWER_BIT = 1 << 30
_ANSWER = ">"
_MOST_RULES = 30
#: how the mark of a ticket desk begins, and the word that stands for it where signs are left out
_MARK, _MARK_WORD = "[#", " ticketmark "


class TopicRule(BaseModel):
    """One rule: where a subject has one of ``words``, and one of ``also`` if there are any, but none of ``unless``.

    ``purpose`` is given only where the words truly say what the message is for. ``examples`` are subjects, one a
    language, on which the rule fires.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern="[a-z_]+")
    topic: str
    purpose: str = ""
    because: str = Field(min_length=1)
    words: dict[str, tuple[str, ...]]
    also: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    unless: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    examples: dict[str, str]
    #: whether it fires on the mark of a ticket desk as well, an id in brackets: ``[#1234]``
    ticket_mark: bool = False

    @model_validator(mode="after")
    def _known_values(self) -> "TopicRule":
        message = TABLES["message"]
        if self.topic not in message.column("topic").allowed or self.topic == "unknown":
            raise ValueError(f"{self.topic!r} is no topic")
        if self.purpose and self.purpose not in message.column("purpose").allowed:
            raise ValueError(f"{self.purpose!r} is no purpose")
        if {*self.words, *self.also, *self.unless, *self.examples} - set(LANGUAGES):
            raise ValueError(f"languages are {', '.join(LANGUAGES)}")
        return self


@dataclass(frozen=True)
class TopicRules:
    """All rules, each a bit of a number, so that what fired on a message takes four bytes."""

    rules: tuple[TopicRule, ...]
    #: the regular expression of each rule's words, and of its other lists ("" where there are none)
    patterns: tuple[tuple[str, str, str], ...]
    #: the regular expression that every subject with a word of some rule fits
    first_look: str

    def may_fire(self, subject: str) -> str:
        """Return the SQL of whether a subject holds anything that a rule looks for: most do not."""
        return f"regexp_matches({texts.folded(subject)}, {self.first_look})"

    def read(self, subject: str) -> str:
        """Return the SQL of a subject's words, parted by one blank, behind ">" where it is that of an answer."""
        folded = texts.folded(subject)
        return (
            f"CASE WHEN regexp_matches({folded}, {_quoted(ANSWERED)}) THEN '{_ANSWER}' ELSE '' END || ' ' || "
            f"regexp_replace(replace({folded}, '{_MARK}', '{_MARK_WORD}'), '[^\\p{{L}}\\p{{M}}\\p{{N}}]+', ' ', 'g') || ' '"
        )

    def fired(self, words: str, direction: str) -> str:
        """Return the SQL of the bits of the rules that fire on ``words``, what ``read`` made of a subject."""
        bits = [f"CASE WHEN starts_with({words}, '{_ANSWER}') THEN {_ANSWER_BIT} ELSE 0 END"]
        for number, (rule, (ours, also, unless)) in enumerate(zip(self.rules, self.patterns, strict=True)):
            mark = f" OR contains({words}, '{_MARK_WORD}')" if rule.ticket_mark else ""
            tests = [f"(regexp_matches({words}, {ours}){mark})"]
            tests += [f"regexp_matches({words}, {also})"] if also else []
            tests += [f"NOT regexp_matches({words}, {unless})"] if unless else []
            if rule.topic not in OF_QUESTIONS:
                tests.append(f"coalesce({direction} <> 'inbound', true)")
            bits.append(f"CASE WHEN {' AND '.join(tests)} THEN {1 << number} ELSE 0 END")
        return f"cast({' + '.join(bits)} AS UINTEGER)"

    def topic(self, bits: str) -> str:
        """Return the SQL of the topic: that of all rules that fired, ``unknown`` where they contradict or none did."""
        return self._sole(
            {rule.topic: self._mask("topic", rule.topic) for rule in self.rules}, bits, "'unknown'"
        )

    def purpose(self, bits: str) -> str:
        """Return the SQL of the purpose, NULL where none is told: an answer to a message has not its purpose."""
        masks = {rule.purpose: self._mask("purpose", rule.purpose) for rule in self.rules if rule.purpose}
        sole = self._sole(masks, bits, "NULL")
        return f"CASE WHEN {bits} & {_ANSWER_BIT} = 0 AND {self.topic(bits)} <> 'unknown' THEN {sole} END"

    def any_fired(self, bits: str) -> str:
        """Return the SQL of whether any rule fired, though they may contradict."""
        return f"{bits} & {(1 << len(self.rules)) - 1} > 0"

    def names(self, bits: str) -> str:
        """Return the SQL of the ids of the rules that fired."""
        listed = ", ".join(
            f"CASE WHEN {bits} & {1 << number} > 0 THEN '{rule.id}' END"
            for number, rule in enumerate(self.rules)
        )
        return f"concat_ws(', ', {listed})"

    def _mask(self, field: str, value: str) -> int:
        return sum(1 << number for number, rule in enumerate(self.rules) if getattr(rule, field) == value)

    def _sole(self, masks: dict[str, int], bits: str, otherwise: str) -> str:
        told = sum(masks.values())
        whens = " ".join(f"WHEN {bits} & {told & ~mask} = 0 THEN '{value}'" for value, mask in masks.items())
        return f"CASE WHEN coalesce({bits}, 0) & {told} = 0 THEN {otherwise} {whens} ELSE {otherwise} END"


#: for messages that are none
NO_RULES = TopicRules((), (), "''")


def load(path: Path, warehouse: Warehouse) -> TopicRules:
    """Read the rules; EngagementError where one is wrong. Their words are folded by the engine, as subjects are."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    try:
        rules = tuple(TopicRule.model_validate(one) for one in content["rule"])
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise EngagementError(
            f"A rule of topics is wrong: {place}: {first['msg']}.", where=path.name
        ) from error
    if len(rules) > _MOST_RULES:
        raise EngagementError(f"There are more than {_MOST_RULES} rules of topics.", where=path.name)
    spelled = {
        word
        for rule in rules
        for found in (rule.words, rule.also, rule.unless)
        for one in found.values()
        for word in one
    }
    rows = warehouse.rows(
        f"SELECT word, {texts.folded('word')} FROM (SELECT unnest($words::VARCHAR[]) AS word)",
        {"words": sorted(spelled)},
    )
    folded: dict[str, str] = dict(rows)

    def pattern(lists: dict[str, tuple[str, ...]]) -> str:
        found = sorted({folded[word] for one in lists.values() for word in one})
        return _quoted("|".join(re.escape(_bounded(word)) for word in found)) if found else ""

    longest = {
        max(_bounded(folded[word]).split(), key=len)
        for rule in rules
        for one in rule.words.values()
        for word in one
    }
    return TopicRules(
        rules,
        tuple((pattern(rule.words), pattern(rule.also), pattern(rule.unless)) for rule in rules),
        _quoted("|".join(re.escape(word) for word in [_MARK, *sorted(longest)])),
    )


def _bounded(word: str) -> str:
    """Return a phrase between blanks, its words parted by one; in scripts that do not part words, as it is."""
    if any("\u3040" <= sign <= "\u9fff" for sign in word):
        return word
    parted = " ".join(re.split(r"\W+", word))
    return f" {parted} "


def _quoted(expression: str) -> str:
    return "'" + expression.replace("'", "''") + "'"
