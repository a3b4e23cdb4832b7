"""Citations of the law as the language of the report writes them: ``AI Act, Art. 27(1)``, ``Art. 27 Abs. 1 KI-VO``."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from django.utils.translation import pgettext

from audit.reports.wording import say, speaks_english

_PROVISION: Final = re.compile(r"^(?:(?P<act>\S.*?),? )?(?P<provision>(?:Art\.|Annex |Recital ).*)$")
_NEXT_ACT: Final = re.compile(
    r"(?:, (?:and )?| and )(?=(?:AI Act|GDPR|DORA|Data Act|(?:Delegated )?(?:Regulation|Directive) \(EU\) [\d/]+), "
    r"(?:Art\.|Annex ))"
)
"""Where one citation ends and the next begins, in a finding that lists several."""
_MORE: Final = re.compile(r"(?P<named>.+) and (?P<number>\d+) more")
_FOREIGN: Final = re.compile(r"^(?!AI Act|GDPR|DORA|Data Act|Regulation \(EU\)|Directive \(EU\)|Delegated Regulation)")
_PARAGRAPH: Final = re.compile(r" ?\((\d+[a-z]?)\)")
_LETTER: Final = re.compile(r" ?\(([a-z]{1,2})\)")


def name_acts(citation: str) -> str:
    """Give a citation with the name people use for the act, in English whatever language is active: as it is stored."""
    for stored, name in _acts().items():
        citation = citation.replace(stored, name)
    return citation


def cite(citation: str) -> str:
    """Give a citation with the name people use for the act, its provision as the active language writes it.

    Acts of other jurisdictions keep their own form. A citation that was already rewritten is given as it is.
    """
    citation = name_acts(citation)
    listed = _MORE.fullmatch(citation)
    if listed is not None:
        return say("{named} and {number} more", named=cite(listed["named"]), number=listed["number"])
    parts = [part for given in citation.split("; ") for part in _NEXT_ACT.split(given)]
    return "; ".join(parts if speaks_english() else [_rewrite_whole(part) for part in parts])


def point_of_annex(value: str) -> str:
    """Write a point of Annex III as the law does: ``5b`` becomes ``5(b)``, in German ``5 lit. b``."""
    digits = value.rstrip("abcdefghijklmnopqrstuvwxyz")
    if not digits or digits == value:
        return value
    return pgettext("citation", "{number}({letter})").format(number=digits, letter=value[len(digits) :])


def _acts() -> dict[str, str]:
    """Give the acts by the names people use; the numbers stand in section 5."""
    return {
        "Regulation (EU) 2024/1689": "AI Act",
        "Regulation (EU) 2016/679": "GDPR",
        "Regulation (EU) 2022/2554": "DORA",
        "Regulation (EU) 2023/2854": "Data Act",
    }


def _named(act: str) -> str:
    names = {
        "AI Act": pgettext("citation", "AI Act"),
        "GDPR": pgettext("citation", "GDPR"),
        "DORA": pgettext("citation", "DORA"),
        "Data Act": pgettext("citation", "Data Act"),
    }
    if act in names:
        return names[act]
    kinds = {
        "Delegated Regulation (EU)": pgettext("citation", "Delegated Regulation (EU)"),
        "Regulation (EU)": pgettext("citation", "Regulation (EU)"),
        "Directive (EU)": pgettext("citation", "Directive (EU)"),
    }
    for kind, name in kinds.items():
        if act.startswith(kind):
            return f"{name}{act.removeprefix(kind)}"
    return act


def _rewrite_whole(citation: str) -> str:
    """Rewrite a citation with the word, if there is one, that it is no law: as rule packs write it at its end."""
    standings = {
        " [guidance, not law]": pgettext("citation", "[guidance, not law]"),
        " [proposed, not yet law]": pgettext("citation", "[proposed, not yet law]"),
        " [for information, not a duty]": pgettext("citation", "[for information, not a duty]"),
    }
    for stored, standing in standings.items():
        if citation.endswith(stored):
            return f"{_rewrite(citation.removesuffix(stored))} {standing}"
        citation = citation.replace(stored, f" {standing}")
    return _rewrite(citation)


def _rewrite(citation: str) -> str:
    found = _PROVISION.match(citation)
    if found is None:
        return _named(citation)
    act = found["act"] or ""
    if act and _FOREIGN.match(act):
        return citation
    provision = found["provision"]
    for pattern, replacement in _forms():
        provision = pattern.sub(replacement, provision)
    if not act:
        return provision
    return pgettext("citation", "{act}, {provision}").format(act=_named(act), provision=provision)


def _forms() -> tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...]:
    """Give what is rewritten in a provision, in the order in which it is done."""
    article = pgettext("citation", "Art.")
    annex = pgettext("citation", "Annex {number}")
    section = pgettext("citation", "section {letter}")
    recital = pgettext("citation", "Recital {number}")
    point = pgettext("citation", "point {number}")
    paragraph = pgettext("citation", " para. {number}")
    letter = pgettext("citation", " point ({letter})")
    first, second = pgettext("citation", " first subparagraph"), pgettext("citation", " second subparagraph")
    until, both = pgettext("citation", "{first} to {last}"), pgettext("citation", ", and")
    return (
        (re.compile(r"\bArt\. "), lambda _: f"{article} "),
        (re.compile(r"\bAnnex ([IVX]+)"), lambda found: annex.format(number=found[1])),
        (re.compile(r"\bsection ([A-C])\b"), lambda found: section.format(letter=found[1])),
        (re.compile(r"\bRecital (\d+)"), lambda found: recital.format(number=found[1])),
        (re.compile(r"\bpoint (\d+)"), lambda found: point.format(number=found[1])),
        (re.compile(r", first subparagraph"), lambda _: first),
        (re.compile(r", second subparagraph"), lambda _: second),
        (re.compile(r",? and\b"), lambda _: both),
        (re.compile(r"\b(\d+[a-z]?) to (\d+[a-z]?)\b"), lambda found: until.format(first=found[1], last=found[2])),
        (_PARAGRAPH, lambda found: paragraph.format(number=found[1])),
        (_LETTER, lambda found: letter.format(letter=found[1])),
    )
