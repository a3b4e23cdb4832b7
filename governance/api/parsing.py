"""How a request's body is read: as JSON that says one thing only."""

from __future__ import annotations

import codecs
import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.utils import json as strict_json
from typing_extensions import override


class PlainJSONParser(JSONParser):
    """JSON in which no key stands twice: of two values one would be dropped in silence."""

    @override
    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The body; raises ``ParseError`` for one that is no JSON, nests without end, or gives a key twice."""
        encoding = (parser_context or {}).get("encoding", settings.DEFAULT_CHARSET)
        text = codecs.getreader(encoding)(stream)
        try:
            return json.load(text, parse_constant=strict_json.strict_constant, object_pairs_hook=_read_pairs)
        except UnicodeDecodeError as wrong:
            raise ParseError(f"The body is not {encoding} text (byte {wrong.start + 1}); send it as UTF-8.") from None
        except RecursionError:
            raise ParseError("The body nests too deeply to be read.") from None
        except ValueError as wrong:
            raise ParseError(f"The body is not JSON: {wrong}") from None


def _read_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ParseError(f"The key “{twice}” is given twice in one object; give it once.")
    return found
