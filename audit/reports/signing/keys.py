"""The key this installation signs with and its certificate: made once under var/, or the organisation's own."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

KEY_FILE: Final = "installation.pem"
CERTIFICATE_FILE: Final = "certificate.pem"
LIFE: Final = timedelta(days=30 * 365)
"""The certificate of an installation ends late: what is known of it is its fingerprint, not an authority's word."""

_PEM: Final = serialization.Encoding.PEM
PrivateKey: TypeAlias = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class SigningKeyError(RuntimeError):
    """There is no key to sign with, or it does not fit its certificate; the text says what would be right."""


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs: a private key, its certificate, and those of its issuers as far as they were given."""

    key_pem: bytes
    certificates: tuple[x509.Certificate, ...]

    @property
    def certificate(self) -> x509.Certificate:
        """The signer's own certificate."""
        return self.certificates[0]

    @property
    def name(self) -> str:
        """The name in the certificate, as a person reads it."""
        return name_of(self.certificate)

    @property
    def sha256(self) -> str:
        """The certificate's fingerprint."""
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    @property
    def chain_pem(self) -> str:
        """All certificates as text, the signer's first."""
        return "".join(each.public_bytes(_PEM).decode("ascii") for each in self.certificates)


def name_of(certificate: x509.Certificate) -> str:
    """The common name, or the whole name where there is none."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def make_installation_key(folder: Path, *, now: datetime) -> Path:
    """Make key and certificate in the folder (mode 0700, files 0600) unless they are there; gives the key's file.

    Raises ``SigningKeyError`` when the folder cannot be written.
    """
    path = folder / KEY_FILE
    if path.is_file():
        return path
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certify(key, now).public_bytes(_PEM)
    private = key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        if _write_once(path, private + certificate):
            _write_once(folder / CERTIFICATE_FILE, certificate)
    except OSError as error:
        raise SigningKeyError(
            f"The signing key cannot be made in {folder} ({error.strerror}). Make the folder writable for the user "
            "Openbook runs as, or name a key of your own with OPENBOOK_SIGNING_KEY and OPENBOOK_SIGNING_CERT."
        ) from error
    return path


def read_signatory(key_file: Path, certificate_file: Path, *, now: datetime) -> Signatory:
    """Read a key and its certificates (PEM, the signer's first, then its issuers'); both may stand in one file.

    Raises ``SigningKeyError`` that names the file when one cannot be read, holds another kind of key, does not fit
    the other, or the certificate is not valid now.
    """
    key = _read_key(key_file)
    try:
        certificates = tuple(x509.load_pem_x509_certificates(certificate_file.read_bytes()))
    except (OSError, ValueError) as error:
        raise SigningKeyError(f"{certificate_file} holds no readable certificate in PEM form: {error}.") from error
    if certificates[0].public_key() != key.public_key():
        raise SigningKeyError(
            f"The key in {key_file} does not belong to the first certificate in {certificate_file}; put the signer's "
            "certificate first, those of its issuers after it."
        )
    first, last = certificates[0].not_valid_before_utc, certificates[0].not_valid_after_utc
    if not first <= now <= last:
        raise SigningKeyError(
            f"The certificate in {certificate_file} is valid from {first:%Y-%m-%d} to {last:%Y-%m-%d}; today it is not."
        )
    pem = key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Signatory(pem, certificates)


def _read_key(path: Path) -> PrivateKey:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise SigningKeyError(f"The signing key {path} cannot be read ({error.strerror}).") from error
    except (ValueError, TypeError) as error:
        raise SigningKeyError(f"{path} holds no private key in PEM form without a passphrase.") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise SigningKeyError(f"The key in {path} is {type(key).__name__}; reports are signed with EC or RSA keys.")
    return key


def _certify(key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    """A certificate that only says which installation it is; its name holds the beginning of the key's own hash."""
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    mark = identifier.digest.hex().upper()
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Self-signed by an installation of Openbook"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"Openbook installation {mark[:4]}-{mark[4:8]}"),
        ]
    )
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    builder = x509.CertificateBuilder(
        issuer_name=name,
        subject_name=name,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now - timedelta(days=1),
        not_valid_after=now + LIFE,
    )
    return (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(identifier, critical=False)
        .sign(key, hashes.SHA256())
    )


def _write_once(path: Path, content: bytes) -> bool:
    """Write the file whole and readable for this user alone; false when another process was first."""
    new = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    try:
        os.link(new, path)
    except FileExistsError:
        return False
    finally:
        new.unlink()
    return True
