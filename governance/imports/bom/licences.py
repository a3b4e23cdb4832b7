"""The licences of an entry as the bill states them; nothing is concluded from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from governance.imports.bom.shapes import LicenceChoice

_CONCLUDED: Final = "concluded"
_UNCLEAR: Final = "the bill does not say whether all of them apply or one may be chosen"


@dataclass(frozen=True, slots=True)
class StatedLicence:
    """The licence as written; its SPDX identifier or expression only where the bill gives exactly one."""

    raw: str = ""
    spdx: str = ""
    note: str = ""


def read_licence(choices: Sequence[LicenceChoice]) -> StatedLicence:
    """What is declared counts; what somebody concluded only where nothing is declared."""
    declared = [choice for choice in choices if _acknowledgement(choice) != _CONCLUDED]
    counted = declared or list(choices)
    if not counted:
        return StatedLicence()
    names = list(dict.fromkeys(name_licence(choice) for choice in counted))
    if len(names) > 1:
        return StatedLicence("; ".join(names), "", _UNCLEAR)
    only = counted[0]
    spdx = only.expression or (only.license.id if only.license else "")
    note = "" if declared else "concluded by whoever made the bill; no licence is declared in it"
    return StatedLicence(names[0], spdx, note)


def name_licence(choice: LicenceChoice) -> str:
    """The expression, the SPDX identifier, or the name of a licence that has none."""
    return choice.expression or (choice.license.id or choice.license.name if choice.license else "")


def describe_licence(choice: LicenceChoice) -> str:
    """The same, with what the bill says of it besides."""
    url = choice.license.url if choice.license else ""
    more = [part for part in (_acknowledgement(choice), url) if part]
    return f"{name_licence(choice)} ({', '.join(more)})" if more else name_licence(choice)


def _acknowledgement(choice: LicenceChoice) -> str:
    return choice.acknowledgement or (choice.license.acknowledgement if choice.license else "")
