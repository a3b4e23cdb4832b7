"""The words around a licence's name that say nothing of their own: "released under …", "… - see LICENSE"."""

from __future__ import annotations

import re
from typing import Final

# Only what speaks of the whole: "the code is under MIT" says nothing of the weights and stays as it is.
_LEADS: Final = re.compile(
    r"^(?:(?:(?:the|this|our)\s+)?(?:model|project|work|it|model weights|weights)\s+(?:is|are)\s+)?"
    r"(?:(?:released|licensed|available|distributed|published|provided|open[- ]sourced|made available)\s+)?"
    r"(?:under|unter|sous)\s+(?:the\s+|der\s+|la\s+|an?\s+)?(?:terms of (?:the\s+)?)?"
    r"|^spdx-license-identifier\s*[:=]\s*"
    r"|^license(?:d)?(?: name| id| type)?\s*[:=]\s*(?=[^\s:])"
    r"|^(?:license\s*::\s*)?osi approved\s*::\s*"
    r"|^licensed\s+(?:as|with)\s+"
)
_TAILS: Final = re.compile(
    r"[\s,;(-]*\b(?:see|siehe|voir|cf\.?)\s+(?:(?:the|our|repo(?:sitory)?|also)\s+)*license(?:s)?(?:\.\w+)?"
    r"(?: file)?(?: in (?:the )?[\w.]+)?(?: for (?:more )?(?:details|information))?\s*\)?$"
    r"|[\s,(-]+(?:an?\s+)?(?:osi[- ]approved|osi[- ]certified|open[- ]source)(?: license)?\s*\)?$"
)
_POINTER: Final = re.compile(
    r"^(?:(?:see|siehe|voir|refer to|check|as (?:in|per)|in)\s+(?:the\s+)?)?"
    r"(?:(?:license|copying|notice|model_license|license-model|readme|license_model)(?:\.(?:txt|md|rst|pdf|html))"
    r"|copying|license file|license)(?:\s+in\s+[\w./-]+)?$"
)


def strip_phrases(text: str) -> str:
    """The text without such words, of folded text; unchanged where nothing would be left."""
    bare = _TAILS.sub("", _LEADS.sub("", text)).strip(" .;:,-")
    return bare or text


def is_pointer(text: str) -> bool:
    """Tell whether the text only points to a file, as "see LICENSE.md": what stands there would have to be read."""
    return _POINTER.match(text) is not None
