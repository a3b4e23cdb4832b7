"""The whole check of a report, part after part, and its outcome in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cryptography import x509

from audit.reports.verification.checks import (
    EVIDENCE,
    MALFORMED,
    OUTCOMES,
    SIGNATURE,
    SIGNER,
    Check,
    Json,
    Recompute,
    RefusedError,
    Verification,
)
from audit.reports.verification.evidence import Evidence, name_packs, read_evidence
from audit.reports.verification.signature import Signature, read_signature
from audit.reports.verification.signer import check_signer


def verify_report(
    pdf: bytes,
    trusted: Sequence[x509.Certificate],
    *,
    known: Sequence[x509.Certificate] = (),
    recompute: Recompute | None = None,
) -> Verification:
    """Check a report against the certificates that are trusted: signers themselves, or authorities that name them.

    ``known`` are issuers' certificates that may lie in the file but make no signer trusted. Nothing inside a file is
    read before it is certain who signed it.
    """
    checks: list[Check] = []
    packs: dict[str, str] = {}
    try:
        signature = read_signature(pdf)
        says = f"covers the whole file and is intact; SHA-256 of the unsigned file: {signature.unsigned_sha256}"
        checks.append(Check(SIGNATURE, True, says))
        checks.append(_check_signer(signature, trusted, known))
        evidence = read_evidence(pdf, signature)
        packs = name_packs(evidence.embedded)
        checks.append(_check_hashes(evidence))
        if recompute is not None:
            checks.append(_check_outcomes(evidence.embedded, recompute))
    except RefusedError as refusal:
        checks.append(Check(refusal.part, False, str(refusal)))
    return Verification(tuple(checks), packs)


def _check_signer(
    signature: Signature, trusted: Sequence[x509.Certificate], known: Sequence[x509.Certificate]
) -> Check:
    try:
        return Check(SIGNER, True, check_signer(signature, trusted, known))
    except MALFORMED as error:
        raise RefusedError(SIGNER, f"has a certificate that cannot be read ({type(error).__name__})") from error


def _check_hashes(evidence: Evidence) -> Check:
    if evidence.not_printed:
        missing = ", ".join(evidence.not_printed)
        return Check(EVIDENCE, False, f"the signature page does not print the SHA-256 of what is embedded: {missing}")
    return Check(EVIDENCE, True, "what is embedded has the hashes that the signature page prints")


def _check_outcomes(embedded: Mapping[str, Json], recompute: Recompute) -> Check:
    try:
        differences = tuple(recompute(embedded))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RefusedError(OUTCOMES, f"cannot be computed again from what is embedded: {error}") from error
    if differences:
        says = f"do not follow from the embedded facts and packs: {len(differences)} differ"
        return Check(OUTCOMES, False, says, differences)
    return Check(OUTCOMES, True, "same: computed again from the embedded facts with the embedded packs")


def describe(verification: Verification) -> str:
    """The checks as lines for people, with the packs and every difference."""
    lines = []
    for check in verification.checks:
        lines.append(f"{'holds ' if check.holds else 'FAILS '} {check.part}: {check.says}")
        lines += [f"         {difference}" for difference in check.differences]
    looked_at = {check.part for check in verification.checks}
    left = [part for part in (SIGNATURE, SIGNER, EVIDENCE, OUTCOMES) if part not in looked_at]
    if left and not verification.holds:
        lines.append(f"        Not looked at, since the file was refused before: {', '.join(left)}")
    lines += [f"        Pack {name}: {identity}" for name, identity in sorted(verification.packs.items())]
    lines.append("Everything that was checked holds." if verification.holds else "REFUSED.")
    return "\n".join(lines)
