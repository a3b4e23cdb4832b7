"""Reads what is embedded in a report, and compares every hash with what the report names and prints."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.status import SignatureCoverageLevel

from audit.reports.verification.checks import (
    EMBEDDED,
    EMBEDDED_OF_MANY,
    EVIDENCE,
    MALFORMED,
    MANY,
    SIGNATURE,
    Json,
    RefusedError,
)
from audit.reports.verification.signature import Signature

_SHOWN: Final = re.compile(rb"/(\w+) [\d.]+ Tf|\[([^\]]*)\] ?TJ|(<[0-9A-Fa-f]+>) ?Tj")
_GLYPHS: Final = re.compile(rb"<([0-9A-Fa-f]+)>")
_MAPPED: Final = re.compile(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>")


@dataclass(frozen=True)
class Evidence:
    """The embedded JSON by file name, and what the signature page should print the hash of but does not."""

    embedded: Mapping[str, Json]
    not_printed: tuple[str, ...]


def read_evidence(pdf: bytes, signature: Signature) -> Evidence:
    """Read the embedded JSON and compare every hash: of packs, of files, of what the signature page prints.

    Raises ``RefusedError`` that names what is missing or cannot be read.
    """
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        _refuse_another_signature(reader, signature)
        files = _read_files(reader)
        needed = EMBEDDED_OF_MANY if MANY in files else EMBEDDED
        if missing := sorted(set(needed) - set(files)):
            raise RefusedError(EVIDENCE, f"the embedded file {', '.join(missing)} is missing")
        embedded = {name: json.loads(files[name], parse_float=_read_float) for name in needed}
        of_packs = _name_hashes_of_many(embedded) if MANY in files else _name_hashes(embedded)
        wanted = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()} | of_packs
        printed = "".join(_read_text(reader)).lower()
    except (*MALFORMED, PdfError, RecursionError) as error:
        raise RefusedError(
            EVIDENCE, f"cannot be read as Openbook writes it ({type(error).__name__}: {error})"
        ) from error
    return Evidence(embedded, tuple(name for name, sha256 in wanted.items() if sha256 not in printed))


def _refuse_another_signature(reader: PdfFileReader, signature: Signature) -> None:
    """What a reader of PDF sees as the signature must be the one that was checked."""
    found = list(reader.embedded_signatures)
    if len(found) != 1 or tuple(found[0].byte_range) != signature.byte_range:
        raise RefusedError(SIGNATURE, "is not the one that a reader of PDF would show")
    if found[0].evaluate_signature_coverage() != SignatureCoverageLevel.ENTIRE_FILE:
        raise RefusedError(SIGNATURE, "does not cover the whole file, seen as a PDF")


def _read_files(reader: PdfFileReader) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    for place in range(0, len(names), 2):
        specification = names[place + 1]
        name = str(specification["/UF"])
        if name in files:
            raise RefusedError(EVIDENCE, f"there are two embedded files with the name {name}")
        files[name] = specification["/EF"]["/F"].data
    return files


def name_packs(embedded: Mapping[str, Json]) -> dict[str, str]:
    """The packs that were used with version and hash, by name; by name and version where there is more than one."""
    if MANY not in embedded:
        return {str(name): str(identity) for name, identity in embedded["result.json"]["packs"].items()}
    used = sorted({pair for judged_by in embedded[MANY]["judged_by"] for pair in judged_by["packs"].items()})
    several = {name for name, _ in used if sum(name == other for other, _ in used) > 1}
    return {f"{name} {identity.partition('+')[0]}" if name in several else name: identity for name, identity in used}


def _name_hashes_of_many(embedded: Mapping[str, Json]) -> dict[str, str]:
    """What the signature page of a report on many must print beside the files' hashes: that of each pack."""
    kept = embedded["rule-packs.json"]
    for sha256, pack in kept.items():
        if hash_canonical(pack["content"]) != sha256:
            raise RefusedError(EVIDENCE, f"the embedded pack {pack['pack']} has another hash than {sha256}")
    for judged_by in embedded[MANY]["judged_by"]:
        for name, identity in judged_by["packs"].items():
            pack = kept.get(identity.rpartition("+sha256:")[2])
            if pack is None or (pack["pack"], pack["version"]) != (name, identity.partition("+")[0]):
                raise RefusedError(EVIDENCE, f"the embedded packs lack {name} {identity}, which an assessment names")
    return {f"pack {pack['pack']} {pack['version']}": str(sha256) for sha256, pack in kept.items()}


def _name_hashes(embedded: Mapping[str, Json]) -> dict[str, str]:
    """What the signature page must print beside the files' hashes: that of what the result was made from."""
    sheet, result, packs = (embedded[name] for name in ("fact-sheet.json", "result.json", "rule-packs.json"))
    for name, pack in packs.items():
        identity = f"{pack['version']}+sha256:{hash_canonical(pack['content'])}"
        if result["packs"].get(name) != identity or not identity.endswith(str(pack["sha256"])):
            raise RefusedError(EVIDENCE, f"the embedded pack {name} is {identity}; the result names another")
    if missing := sorted(set(result["packs"]) - set(packs)):
        raise RefusedError(EVIDENCE, f"the embedded packs lack {', '.join(missing)}, which the result names")
    wanted = {"fact sheet": hash_canonical({key: sheet[key] for key in ("facts", "controls")})}
    wanted["result"] = hash_canonical(result)
    wanted["rule packs and engine"] = hash_canonical({"packs": result["packs"], "engine": result["engine"]})
    return wanted | {f"pack {name}": str(pack["sha256"]) for name, pack in packs.items()}


def hash_canonical(content: Json) -> str:
    """SHA-256 of the one text of a JSON value: keys sorted, no spaces."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _read_float(text: str) -> int | float:
    """A number so large that it is written with an exponent is the whole number it names, as in Openbook's hashes."""
    return int(Decimal(text)) if "e+" in text.lower() else float(text)


def _read_text(reader: PdfFileReader) -> Iterator[str]:
    """The text of all pages, glyph by glyph, by the fonts' own tables."""
    tables: dict[int, Mapping[bytes, str]] = {}
    for page in _list_pages(reader.root["/Pages"]):
        fonts = page["/Resources"]["/Font"]
        table: Mapping[bytes, str] = {}
        for name, pieces, piece in _SHOWN.findall(page["/Contents"].data):
            if name:
                reference = fonts.raw_get("/" + name.decode("ascii"))
                if reference.idnum not in tables:
                    mapped = _MAPPED.findall(reference.get_object()["/ToUnicode"].data)
                    tables[reference.idnum] = {
                        glyph.lower(): bytes.fromhex(text.decode("ascii")).decode("utf-16-be") for glyph, text in mapped
                    }
                table = tables[reference.idnum]
            for run in _GLYPHS.findall(pieces + piece):
                yield "".join(table.get(run[at : at + 4].lower(), "") for at in range(0, len(run), 4))


def _list_pages(node: Json) -> Iterator[Json]:
    if node["/Type"] == "/Pages":
        for at in range(len(node["/Kids"])):  # by place: only that follows a reference
            yield from _list_pages(node["/Kids"][at])
    else:
        yield node
