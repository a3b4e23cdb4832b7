"""Certificates as an organisation has them: two authorities, a signer with an RSA key, a timestamp server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from audit.reports.signing.keys import PrivateKey, Signatory
from tests.audit.reports.verification.signed import NOW

STAMPED = NOW + timedelta(minutes=5)


@dataclass(frozen=True)
class Issued:
    """A certificate with its key."""

    key: PrivateKey
    certificate: x509.Certificate

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@dataclass(frozen=True)
class Chain:
    """The organisation's certificates and those of its timestamp service."""

    root: Issued
    between: Issued
    signer: Issued
    stamp_root: Issued
    stamp: Issued

    @property
    def signatory(self) -> Signatory:
        """The signer with the authority under the root, as OPENBOOK_SIGNING_CERT names them."""
        return Signatory(self.signer.key_pem, (self.signer.certificate, self.between.certificate))

    @property
    def trusted(self) -> list[x509.Certificate]:
        """What an auditor believes: the two authorities, not the signer itself."""
        return [self.root.certificate, self.stamp_root.certificate]


def make_chain() -> Chain:
    root = issue("Example Authority", is_authority=True)
    between = issue("Example Authority 2", by=root, is_authority=True)
    stamp_root = issue("Example Time Authority", is_authority=True)
    return Chain(
        root=root,
        between=between,
        signer=issue("Aldermoor Bank, audit reports", by=between, key=make_rsa()),
        stamp_root=stamp_root,
        stamp=issue("Example Time Server", by=stamp_root, is_stamping=True),
    )


def make_rsa() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def issue(
    name: str,
    *,
    by: Issued | None = None,
    key: PrivateKey | None = None,
    is_authority: bool = False,
    is_stamping: bool = False,
    until: datetime = NOW + timedelta(days=3650),
) -> Issued:
    """A certificate, self-signed unless ``by`` signs it."""
    own = key or (make_rsa() if is_stamping else ec.generate_private_key(ec.SECP256R1()))
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=not is_stamping and not is_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )
    issuer = by.certificate.subject if by else subject
    authority = by.key if by else own
    builder = (
        x509.CertificateBuilder(
            issuer, subject, own.public_key(), x509.random_serial_number(), NOW - timedelta(days=30), until
        )
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), critical=False)
    )
    if is_stamping:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return Issued(own, builder.sign(authority, hashes.SHA256()))


def make_timestamper(chain: Chain) -> DummyTimeStamper:
    """A timestamp server in this process; its tokens hold its certificate and its authority's."""
    [server] = load_certs_from_pemder_data(chain.stamp.certificate.public_bytes(Encoding.PEM))
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # pyhanko-certvalidator gives it no type
    store.register_multiple(load_certs_from_pemder_data(chain.stamp_root.certificate.public_bytes(Encoding.PEM)))
    key = load_private_key_from_pemder_data(chain.stamp.key_pem, passphrase=None)
    return DummyTimeStamper(tsa_cert=server, tsa_key=key, certs_to_embed=store, fixed_dt=STAMPED)
