"""What a researcher's free note on a model says of its weights: whether they can be had, and under which licence.

The rules read English notes as people write them beside a table. They are cautious: a note that says both or
neither leaves the answer open, and a licence is open only if nothing in the note's words on the weights restricts it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from audit.licences.reading import read_licence

_URL: Final = re.compile(r"https?://\S+")
_CLAUSE: Final = re.compile(r"[\n;]|(?<=[\w)\"'])[.,]\s|\b(?:but|while|meanwhile|though)\b")
# A missing or unclear licence says nothing on whether the weights are there.
_ON_LICENCE: Final = re.compile(
    r"\b(?:unclear|no|not sure|no definite|no clear|undefined)\s+licen[cs]es?\b"
    r"|licen[cs]es? (?:is )?(?:unclear|unknown)|\(?not sure if [^\n)]*\)?"
)
_WITHHELD: Final = re.compile(
    r"\b(?:no|not|never|without|unreleased|unclear|only (?:a )?small|cannot|will be|plans? to|planned to|aim to"
    r"|soon|toy)\b|n['’]t\b"
)
_WEIGHTS: Final = re.compile(
    r"(?<!about the )\bweights?\b|\bcheckpoints?\b|\bpre-?trained models?\b|\bopen[- ]model"
    r"|(?<!code for our )(?<!code for the )\bmodels? (?:is|are|was|were|be)? ?"
    r"(?:under|available|released|licen[cs]ed|open|provided|downloadable)"
    r"|\bmodel/code|\bcode/model|\b(?:code|data) and models?\b(?! for)|\bmodels? and (?:training )?code"
    r"|\bfor (?:the )?model\b"
)
_MODEL_WITHHELD: Final = re.compile(r"\bmodels?\b.*\b(?:releas|open|public|availab|found)|\breleas\w*.*\bmodels?\b")
_MODEL_PAGE: Final = re.compile(r"huggingface\.co/(?!datasets|spaces|blog|docs|papers)[\w.-]+/[\w.-]+")
_MODEL_LICENCE: Final = re.compile(r"model[_-]licen|licen[cs]e[_-]model|model_weights_licen")
_SERVICE: Final = re.compile(r"\bapis?\b|\bplayground\b|\bvertex\b|\bstudio\b")
_OTHER_PART: Final = re.compile(
    r"\bcode\b|\brepo\b|\brepository\b|\bsoftware\b|\bdata(?:set)?s?\b|\blibrary\b|\bscripts?\b|\benvironment\b"
    r"|\btraining\b|\btools?\b|\bframework\b"
)
_LICENCE_FILE: Final = re.compile(r"licen[cs]e", re.IGNORECASE)
_NAME: Final = re.compile(
    r"(?:modified |custom )?(?:\bapache(?:[\s,-]*(?:software )?licen[cs]e)?(?:[\s,-]*v?(?:ersion)?[\s-]*2(?:\.0)?)?"
    r"|\bmit\b|\bbsd(?:[\s-]?[0-4][\s-]clause)?|\b[al]?gpl[\s-]?v?[23]?(?:\.\d)?|\bcc[\s-]?0"
    r"|\bcc[\s-]?by(?:[\s-](?:nc|sa|nd))*[\s-]?(?:\d\.\d)?|\bacademic free licen[cs]e(?: version 3\.0)?)(?:[\s-]like)?"
)


def find_weights(note: str, *, is_code_published: bool) -> bool | None:
    """Tell from the note alone whether the weights can be had; ``None`` where it says neither or both.

    A bare licence with no word on what it covers is taken to be the weights' only where no code was published.
    """
    said = set(_statements(note.casefold()))
    if said:
        return said.pop() if len(said) == 1 else None
    if _SERVICE.search(_URL.sub(" ", note.casefold())):
        return False
    is_licensed = any(_NAME.search(_URL.sub(" ", clause)) for clause in _clauses_on_weights(note))
    return True if is_licensed and not is_code_published else None


def find_licence_of_weights(note: str) -> str | None:
    """The licence text that the note gives for the weights, the most restricting one; ``None`` if it gives none."""
    found = [text for clause in _clauses_on_weights(note) for text in _licences_in(clause)]
    understood = [(text, read_licence(text).is_open) for text in found]
    for wanted in (False, None, True):
        text = next((text for text, is_open in understood if is_open is wanted), None)
        if text is not None:
            return text
    return None


def _statements(note: str) -> Iterator[bool]:
    """Each thing that the note says of the weights: that they are there, or that they are not."""
    for clause in _CLAUSE.split(note):
        plain = _ON_LICENCE.sub(" ", _URL.sub(" ", clause))
        is_withheld = _WITHHELD.search(plain) is not None
        if _WEIGHTS.search(plain) or (is_withheld and _MODEL_WITHHELD.search(plain)):
            yield not is_withheld
        elif _MODEL_LICENCE.search(clause) or (_MODEL_PAGE.search(clause) and not is_withheld):
            yield True


def _clauses_on_weights(note: str) -> Iterator[str]:
    """The parts of the note that speak of the weights, or of nothing in particular."""
    for line in note.casefold().split("\n"):
        is_of_other_part = False
        for clause in _CLAUSE.split(line):
            plain = _URL.sub(" ", clause).strip()
            if _WEIGHTS.search(plain) or _MODEL_LICENCE.search(clause):
                is_of_other_part = False
            elif _OTHER_PART.search(plain):
                # What follows in the same line and names nothing is about the same part.
                is_of_other_part = True
            if not is_of_other_part:
                yield clause


def _licences_in(clause: str) -> Iterator[str]:
    """The licences that a clause names: restricting words, a licence file's address, names of common licences."""
    plain = " ".join(_URL.sub(" ", clause).split())
    addresses = [address.replace("%20", "-").replace("_", "-") for address in _URL.findall(clause)]
    files = [address.rsplit("/", 1)[-1] for address in addresses if _LICENCE_FILE.search(address.rsplit("/", 1)[-1])]
    for text in (plain[:200].strip(" :,"), *files, *addresses):
        if text and _restricts(text):
            yield text
    yield from (found.group().strip(" ,") for found in _NAME.finditer(plain))


def _restricts(text: str) -> bool:
    """Whether the text names a restricting licence or a restriction, not only a licence of some kind."""
    licence = read_licence(text)
    return licence.is_open is False and bool(licence.name or licence.flags or licence.expression)
