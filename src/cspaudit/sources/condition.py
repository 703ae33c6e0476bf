"""The tests of a record that a layout can make, and the words that it lists for them."""

from collections.abc import Container
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

#: which side of zero an amount lies on
Sign = Literal["negative", "zero", "positive"]


class Part(BaseModel):
    """A part of a layout: nothing that it does not know, and nothing that changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Condition(Part):
    """A test of a record: ``field`` is filled, or empty; or has one of the values, or another; or reaches ``covers``.

    ``covers`` compares amounts without signs: exports differ in the sign that they give to money received. ``sign``
    asks on which side of zero an amount lies, wherever its minus stands. ``any_case`` compares values in whatever case.
    In place of a field's test may stand several: ``all_of`` them must hold, or ``any_of`` them.
    """

    field: str = ""
    empty: bool = False
    one_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    starts_with: tuple[str, ...] = ()
    covers: str = ""
    sign: Sign | None = None
    any_case: bool = False
    all_of: tuple["Condition", ...] = ()
    any_of: tuple["Condition", ...] = ()

    @model_validator(mode="after")
    def _one_test(self) -> Self:
        if [bool(self.field), bool(self.all_of), bool(self.any_of)].count(True) != 1:
            message = "a test needs one of field, all_of and any_of"
            raise ValueError(message)
        return self

    def can_hold(self, present: Container[str]) -> bool:
        """Whether a record can pass where an export has no other fields than ``present``."""
        if self.all_of:
            return all(one.can_hold(present) for one in self.all_of)
        if self.any_of:
            return any(one.can_hold(present) for one in self.any_of)
        return self.empty or (self.field in present and (not self.covers or self.covers in present))

    @property
    def fields(self) -> tuple[str, ...]:
        """The export's fields that the test reads."""
        inner = [name for one in (*self.all_of, *self.any_of) for name in one.fields]
        return tuple(dict.fromkeys(name for name in (self.field, self.covers, *inner) if name))


def with_words(part: object, lists: "dict[str, list[str]]") -> object:
    """Return a part of a layout where ``one_of`` and ``none_of`` name each word, also those of a list."""
    if isinstance(part, list):
        return [with_words(one, lists) for one in part]
    if not isinstance(part, dict):
        return part
    return {
        key: [word for one in value for word in _listed(one, lists)]
        if key in {"one_of", "none_of"} and isinstance(value, list)
        else with_words(value, lists)
        for key, value in part.items()
    }


def _listed(word: object, lists: "dict[str, list[str]]") -> "list[object]":
    if isinstance(word, str) and word.startswith("@") and word[1:] in lists:
        return [*lists[word[1:]]]
    return [word]


def all_of(own: Condition | None, added: tuple[Condition, ...]) -> Condition | None:
    """Return the test that holds where ``own`` and all the added ones do; None: there is nothing to test."""
    tests = (*((own,) if own else ()), *added)
    if len(tests) <= 1:
        return tests[0] if tests else None
    return Condition(all_of=tests)
