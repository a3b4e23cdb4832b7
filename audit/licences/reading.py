"""From a licence text as found in the wild to an SPDX expression or a named licence, with flags.

A text that is not understood is never open.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Final

from audit.engine.openness import Licence
from audit.licences.phrases import is_pointer, strip_phrases
from audit.licences.spdx import is_open_expression, is_written_plainly, list_chosen_ids, parse_spdx, render_spdx
from audit.licences.tables import LicenceTables, Pattern, fold, load_licence_tables, squeeze

# Beyond this a text is a document, not a name; it would have to be read.
LONGEST_NAME: Final = 200
_JOINTS: Final = re.compile(r"\s*(?:,|;|\+|&|/|\band\b|\bAND\b)\s*", re.IGNORECASE)
_CHOICE: Final = re.compile(r"\s+or\s+")
_ADDRESS: Final = re.compile(r"(?:https?://|www\.)[^\s<>()\[\]\"']+[^\s<>()\[\]\"'.,;:]")
_SCHEME: Final = re.compile(r"^(?:https?://)?(?:www\.)?")
_BEYOND: Final = re.compile(r"[^a-z0-9\s.,;:'\"()\[\]/+&*_|“”‘’«»`-]")
_BRACKETED: Final = re.compile(r"\(([^()]*)\)")
_CC_PARTS: Final = (("by", "attribution"), ("nc", "non ?commercial"), ("nd", "no ?deriv"), ("sa", "share ?alike"))
_CC: Final = re.compile(r"^(?:creative commons\b|cc\b|attribution\b.*[1-4]\.[05])")
_CC_WORDS: Final = re.compile(
    r"creative commons|\bcc\b|attribution|non commercial|noncommercial|no deriv\w*|noderiv\w*|share ?alike"
    r"|\b(?:by|nc|nd|sa|license|version|international|unported|generic|public|deed|int|v)\b|v?[1-4]\.[05]|\bv?[1-4]\b|[()-]"
)
# Spelled without its hyphen, NC-SA would be the NCSA licence.
_FORBIDS: Final = re.compile(r"\bn[cd]\b")
# A file for the code alone says nothing of the model; a page of terms may take back what the name grants.
_OTHER_FILE: Final = re.compile(
    r"\blicen[sc]e code\b|\bcode licen[sc]e\b|\bterms\b|\bpolic|\bagreement|\beula\b|\btos\b"
)


def read_licence(raw: str) -> Licence:
    """Understand one licence text."""
    return _read(raw)


def read_licences(texts: Iterable[str]) -> dict[str, Licence]:
    """Understand several texts, each once."""
    return {raw: _read(raw) for raw in texts}


@lru_cache(maxsize=4096)
def _read(raw: str) -> Licence:
    tables = load_licence_tables()
    behind = _find_behind_model(raw, tables)
    return _read_text(raw, tables) if behind is None else replace(_read_text(behind, tables), raw=raw)


def _read_text(raw: str, tables: LicenceTables) -> Licence:
    text = fold(raw)
    if not text:
        return Licence(raw, None, None, None)
    exact = _read_ids(raw.strip(), raw, tables)
    # The library takes a bare "GPL" for its first version; nobody who writes so says that.
    if exact is not None and _first(tables.unversioned, text) is None and not _is_doubted(text, raw):
        return exact
    if text in tables.fillers or text in tables.nothing_said:
        return Licence(raw, None, None, None, is_filler=text in tables.fillers)
    if len(text) > LONGEST_NAME:
        return Licence(raw, None, None, None)
    if _ADDRESS.search(text):
        return _read_address(text, raw, tables)
    if is_pointer(text) or _is_doubted(text, raw):
        return _read_restricted(text, raw, tables) or Licence(raw, None, None, None)
    if _BEYOND.search(text):
        # Words of another script or signs may say "forbidden"; they are never passed over.
        beyond = _read_restricted(text, raw, tables) or _read_own_terms(text, raw, tables)
        return beyond or Licence(raw, None, None, None)
    return _read_name(strip_phrases(text), raw, tables)


def _find_behind_model(raw: str, tables: LicenceTables) -> str | None:
    """What stands behind the name of a model and a colon, as in "DeepSeek-V3: MIT"; ``None`` where no such name does.

    A sign at its end, which leads to a note or breaks it off, is no part of a name.
    """
    name, _, behind = unicodedata.normalize("NFKC", raw).partition(":")
    text = fold(name)
    is_name = len(text) == len(name.strip()) and tables.model_names.fullmatch(text) is not None
    return behind.strip() or None if is_name else None


def _is_doubted(text: str, raw: str) -> bool:
    """A question mark, an asterisk that leads to a note which is not here, or a text that breaks off."""
    bare = unicodedata.normalize("NFKC", raw).strip()
    is_cut = "..." in bare or not _has_brackets_in_place(bare)
    return is_cut or "?" in text or "(*)" in text or (bare.endswith("*") and not bare.startswith("*"))


def _has_brackets_in_place(text: str) -> bool:
    for left, right in ("()", "[]"):
        depth = 0
        for sign in text:
            depth += (sign == left) - (sign == right)
            if depth < 0:
                return False
        if depth:
            return False
    return True


def _read_name(text: str, raw: str, tables: LicenceTables) -> Licence:
    """A name, several names, or words about terms; ``text`` is folded."""
    return (
        _read_alias(text, raw, tables)
        or _read_bracketed(text, raw, tables)
        or _read_creative_commons(text, raw, tables)
        or _read_restricted(text, raw, tables)
        or _read_choice(text, raw, tables)
        or _read_parts(text, raw, tables)
        or _read_own_terms(text, raw, tables)
        or Licence(raw, None, None, None)
    )


def _read_ids(text: str, raw: str, tables: LicenceTables) -> Licence | None:
    """An SPDX expression, or an id of the open list that SPDX has under another name."""
    renamed = next((known for known, listed in tables.same_as.items() if listed == text), text)
    parsed = parse_spdx(renamed)
    if parsed is None or not is_written_plainly(parsed, renamed, tables):
        return None
    flags = frozenset(flag for each in list_chosen_ids(parsed, tables) for flag in flags_of_id(each, tables))
    return Licence(raw, render_spdx(parsed), None, is_open_expression(parsed, tables), flags)


def _read_alias(text: str, raw: str, tables: LicenceTables) -> Licence | None:
    spdx_id = tables.aliases.get(squeeze(text))
    if spdx_id is not None and not _FORBIDS.search(text):
        return _read_ids(spdx_id, raw, tables)
    family = _first(tables.unversioned, text)
    if family is not None and family.name is not None:
        return Licence(raw, None, family.name, True, family.flags)
    return None


def _read_address(text: str, raw: str, tables: LicenceTables) -> Licence:
    """A web address counts where it is a licence's own page; another page would have to be read.

    Words beside the address have to say the same, or the text is not understood.
    """
    words = strip_phrases(_ADDRESS.sub(" ", text).strip(" .;:,()<>[]-"))
    beside = None if words in ("", "license", "see", "under", "at") else _read(words)
    if beside is not None and beside.is_open is not True:
        return replace(beside, raw=raw)
    pages = [_read_page(address, raw, tables) for address in _ADDRESS.findall(text)]
    if any(page.is_open is not pages[0].is_open or page.expression != pages[0].expression for page in pages):
        return Licence(raw, None, None, None)
    if beside is None or pages[0].is_open is False:
        return pages[0]
    is_other = any(_OTHER_FILE.search(_name_file(address)) for address in _ADDRESS.findall(text))
    is_same = pages[0].expression in (None, beside.expression) and not is_other
    return replace(beside, raw=raw) if is_same else Licence(raw, None, None, None)


def _read_page(address: str, raw: str, tables: LicenceTables) -> Licence:
    page = _SCHEME.sub("", address)
    for pattern, means in tables.addresses:
        found = pattern.match(page)
        if found is not None:
            return _read_part(found.expand(means).replace("/", " "), tables, raw)
    named = _first(tables.named, address) if tables.own_terms.search(address) else None
    if named is not None:
        return _as_named(raw, named, named.flags)
    file = _name_file(address)
    restricted = _read_restricted(file, raw, tables) if tables.own_terms.search(file) else None
    return restricted or Licence(raw, None, None, None)


def _name_file(address: str) -> str:
    """The last part of an address as words: "…/acceptable-use-policy.html" tells of terms before it is read."""
    return re.sub(r"[-_.%+]+", " ", _SCHEME.sub("", address).rstrip("/").rpartition("/")[2])


def _read_bracketed(text: str, raw: str, tables: LicenceTables) -> Licence | None:
    """A name with brackets: the same name again, or a scope, which leaves the whole not understood."""
    found = _BRACKETED.search(text)
    if found is None or _first(tables.named, text) or _first(tables.restrictions, text):
        return None
    around = f"{text[: found.start()]} {text[found.end() :]}"
    outside, within = _read_part(around, tables, raw), _read_part(found.group(1), tables, raw)
    if outside.is_open is None:
        return None
    is_same = outside.expression == within.expression or _is_short_for(found.group(1), outside)
    return outside if is_same else Licence(raw, None, None, None)


def _is_short_for(within: str, outside: Licence) -> bool:
    """An abbreviation without its version, as in “Open Database License 1.0 (ODbL)”."""
    short = squeeze(within)
    # A single letter is the mark of a note that is not here.
    return len(short) > 1 and squeeze(outside.expression or "").startswith(short)


def _read_creative_commons(text: str, raw: str, tables: LicenceTables) -> Licence | None:
    """Creative Commons in words or letters, as long as nothing else stands beside it."""
    spaced = text.replace("-", " ")
    if not _CC.match(spaced) or _CC_WORDS.sub("", spaced).strip():
        return None
    parts = [part for part, words in _CC_PARTS if re.search(rf"\b{part}\b|{words}", spaced)]
    numbers = re.findall(r"(?<![\d.])[1-4](?:\.[05])?(?![\d.])", spaced)
    versions = {number if "." in number else f"{number}.0" for number in numbers}
    if "by" not in parts or len(versions) > 1 or len({"." in number for number in numbers}) > 1:
        return None
    name = "CC-" + "-".join(part.upper() for part in parts)
    if versions:
        return _read_ids(f"{name}-{versions.pop()}", raw, tables)
    # Every version of these is open, or none; which one it is was not said, so no expression is asserted.
    is_open = not {"nc", "nd"} & set(parts)
    return Licence(raw, None, f"{name} without a version", is_open, flags_of_id(f"{name}-4.0", tables))


def _read_restricted(text: str, raw: str, tables: LicenceTables) -> Licence | None:
    """A named licence or a word that restricts, wherever it stands in the text: not open as a whole."""
    named = _first(tables.named, text)
    restrictions = [each for each in tables.restrictions if each.match.search(text)]
    if named is None and not restrictions and text not in tables.publishers:
        return None
    flags = frozenset(flag for each in restrictions for flag in each.flags)
    return Licence(raw, None, None, False, flags) if named is None else _as_named(raw, named, flags | named.flags)


def _as_named(raw: str, named: Pattern, flags: frozenset[str]) -> Licence:
    return Licence(raw, None, named.name, False, flags, terms=named.terms)


def _read_parts(text: str, raw: str, tables: LicenceTables) -> Licence | None:
    """Several licences side by side: open only if every one is."""
    texts = [part for part in _JOINTS.split(text) if part]
    if len(texts) < 2:
        return None
    parts = [_read_part(part, tables, part) for part in texts]
    if any(part.is_open is None for part in parts):
        return None
    flags = frozenset(flag for part in parts for flag in part.flags)
    expressions = [part.expression for part in parts]
    joined = parse_spdx(" AND ".join(f"({each})" for each in expressions)) if all(expressions) else None
    expression = None if joined is None else render_spdx(joined)
    return Licence(raw, expression, None, all(part.is_open for part in parts), flags)


def _read_choice(text: str, raw: str, tables: LicenceTables) -> Licence | None:
    """Licences to choose from, all of them understood: open where one is."""
    texts = _CHOICE.split(text)
    if len(texts) < 2:
        return None
    parts = [_read_part(part, tables, part) for part in texts]
    own = [part for part in texts if part.startswith("licenseref-")]
    if any(part.expression is None for part in parts if part.raw not in own):
        return None
    understood = [part for part in parts if part.expression is not None]
    if own:
        # A reference to terms of its own is never open; the other side of the choice may be.
        flags = frozenset(flag for part in understood if part.is_open for flag in part.flags)
        return Licence(raw, raw.strip(), None, any(part.is_open for part in understood), flags)
    return _read_ids(" OR ".join(f"({part.expression})" for part in understood), raw, tables)


def _read_part(text: str, tables: LicenceTables, raw: str) -> Licence:
    return (
        _read_ids(text, raw, tables)
        or _read_alias(text, raw, tables)
        or _read_creative_commons(text, raw, tables)
        or Licence(raw, None, None, None)
    )


def _read_own_terms(text: str, raw: str, tables: LicenceTables) -> Licence | None:
    """Terms of its own; a text that speaks of an open licence in words beyond these rules is not understood."""
    if tables.open_names.search(text):
        return None
    return Licence(raw, None, None, False) if tables.own_terms.search(text) else None


def _first(patterns: Iterable[Pattern], text: str) -> Pattern | None:
    return next((pattern for pattern in patterns if pattern.match.search(text)), None)


def flags_of_id(spdx_id: str, tables: LicenceTables) -> frozenset[str]:
    """What an SPDX id is known for: approved or listed by whom, for data, and its terms."""
    flags = {flag for pattern in tables.by_id if pattern.match.search(spdx_id) for flag in pattern.flags}
    listed = tables.same_as.get(spdx_id, spdx_id)
    if listed in tables.open_ids:
        if listed not in tables.no_attribution:
            flags.add("attribution")
        if tables.open_data.search(listed):
            flags.add("open_data")
        elif listed not in tables.not_osi_approved:
            flags.add("osi_approved")
        if listed in tables.fsf_libre:
            flags.add("fsf_libre")
    return frozenset(flags)
