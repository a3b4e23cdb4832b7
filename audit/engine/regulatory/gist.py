"""What the law comes to for one system with all that is open in one number: enough to see whether it is the same.

Each thing that is open has a token, and the number is the exclusive or of them (Zobrist hashing). It tells nothing of
their order, which is that of the packs: see ``audit.engine.regulatory.ordering``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from hashlib import sha256
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
    """A ``LawOutcome`` whose open rules, missing facts and questions are told by one number, written as bytes."""

    answers: Mapping[str, JsonValue]
    duties: tuple[Duty, ...]
    still_open: bytes
    band: ExposureBand | None
    past_review: tuple[str, ...]
    valid_until: date | None


def take_law_gist(law: LawOutcome) -> LawGist:
    """The gist of an outcome: what ``gist_read`` finds without making the outcome."""
    still_open = 0
    for token in _list_tokens(law):
        still_open ^= token
    written = still_open.to_bytes(TOKEN_BYTES, "big")
    return LawGist(law.answers, law.duties, written, law.band, law.past_review, law.valid_until)


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
