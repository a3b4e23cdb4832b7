"""The elements that a provision asks of a record, and which of them are there: data and pure functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

Content: TypeAlias = Mapping[str, object]
"""A record's columns by name."""

References: TypeAlias = Mapping[str, str]
"""By source (``ElementSource``): empty if an element may stand there, else why it may not."""

_NUMBERS: Final = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def is_given(value: object) -> bool:
    """Tell whether something was entered: a text that is not blank, a list that is not empty, yes or no."""
    if isinstance(value, str):
        return bool(value.strip())
    return bool(value) if isinstance(value, list | tuple) else value is not None


def is_no(value: object) -> bool:
    """Tell whether the answer is no; not known is not no."""
    return value is False


@dataclass(frozen=True, slots=True)
class Need:
    """One column that an element needs: what is missing without it, and when it is asked at all."""

    column: str
    missing: str
    when: Callable[[Content], bool] | None = None
    holds: Callable[[object], bool] = is_given

    def is_met(self, content: Content) -> bool:
        """Tell whether the column holds what is needed, or is not asked."""
        if self.when is not None and not self.when(content):
            return True
        return self.holds(content.get(self.column))


@dataclass(frozen=True, slots=True)
class Element:
    """One element: ``mark`` names it briefly, ``asks`` says in plain words what the provision wants.

    With ``letter`` it may stand in another assessment, under that key of the record's ``elsewhere``.
    """

    mark: str
    title: str
    citation: str
    asks: str
    needs: tuple[Need, ...]
    letter: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it is entered in."""
        return tuple(dict.fromkeys(need.column for need in self.needs))


@dataclass(frozen=True, slots=True)
class Gap:
    """What an element still lacks: the column to fill in, and what is missing in words."""

    column: str
    missing: str


@dataclass(frozen=True, slots=True)
class ElementState:
    """An element of one record: complete if nothing is missing; ``elsewhere`` says where else it stands."""

    element: Element
    gaps: tuple[Gap, ...] = field(default_factory=tuple)
    elsewhere: str = ""

    @property
    def is_complete(self) -> bool:
        """Tell whether the element is there."""
        return not self.gaps


def judge_elements(
    elements: Sequence[Element], content: Content, references: References | None = None
) -> tuple[ElementState, ...]:
    """Say of each element whether the record has it, in the order of the provision."""
    return tuple(_judge(element, content, references or {}) for element in elements)


def _judge(element: Element, content: Content, references: References) -> ElementState:
    gaps = tuple(Gap(need.column, need.missing) for need in element.needs if not need.is_met(content))
    source, section = read_elsewhere(content, element.letter)
    if not source or not gaps:  # what is said in its own words relies on nothing else
        return ElementState(element, gaps)
    refused = references.get(source, "the assessment it refers to is not named")
    if not section:
        refused = refused or "the section in which it stands there"
    if refused:
        return ElementState(element, (Gap(f"{element.letter}_section", refused),))
    return ElementState(element, (), f"{source}: {section}")


def read_elsewhere(content: Content, letter: str) -> tuple[str, str]:
    """The source and the section under which an element stands in another assessment; empty if it does not."""
    stated = content.get("elsewhere")
    entry = stated.get(letter) if letter and isinstance(stated, Mapping) else None
    if not isinstance(entry, Mapping):
        return "", ""
    return str(entry.get("in") or ""), str(entry.get("section") or "").strip()


def list_sources(content: Content) -> frozenset[str]:
    """The sources that any element of the record refers to."""
    stated = content.get("elsewhere")
    letters = stated if isinstance(stated, Mapping) else {}
    return frozenset(source for letter in letters if (source := read_elsewhere(content, str(letter))[0]))


def tell_completeness(states: Sequence[ElementState]) -> str:
    """In words: “five of six: (d) is missing”, or “six of six elements”."""
    missing = [state.element.mark for state in states if not state.is_complete]
    there = f"{_count(len(states) - len(missing))} of {_count(len(states))}"
    if not missing:
        return f"{there} elements"
    if len(missing) == len(states):
        there = f"{there} is there yet"
    verb = "is" if len(missing) == 1 else "are"
    return f"{there}: {_join(missing)} {verb} missing"


def _count(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def _join(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
