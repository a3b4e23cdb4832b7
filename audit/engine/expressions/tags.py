"""The tag of a fact: a hash of all that is read of it, the same in every process and every database."""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from typing import Final, NamedTuple

from audit.engine.facts import Fact, JsonValue

WIDTH: Final = 8
"""The bytes of a tag."""


class Tagged(NamedTuple):
    """A fact under its key with its tag; ``says`` is all that is read of it, as JSON that a sheet may hold."""

    tag: int
    key: str
    says: str


def tag_fact(key: str, fact: Fact) -> Tagged:
    """The fact with its tag: more than zero, less than 2^63. No judgement reads the source: it has no part in it."""
    says = json.dumps(_say(fact), sort_keys=True, separators=(",", ":"))
    digest = sha256(f"{key}={says}".encode()).digest()
    return Tagged((int.from_bytes(digest[:WIDTH], "big") >> 1) or 1, key, says)


def _say(fact: Fact) -> dict[str, JsonValue]:
    said: dict[str, JsonValue] = {"grade": fact.grade.value}
    if fact.expires_on is not None:
        said["expires_on"] = fact.expires_on.isoformat()
    value = fact.value
    if fact.not_applicable:
        said["not_applicable"] = "does not apply"  # no judgement reads why
    elif isinstance(value, tuple):
        said["value"] = [*value]
    else:
        said["value"] = value.isoformat() if isinstance(value, date) else value
    return said
