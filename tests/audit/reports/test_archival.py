"""No stream of the file has a length that a strict reader could doubt, whatever its last byte."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

import pydyf

from audit.reports.archival import _ExactStream, has_clear_ends, padded


def text_that_packs_to_a_last_cr() -> str:
    """Give a text whose compressed form ends in CR, the byte that looks like half of a line's end."""
    return next(str(at) for at in range(100_000) if zlib.compress(str(at).encode(), 9).endswith(b"\r"))


def read_strictly(data: bytes) -> tuple[int, int]:
    """Give the stated length and that between ``stream`` and the line's end before ``endstream``, CR LF or LF."""
    stated = int(re.search(rb"/Length (\d+)", data)[1])  # type: ignore[index]
    body = data[data.index(b"stream\n") + 7 : data.rindex(b"endstream")]
    return stated, len(body.removesuffix(b"\r\n") if body.endswith(b"\r\n") else body.removesuffix(b"\n"))


def test_a_plain_stream_that_ends_in_cr_can_be_misread_and_ours_cannot() -> None:
    text = text_that_packs_to_a_last_cr()
    stated, counted = read_strictly(pydyf.Stream([text], compress=True).data)
    assert counted == stated - 1
    stated, counted = read_strictly(_ExactStream([text], compress=True).data)
    assert counted == stated


def test_packed_objects_that_end_in_cr_are_noticed() -> None:
    start = b"<</Type /ObjStm/N 3/Length 4>>\nstream\n"
    assert has_clear_ends(start + b"abcd\nendstream\nendobj")
    assert not has_clear_ends(start + b"abc\r\nendstream\nendobj")


def test_streams_of_our_own_are_not_taken_for_packed_objects() -> None:
    packed = b"<</Type /ObjStm/Length 4>>\nstream\nabcd\nendstream\nendobj\n"
    assert has_clear_ends(packed + b"<</Length 4>>\nstream\nabc\r\r\nendstream\nendobj")


def test_padding_adds_objects_before_the_finish() -> None:
    pdf = pydyf.PDF()
    before = len(pdf.objects)
    seen: list[int] = []
    padded(lambda _document, given: seen.append(len(given.objects)), 2)(None, pdf)  # type: ignore[arg-type]
    assert seen == [before + 2]


def test_the_files_have_clear_ends(files: dict[str, Path]) -> None:
    assert all(has_clear_ends(path.read_bytes()) for path in files.values())
