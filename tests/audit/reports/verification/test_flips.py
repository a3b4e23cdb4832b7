"""One flipped bit anywhere in a signed file is found: in its pages, its attachments, its signature, its padding."""

from __future__ import annotations

import io
import random
import re

import pikepdf
import pytest
from asn1crypto import cms

from audit.reports.signing.pades import sign_pdf
from audit.reports.verification.checks import SIGNATURE, RefusedError
from audit.reports.verification.signature import _refuse_loose_der, read_signature
from audit.reports.verification.verifying import verify_report
from tests.audit.reports.verification.chains import Chain, make_chain, make_timestamper
from tests.audit.reports.verification.conftest import SignedReport
from tests.audit.reports.verification.test_verifying import refusal, verify

SEED = 20261120


def flip(pdf: bytes, place: int, bit: int) -> bytes:
    changed = bytearray(pdf)
    changed[place] ^= 1 << bit
    return bytes(changed)


def is_found(pdf: bytes) -> bool:
    """Whether the bytes alone are refused, whoever signed."""
    try:
        read_signature(pdf)
    except RefusedError as refused:
        return refused.part == SIGNATURE
    return False


def hex_range(pdf: bytes) -> range:
    """The places of the signature's hexadecimal digits."""
    [found] = re.finditer(rb"/Contents <([0-9A-F]+)>", pdf)
    return range(*found.span(1))


def test_the_file_as_it_is_is_not_refused(report: SignedReport) -> None:
    """Else the tests below would prove nothing."""
    assert not is_found(report.pdf)


@pytest.mark.slow
def test_a_flipped_bit_at_800_random_places_is_found(report: SignedReport) -> None:
    """Outside of the signature one hash covers each byte, so that a place stands for many."""
    pick = random.Random(SEED)
    places = [pick.randrange(len(report.pdf)) for _ in range(800)]
    assert [place for place in places if not is_found(flip(report.pdf, place, pick.randrange(8)))] == []


def test_another_byte_at_50_random_places_is_refused_by_the_whole_check(report: SignedReport) -> None:
    pick = random.Random(SEED + 1)
    for _ in range(50):
        place, other = pick.randrange(len(report.pdf)), pick.randrange(1, 256)
        changed = bytearray(report.pdf)
        changed[place] ^= other
        assert refusal(verify(bytes(changed), report.signatory))[0] == SIGNATURE, place


def test_a_digit_in_lower_case_is_found(report: SignedReport) -> None:
    place = next(place for place in hex_range(report.pdf) if report.pdf[place : place + 1] in b"ABCDEF")
    assert is_found(flip(report.pdf, place, 5))  # bit 5 turns A into a, which is the same value


def test_padding_that_is_not_zero_is_found(report: SignedReport) -> None:
    last = hex_range(report.pdf)[-1]
    assert report.pdf[last : last + 1] == b"0"
    assert is_found(flip(report.pdf, last, 0))


def test_a_flipped_bit_in_each_attachment_is_found(report: SignedReport) -> None:
    with pikepdf.open(io.BytesIO(report.pdf)) as document:
        streams = {name: spec.obj.EF.F.read_raw_bytes() for name, spec in document.attachments.items()}
    assert len(streams) == 6
    for name, stream in streams.items():
        place = report.pdf.index(stream) + len(stream) // 2
        assert is_found(flip(report.pdf, place, 3)), name


@pytest.fixture(scope="module")
def chain() -> Chain:
    return make_chain()


@pytest.fixture(scope="module")
def stamped(report: SignedReport, chain: Chain) -> bytes:
    return sign_pdf(report.unsigned, chain.signatory, timestamper=make_timestamper(chain))


def test_a_timestamp_cannot_be_hidden_by_changing_the_tag_it_stands_under(stamped: bytes, chain: Chain) -> None:
    digits = hex_range(stamped)
    packed = bytes.fromhex(stamped[digits.start : digits.stop].decode("ascii"))
    [value] = cms.ContentInfo.load(packed)["content"]["signer_infos"]
    place = digits.start + 2 * packed.index(value["unsigned_attrs"].dump())
    assert stamped[place : place + 2] == b"A1"
    for hidden in (b"A5", b"A2", b"E1"):
        changed = stamped[:place] + hidden + stamped[place + 2 :]
        assert not verify_report(changed, chain.trusted).holds, hidden


def test_unused_bits_in_a_certificates_signature_are_found() -> None:
    # A signature that ends in zeros could be told to leave four of them out, and would verify all the same.
    with pytest.raises(RefusedError):
        _refuse_loose_der(bytes.fromhex("3005030304abc0"), 0, 7)
    _refuse_loose_der(bytes.fromhex("3005030300abc0"), 0, 7)


@pytest.mark.slow
def test_each_digit_of_the_signature_counts(report: SignedReport) -> None:
    """Most of what plain validation misses lies here: other spellings of the same value, other tags, and padding.

    One bit of each digit, and so two of each byte; in most digits the result is another digit, not another sign.
    """
    pick, digits = random.Random(SEED + 2), hex_range(report.pdf)
    flipped = [(at, pick.randrange(4)) for at in digits]
    assert [(at, bit) for at, bit in flipped if not is_found(flip(report.pdf, at, bit))] == []


@pytest.mark.slow
def test_a_flipped_bit_at_500_random_places_of_a_signature_with_chain_and_timestamp_is_found(
    stamped: bytes, chain: Chain
) -> None:
    """Also in the issuers' certificates and in the timestamp, which the signature itself does not cover."""
    assert verify_report(stamped, chain.trusted).holds
    digits = hex_range(stamped)
    used = range(digits.start, digits.start + len(stamped[digits.start : digits.stop].rstrip(b"0")))
    pick = random.Random(SEED + 4)
    missed = []
    for _ in range(500):
        at, bit = pick.choice(used), pick.randrange(4)
        changed = flip(stamped, at, bit)
        if not is_found(changed) and verify_report(changed, chain.trusted).holds:
            missed.append((at, bit))
    assert missed == []
