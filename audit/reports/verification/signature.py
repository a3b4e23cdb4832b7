"""Reads the signature from the bytes of a file, in the one form in which it is written, and checks it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from asn1crypto import cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from audit.reports.verification.checks import MALFORMED, SIGNATURE, RefusedError

_RANGE: Final = re.compile(rb"/ByteRange\s*\[\s*(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s*\]")

_BIT_STRING: Final = 0x03
# Version, digest algorithms, content, certificates, signers; no revocation lists (RFC 5652, section 5.1).
_SIGNED_DATA: Final = bytes.fromhex("023130a031")
# Version, name of the signer, digest, signed attributes, algorithm, signature; then a timestamp or nothing (5.3).
_SIGNER_INFOS: Final = (bytes.fromhex("023030a03004"), bytes.fromhex("023030a03004a1"))


@dataclass(frozen=True)
class Signature:
    """A signature that covers the whole file and is intact; nothing is said yet of who signed."""

    byte_range: tuple[int, int, int, int]
    signer: x509.Certificate
    others: tuple[x509.Certificate, ...]
    timestamp: Timestamp | None
    unsigned_sha256: str


@dataclass(frozen=True)
class Timestamp:
    """When a timestamp server saw the signature."""

    at: datetime
    server: x509.Certificate
    others: tuple[x509.Certificate, ...]


def read_signature(pdf: bytes) -> Signature:
    """Read the one signature from the bytes alone, and check that it covers all of them.

    Raises ``RefusedError`` that says what is missing or was changed.
    """
    ranges = _RANGE.findall(pdf)
    if not ranges:
        raise RefusedError(SIGNATURE, _tell_why_none(pdf))
    if len(ranges) > 1:
        raise RefusedError(SIGNATURE, f"there are {len(ranges)}; a report of Openbook carries exactly one")
    start, gap, gap_end, rest = (int(number) for number in ranges[0])
    if start != 0 or not 0 < gap < gap_end <= len(pdf) or gap_end + rest != len(pdf):
        raise RefusedError(SIGNATURE, _tell_length(len(pdf) - gap_end - rest))
    try:
        signed, value = _read_cms(_unpack(pdf[gap:gap_end]), "v1", "data")
        digest = hashlib.sha256(pdf[:gap])
        digest.update(pdf[gap_end:])
        signer, others = _check_signed(signed, value, "data", digest.digest())
        timestamp = _read_timestamp(value)
    except MALFORMED as error:
        raise RefusedError(SIGNATURE, f"cannot be read as Openbook writes it ({type(error).__name__})") from error
    end = pdf.rfind(b"%%EOF\n", 0, gap) + len(b"%%EOF\n")
    unsigned = hashlib.sha256(pdf[:end]).hexdigest()
    return Signature((start, gap, gap_end, rest), signer, others, timestamp, unsigned)


def _tell_why_none(pdf: bytes) -> str:
    """What a file without a signature is, as far as its beginning and its end tell."""
    if b"%PDF-" not in pdf[:1024]:
        return "there is none: the file is no PDF"
    if b"%%EOF" not in pdf[-1024:]:
        return "there is none: the file was cut off, its end is missing"
    return "there is none: the file is not a signed report; it is a draft, or its signature was taken out"


def _tell_length(more: int) -> str:
    """Why the bytes that were signed are not those of the file, by how many more or fewer it has."""
    if more > 0:
        return (
            f"does not cover the whole file; bytes that were not signed: {more}. "
            "They were added at its end, or the file was changed and written anew"
        )
    if more < 0:
        return (
            f"does not cover this file; bytes that were signed and are missing: {-more}. "
            "The file was cut off, or changed and written anew"
        )
    return "does not cover the whole file; its beginning was left out"


def _unpack(gap: bytes) -> bytes:
    """The signature's DER from ``<hex, padded with zeros>``, as the writer and no other way of writing gives it."""
    digits = gap[1:-1]
    if gap[:1] + gap[-1:] != b"<>" or not re.fullmatch(rb"[0-9A-F]+", digits):
        raise RefusedError(SIGNATURE, "was changed: its place holds other signs than hexadecimal digits")
    packed = bytes.fromhex(digits.decode("ascii"))
    end = _end_of_element(packed, 0)
    if any(packed[end:]):
        raise RefusedError(SIGNATURE, "was changed: the padding after it is not zero")
    _refuse_loose_der(packed, 0, end)
    return packed[:end]


