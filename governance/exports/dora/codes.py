"""Values of the register as the official codes write them; what is not known stays None."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from governance.exports.dora.definition import load_definition


def code_country(iso2: object) -> str | None:
    """A country, for example ``eba_GA:DE``."""
    return f"eba_GA:{iso2}" if str(iso2) else None


def code_currency(iso3: str) -> str | None:
    """A currency, for example ``eba_CU:EUR``."""
    return f"eba_CU:{iso3}" if iso3 else None


def code_day(day: date | None) -> str | None:
    """A day in ISO 8601."""
    return day.isoformat() if day else None


def code_number(number: int | None) -> str | None:
    """A natural number."""
    return None if number is None else str(number)


def code_money(amount: Decimal | None) -> str | None:
    """An amount in units of its currency."""
    return None if amount is None else format(amount, "f")


def code_lei_type(lei: str) -> str | None:
    """That a code is an LEI; the register holds no other kind."""
    return "eba_qCO:qx2000" if lei else None


def code_yes_no(truth: bool | None) -> str | None:
    """Yes or no."""
    return None if truth is None else "eba_BT:x28" if truth else "eba_BT:x29"


def code_choice(name: str, value: str) -> str | None:
    """A stored choice of the register by the code that means the same."""
    return load_definition().from_register[name].get(value)


def code_service_type(value: str) -> str | None:
    """The type of ICT service, S01 to S19."""
    code = f"eba_TA:{value}"
    return code if code in load_definition().lists["service_type"] else None
