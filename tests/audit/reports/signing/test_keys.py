"""The installation's key is made once, for this user alone; an organisation's own key is taken when it fits."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from stat import S_IMODE

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from audit.reports.signing.keys import (
    CERTIFICATE_FILE,
    SigningKeyError,
    make_installation_key,
    read_signatory,
)
from tests.audit.reports.verification.signed import NOW, make_signatory


def test_the_key_is_readable_for_its_user_alone(tmp_path: Path) -> None:
    path = make_installation_key(tmp_path / "signing", now=NOW)
    assert S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [S_IMODE(each.stat().st_mode) for each in sorted(path.parent.iterdir())] == [0o600, 0o600]


def test_the_key_is_made_once(tmp_path: Path) -> None:
    first = make_signatory(tmp_path)
    assert make_signatory(tmp_path).sha256 == first.sha256


def test_the_certificate_has_a_readable_name_and_can_sign_but_certify_nobody(tmp_path: Path) -> None:
    signatory = make_signatory(tmp_path)
    key = signatory.certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert key.curve.name == "secp256r1"
    assert signatory.name.startswith("Openbook installation ")
    assert "CA:TRUE" not in str(signatory.certificate.extensions)
    signatory.certificate.verify_directly_issued_by(signatory.certificate)  # raises when it is not self-signed


def test_the_certificate_for_auditors_holds_no_key(tmp_path: Path) -> None:
    signatory = make_signatory(tmp_path)
    assert (tmp_path / CERTIFICATE_FILE).read_text("ascii") == signatory.chain_pem
    assert "PRIVATE" not in signatory.chain_pem


def test_a_key_of_another_certificate_is_refused_and_both_files_are_named(tmp_path: Path) -> None:
    ours = make_installation_key(tmp_path / "ours", now=NOW)
    theirs = make_installation_key(tmp_path / "theirs", now=NOW)
    with pytest.raises(SigningKeyError, match=r"ours/installation\.pem does not belong .*theirs/installation\.pem"):
        read_signatory(ours, theirs, now=NOW)


def test_a_certificate_that_has_ended_is_refused(tmp_path: Path) -> None:
    path = make_installation_key(tmp_path, now=NOW)
    with pytest.raises(SigningKeyError, match="is valid from 2026-11-19 to 2056-11-12; today it is not"):
        read_signatory(path, path, now=NOW + timedelta(days=40 * 365))


def test_a_key_of_a_kind_that_readers_do_not_know_is_refused(tmp_path: Path) -> None:
    path = make_installation_key(tmp_path / "ours", now=NOW)
    other = tmp_path / "ed25519.pem"
    key = ed25519.Ed25519PrivateKey.generate()
    other.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(SigningKeyError, match=r"ed25519\.pem is Ed25519PrivateKey; .* EC or RSA"):
        read_signatory(other, path, now=NOW)


@pytest.mark.parametrize("content", [b"", b"-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----\n"])
def test_what_is_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    path = make_installation_key(tmp_path / "ours", now=NOW)
    other = tmp_path / "broken.pem"
    other.write_bytes(content)
    with pytest.raises(SigningKeyError, match=r"broken\.pem holds no private key"):
        read_signatory(other, path, now=NOW)
    with pytest.raises(SigningKeyError, match=r"broken\.pem holds no readable certificate"):
        read_signatory(path, other, now=NOW)


def test_a_folder_that_cannot_be_made_is_named_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "signing").write_text("a file stands here")
    with pytest.raises(SigningKeyError, match=r"cannot be made in .*/signing \(File exists\).* OPENBOOK_SIGNING_KEY"):
        make_installation_key(tmp_path / "signing", now=NOW)
