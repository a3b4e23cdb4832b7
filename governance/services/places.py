"""Countries and US states by their codes: whether a code is one, what it names, and which is meant by a name."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from django.utils import translation
from django_countries import countries

_OTHER_NAMES: Final = {"UK": "GB", "EL": "GR", "USA": "US", "GREAT BRITAIN": "GB", "UNITED STATES": "US"}
"""What people and the Union's own tables write for a country beside its code."""

_NAMES_OF_STATES: Final = (
    "AL Alabama;AK Alaska;AZ Arizona;AR Arkansas;CA California;CO Colorado;CT Connecticut;DE Delaware;"
    "DC District of Columbia;FL Florida;GA Georgia;HI Hawaii;ID Idaho;IL Illinois;IN Indiana;IA Iowa;KS Kansas;"
    "KY Kentucky;LA Louisiana;ME Maine;MD Maryland;MA Massachusetts;MI Michigan;MN Minnesota;MS Mississippi;"
    "MO Missouri;MT Montana;NE Nebraska;NV Nevada;NH New Hampshire;NJ New Jersey;NM New Mexico;NY New York;"
    "NC North Carolina;ND North Dakota;OH Ohio;OK Oklahoma;OR Oregon;PA Pennsylvania;RI Rhode Island;"
    "SC South Carolina;SD South Dakota;TN Tennessee;TX Texas;UT Utah;VT Vermont;VA Virginia;WA Washington;"
    "WV West Virginia;WI Wisconsin;WY Wyoming;AS American Samoa;GU Guam;MP Northern Mariana Islands;PR Puerto Rico;"
    "VI Virgin Islands"
)
_STATES: Final = dict(entry.split(" ", 1) for entry in _NAMES_OF_STATES.split(";"))
"""The states, the District of Columbia and the territories by their two letters (USPS)."""
_BY_NAME: Final = {name.casefold(): code for code, name in _STATES.items()}


@lru_cache(maxsize=300)
def write_country(code: str) -> str:
    """A country by its English name, as texts are stored; a code that names none as it stands."""
    with translation.override("en"):
        return str(countries.name(code)) or code


def explain_country(code: object) -> str:
    """What is wrong with a country's code and what would be right; empty when it is one of ISO 3166-1 or XK."""
    if isinstance(code, str) and code in countries.countries:
        return ""
    meant = _find_country(code) if isinstance(code, str) else ""
    return f"{code!r} is not a country; give {_as_code(meant, 'DE')}"


def explain_state(code: object) -> str:
    """What is wrong with a US state's code and what would be right; empty when it is one."""
    if isinstance(code, str) and code in _STATES:
        return ""
    meant = _find_state(code) if isinstance(code, str) else ""
    return f"{code!r} is not a state of the US; give {_as_code(meant, 'CO for Colorado')}"


def _as_code(meant: str, example: str) -> str:
    return f"its two capital letters, {meant or f'for example {example}'}"


def _find_country(text: str) -> str:
    upper = text.strip().upper()
    if upper in countries.countries:
        return upper
    return _OTHER_NAMES.get(upper) or countries.by_name(text.strip())


def _find_state(text: str) -> str:
    name = text.strip().casefold().removeprefix("us-")
    return name.upper() if name.upper() in _STATES else _BY_NAME.get(name, "")
