"""What a person is asked, and what the answers are once they are understood."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from cspaudit.errors import EngagementError
from cspaudit.initialise.said import Plan, Promise


@dataclass(frozen=True)
class Question:
    """One thing no file says. ``key`` names the option that answers it; ``about`` the file that it is about, if one.

    ``default`` is what the data suggest, told with ``because``; ``fallback`` what is taken where nobody can be asked
    and the data suggest nothing, told as a guess. ``parse`` raises EngagementError for what it does not understand.
    """

    key: str
    asks: str
    parse: Callable[[str], Any]
    default: str = ""
    because: str = ""
    fallback: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    about: str = ""
    #: asked only where the data suggest nothing: one of very many
    is_quiet: bool = False

    @property
    def sentence(self) -> str:
        """The question alone."""
        return f"{self.asks.partition('?')[0]}?"

    @property
    def examples(self) -> str:
        """How an answer looks, as ``asks`` says behind its question mark."""
        return self.asks.partition("?")[2].strip()


@dataclass(frozen=True)
class Answer:
    """An answer as the table or key takes it; ``assumed`` says why, where no person gave it."""

    value: Any
    assumed: str = ""


Ask = Callable[[Question], Answer]


@dataclass(frozen=True)
class PartnerAnswers:
    """What is known of one partner."""

    id: str
    name: str
    tier: str
    timezone: str
    holidays: str
    domains: tuple[str, ...]
    #: under which names its supplier stands on its bank statements
    suppliers: tuple[str, ...] = ()


@dataclass(frozen=True)
class TermsAnswers:
    """The published support terms; hours as OpenStreetMap writes them, texts empty where the terms say nothing."""

    service_hours: str
    valid_from_on: date
    published_on: date | None
    contact_methods: str
    scope: str
    has_charge: bool | None
    price: str
    first_response: Promise | None
    resolution: Promise | None


@dataclass(frozen=True)
class SourceAnswers:
    """What a source says beside path and layout. ``is_open``: a question has no answer, and the source waits."""

    timezone: str = ""
    side: str = ""
    currency: str = ""
    #: how amounts and days are read that can be read both ways
    decimal: str = ""
    date_order: str = ""
    #: which vendors of a ledger of several are the supplier
    vendors: tuple[str, ...] = ()
    #: what holds in every record of a file, by column
    stated: tuple[tuple[str, str], ...] = ()
    taken_at: datetime | None = None
    open_question: str = ""


@dataclass(frozen=True)
class Answers:
    """Everything the engagement is written from beside the files; ``assumed`` by key: why, where nobody said so."""

    title: str
    period: str
    as_of: datetime
    partners: tuple[PartnerAnswers, ...]
    sources: Mapping[str, SourceAnswers]
    terms: TermsAnswers | None = None
    plans: tuple[Plan, ...] = ()
    assumed: Mapping[str, str] = field(default_factory=dict)


class Interview:
    """Asks, and remembers what nobody said."""

    def __init__(self, ask: Ask) -> None:
        """Begin with nothing assumed."""
        self._ask = ask
        self.assumed: dict[str, str] = {}

    def __call__(self, key: str, asks: str, parse: Any, **more: Any) -> Any:
        """Return the answer to one question, whose parts are those of ``Question``."""
        answer = self._ask(Question(key, asks, parse, **more))
        if answer.assumed:
            about = more.get("about", "")
            self.assumed[f"{key} {about}".strip()] = answer.assumed
        return answer.value


def one_of(choices: Mapping[str, str], text: str) -> str:
    """Return the value that a text names: itself, its words, or its number in the list."""
    wanted = text.strip().lower()
    for number, (value, words) in enumerate(choices.items(), 1):
        short = words.lower().partition(":")[0].removeprefix("a ").removeprefix("the ")
        spelt = {value, value.replace("_", " "), value.replace("_", "-")}
        if wanted in {*spelt, words.lower(), short, str(number)}:
            return value
    raise EngagementError(
        f"{text!r} is none of these.", hint=f"Choose one of: {', '.join(choices.values())}."
    )


def yes_or_no(text: str) -> bool:
    """Return whether a text says yes."""
    wanted = text.strip().lower()
    if wanted in {"y", "yes", "n", "no"}:
        return wanted.startswith("y")
    raise EngagementError(f"{text!r} is neither yes nor no.", hint="Answer yes or no.")