def _end_of_element(data: bytes, at: int) -> int:
    """Where the DER element at this place ends; only the shortest form of its length is right."""
    first = data[at + 1]
    size = first & 0x7F if first & 0x80 else 0
    head = at + 2 + size
    length = int.from_bytes(data[at + 2 : head], "big") if size else first
    is_shortest = not first & 0x80 or (size > 0 and length >= 0x80 and data[at + 2] != 0)
    if data[at] & 0x1F == 0x1F or not is_shortest or head + length > len(data):
        raise RefusedError(SIGNATURE, "was changed: it is not in canonical form (DER)")
    return head + length


def _refuse_loose_der(data: bytes, at: int, end: int) -> None:
    while at < end:
        after = _end_of_element(data[:end], at)
        first = data[at + 1]
        inside = at + 2 + (first & 0x7F if first & 0x80 else 0)
        if data[at] == _BIT_STRING and data[inside : inside + 1] != b"\0":
            # Whole bytes only: keys and signatures have no unused bits, and zeros at their end could hide some.
            raise RefusedError(SIGNATURE, "was changed: it is not in canonical form (DER)")
        if data[at] & 0x20:
            _refuse_loose_der(data, inside, after)
        at = after


def _read_cms(der: bytes, version: str, holds: str) -> tuple[cms.SignedData, cms.SignerInfo]:
    """Read a signed message with one signer, in the only form that is written; nothing in it is left unread."""
    native = cms.ContentInfo.load(der, strict=True).native
    # Loaded anew: what was read as a whole would be written anew below, and hide how it was written.
    signed = cms.ContentInfo.load(der, strict=True)["content"]
    [algorithm], [value] = signed["digest_algorithms"], signed["signer_infos"]
    if (native["content_type"], native["content"]["version"]) != ("signed_data", version):
        raise ValueError("another kind of message")
    if signed["encap_content_info"]["content_type"].native != holds or native["content"]["crls"] is not None:
        raise ValueError("another content")
    if _tags(signed.contents) != _SIGNED_DATA or _tags(value.contents) not in _SIGNER_INFOS:
        raise ValueError("another part in the message")
    is_alike = algorithm.dump() == value["digest_algorithm"].dump() and value["version"].native == "v1"
    if not is_alike or algorithm["algorithm"].native not in ("sha256", "sha384", "sha512"):
        raise ValueError("another algorithm")
    return signed, value


def _tags(content: bytes) -> bytes:
    """The tags of the elements in a sequence, in order: a part whose tag was changed would be passed over unread."""
    tags, at = bytearray(), 0
    while at < len(content):
        tags.append(content[at])
        at = _end_of_element(content, at)
    return bytes(tags)


def _check_signed(
    signed: cms.SignedData, value: cms.SignerInfo, holds: str, digest: bytes
) -> tuple[x509.Certificate, tuple[x509.Certificate, ...]]:
    """Check the signature over the digest; gives the signer's certificate and the others in the message."""
    certificates = [each.chosen for each in signed["certificates"]]
    [signer] = [each for each in certificates if _is_named(each, value)]
    is_intact, is_valid = validate_sig_integrity(value, signer, holds, digest)
    if not is_intact:
        raise RefusedError(SIGNATURE, "does not fit the file: its content was changed after it was signed")
    if not is_valid:
        raise RefusedError(SIGNATURE, "is not the signer's: the signature itself was changed")
    others = tuple(x509.load_der_x509_certificate(each.dump()) for each in certificates if each is not signer)
    return x509.load_der_x509_certificate(signer.dump()), others


def _is_named(certificate: asn1_x509.Certificate, value: cms.SignerInfo) -> bool:
    named = value["sid"].chosen
    return (named["issuer"].dump(), named["serial_number"].native) == (
        certificate.issuer.dump(),
        certificate.serial_number,
    )


def _read_timestamp(value: cms.SignerInfo) -> Timestamp | None:
    """Read the timestamp over the signature, if there is one (PAdES B-T, RFC 3161)."""
    attributes = value["unsigned_attrs"]
    if attributes is core.VOID:
        return None
    [attribute] = attributes
    [token] = attribute["values"]
    if attribute["type"].native != "signature_time_stamp_token":
        raise ValueError("an attribute that is not a timestamp")
    signed, stamp = _read_cms(token.dump(), "v3", "tst_info")
    content = bytes(signed["encap_content_info"]["content"])
    digest = hashlib.new(stamp["digest_algorithm"]["algorithm"].native, content).digest()
    server, others = _check_signed(signed, stamp, "tst_info", digest)
    about = tsp.TSTInfo.load(content, strict=True)
    imprint = about["message_imprint"]
    seen = hashlib.new(imprint["hash_algorithm"]["algorithm"].native, value["signature"].native).digest()
    if imprint["hashed_message"].native != seen:
        raise RefusedError(SIGNATURE, "bears a timestamp that is not of this signature")
    return Timestamp(about["gen_time"].native, server, others)
