"""JSON as one text for one value: what is hashed is what is stored, so that it can be checked without reading it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from typing_extensions import override

if TYPE_CHECKING:
    PlainTextField = models.TextField[Any, Any]
else:
    PlainTextField = models.TextField

_ENCODER: Final = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _make_writer() -> Callable[[object, int], Iterable[str]]:
    """What ``json`` makes anew for each value, made once: most of what a small value costs."""
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:  # a Python without json's accelerator
        return lambda value, _level: (_ENCODER.encode(value),)
    floats_may_be_infinite = True
    writer: Callable[[object, int], Iterable[str]] = make(
        *(None, _ENCODER.default, json.encoder.encode_basestring, None, ":", ",", True, False, floats_may_be_infinite)
    )
    return writer


_WRITE: Final = _make_writer()


def canonical_text(value: object) -> str:
    """The value as JSON with sorted keys, without spaces, and with every letter as it is.

    Raises ``TypeError`` for what JSON does not hold, and ``RecursionError`` for what holds itself.
    """
    return "".join(_WRITE(value, 0))


class CanonicalJSONField(PlainTextField):
    """A JSON value kept as its canonical text; PostgreSQL's own JSON would write keys and numbers its own way."""

    # What django-stubs takes a field to be set to and read as; a text field would be a text.
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def from_db_value(self, value: str | None, _expression: object, _connection: BaseDatabaseWrapper) -> object:
        """Read the value out of its text."""
        return None if value is None else json.loads(value)

    @override
    def get_prep_value(self, value: object) -> str | None:
        """Write the value as its text."""
        return None if value is None else canonical_text(value)
