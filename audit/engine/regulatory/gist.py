"""What the law comes to for one system with answers and all that is open in one number: enough to see a difference.

Each answer and each thing that is open has a token, and the number is the exclusive or of them (Zobrist hashing). It
tells nothing of their order, which is that of the packs: see ``audit.engine.regulatory.ordering``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache, reduce
from hashlib import sha256
from itertools import chain
from operator import xor
from typing import Final, NamedTuple

from audit.engine.canonical import to_canonical_json
from audit.engine.facts import JsonValue
from audit.engine.findings import Duty
from audit.engine.identity import ByIdentity
from audit.engine.regulatory.bands import ExposureBand
from audit.engine.regulatory.outcome import LawOutcome, OpenRule

TOKEN_BYTES: Final = 8
"""Two different things in some 10^19 have a token in common."""


class LawGist(NamedTuple):
    """A ``LawOutcome`` whose answers, open rules, missing facts and questions are told by one number."""

    told: int
    duties: tuple[Duty, ...]
    band: ExposureBand | None
    past_review: tuple[str, ...]
    valid_until: date | None


def take_law_gist(law: LawOutcome) -> LawGist:
    """The gist of an outcome: what ``gist_read`` finds without making the outcome."""
    told = add_up(chain(list_answer_tokens(law.answers), _list_tokens(law)))
    return LawGist(told, law.duties, law.band, law.past_review, law.valid_until)


def add_up(tokens: Iterable[int]) -> int:
    """The number of all that has these tokens."""
    return reduce(xor, tokens, 0)


def list_answer_tokens(answers: Mapping[str, JsonValue]) -> Iterator[int]:
    """The tokens of answers by their keys."""
    return (_hash(["answer", key, value]) for key, value in answers.items())


def _list_tokens(law: LawOutcome) -> Iterator[int]:
    yield from token_of_rule.each(law.undetermined)
    for label, keys in law.missing.answers:
        yield token_of("open", label)
        for key in keys:
            yield token_of("behind", label, key)
    for key, number in law.missing.duties:
        for place in range(number.bit_length()):
            if number >> place & 1:
                yield token_of("waits", key, str(place))
    for key in law.asked:
        yield token_of("asked", key)


@lru_cache(maxsize=50_000)
def token_of(*parts: str) -> int:
    """The token of something open: an answer, a fact behind it, one digit of how many duties wait, a fact asked for."""
    return _hash([*parts])


def _hash(content: JsonValue) -> int:
    return int.from_bytes(sha256(to_canonical_json(content).encode()).digest()[:TOKEN_BYTES], "big")


token_of_rule: Final = ByIdentity[OpenRule, int](
    lambda rule: _hash({"id": rule.id, "rule": rule.rule, "of_entity": rule.of_entity, "says": {**rule.static}})
)
"""The token of an open rule with all it says of itself."""
