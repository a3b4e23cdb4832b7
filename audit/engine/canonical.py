"""The one text of a JSON value, and its hash: the same wherever the value was kept meanwhile.

PostgreSQL keeps numbers as decimals: ``2.1e+25`` comes back as a whole number. So a float so large that Python
writes it with an exponent is written out as that whole number here, before anything is hashed.
"""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Final

from audit.engine.facts import JsonValue


def to_canonical_json(content: JsonValue) -> str:
    """Keys sorted, no spaces, text as it is. Raises ``ValueError`` for a number that is not finite."""
    text = _dump(content)
    # An exponent is rare, and walking through the whole value costs more than all the rest.
    return _dump(write_out(content)) if "e+" in text else text


def hash_canonical(content: JsonValue) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return hash_text(to_canonical_json(content))


def hash_text(text: str) -> str:
    """SHA-256 of a text, in hexadecimal; of canonical JSON the same as ``hash_canonical``."""
    return hashlib.sha256(text.encode()).hexdigest()


def write_out(content: JsonValue) -> JsonValue:
    """The value with every large float as the whole number that its decimal text names."""
    if isinstance(content, float) and "e+" in repr(content):
        return int(Decimal(repr(content)))
    if isinstance(content, dict):
        return {key: write_out(value) for key, value in content.items()}
    if isinstance(content, list):
        return [write_out(value) for value in content]
    return content


def _dump(content: JsonValue) -> str:
    return _ENCODER.encode(content)


_ENCODER: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
