"""SPDX expressions: parsed by license-expression, judged open or not by the list of open ids."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

from license_expression import ExpressionError, ExpressionParseError, LicenseSymbol, Licensing, get_spdx_licensing

from audit.licences.tables import LicenceTables, is_telling

# Ids that the list of open licences has and the library does not know.
_ADDED: Final = ("OpenMDW-1.0",)
# What the library raises for brackets and operators out of place, beside its own errors.
_MALFORMED: Final = (ExpressionError, ExpressionParseError, IndexError, AssertionError)
_TOKEN: Final = re.compile(r"[A-Za-z0-9.+:-]+")


@lru_cache(maxsize=1)
def _licensing() -> Licensing:
    base = get_spdx_licensing()
    return Licensing([*base.known_symbols.values(), *(LicenseSymbol(key) for key in _ADDED)])


def parse_spdx(text: str) -> Any | None:
    """The parsed expression, or ``None`` where the text is not made of SPDX ids alone, with exceptions behind WITH."""
    if len(text) > 500 or "licenseref" in text.casefold():
        return None
    try:
        parsed = _licensing().parse(text, validate=True)
    except _MALFORMED:
        return None
    # The library takes any id behind WITH; another licence there would take back what the first one grants.
    symbols = () if parsed is None else parsed.symbols
    exceptions = [getattr(symbol, "exception_symbol", None) for symbol in symbols]
    return parsed if all(each is None or each.is_exception for each in exceptions) else None


def render_spdx(parsed: Any) -> str:
    """The expression as text."""
    return str(parsed.render())


def is_written_plainly(parsed: Any, text: str, tables: LicenceTables) -> bool:
    """Tell whether each id stands in the text: exactly so, or in any case if it cannot be a plain word.

    The library also takes short names such as GPL for one version; those are not asserted here.
    """
    tokens = set(_TOKEN.findall(text))
    folded = {token.casefold() for token in tokens}
    return all(
        any(
            name in tokens or (is_telling(name, tables.words_in_any_case) and name.casefold() in folded)
            for name in (str(symbol.key), *map(str, symbol.aliases))
        )
        for symbol in map(_licence_of, parsed.symbols)
    )


def is_open_expression(parsed: Any, tables: LicenceTables) -> bool:
    """Open when all licences joined by AND are, or one of those joined by OR; an exception only adds permissions."""
    if hasattr(parsed, "args") and parsed.args:
        parts = [is_open_expression(part, tables) for part in parsed.args]
        return any(parts) if parsed.operator.strip() == "OR" else all(parts)
    symbol = _licence_of(parsed)
    ids = {str(symbol.key), *map(str, symbol.aliases)}
    ids |= {tables.same_as[each] for each in ids if each in tables.same_as}
    return bool(ids & tables.open_ids)


def list_chosen_ids(parsed: Any, tables: LicenceTables) -> tuple[str, ...]:
    """The ids whose terms bind: where a choice has an open side, the other side's do not."""
    parts = getattr(parsed, "args", ())
    if not parts:
        return (str(_licence_of(parsed).key),)
    if parsed.operator.strip() == "OR":
        parts = [part for part in parts if is_open_expression(part, tables)] or parts
    return tuple(sorted({each for part in parts for each in list_chosen_ids(part, tables)}))


def _licence_of(symbol: Any) -> Any:
    """The licence of a symbol; of ``X WITH Y`` it is X."""
    return getattr(symbol, "license_symbol", symbol)
