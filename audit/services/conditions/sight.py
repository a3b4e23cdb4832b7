"""Findings on openness, data flows and the register itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from audit.engine.openness import says_open
from audit.models import FindingArea, Rating
from audit.services.conditions.drafts import (
    Case,
    FindingDraft,
    draft_once,
    join_words,
    key_part,
    raise_if,
    write_day,
    write_value,
)
from audit.snapshots.observations import Claim, Gap, Renaming, StaleEvidence, Transfer
from audit.snapshots.sheets import Conflict
from governance.services.places import write_country
from governance.vocabulary import load_vocabulary

_TRAINING: Final = "Regulation (EU) 2016/679, Art. 5(1)(b), 6 and 28(3)(a)"


def find_in_openness(case: Case) -> Iterator[FindingDraft]:
    """Open-washing, and sources that claim more than the artefacts show."""
    status = case.value("open.status")
    if case.value("open.washing") is True:
        yield _draft_washing(_word(status))
    claims = case.snapshot.observations.claims
    if claims and isinstance(status, str) and status not in ("open_source", "in_house"):
        contradicted = _draft_contradicted(claims)
        if contradicted is not None:
            yield contradicted


@draft_once
def _draft_washing(status: str) -> FindingDraft:
    return FindingDraft(
        key="openness:washing",
        area=FindingArea.OPENNESS,
        rating=Rating.MODERATE,
        title="Called open by its maker, and it is not open source",
        condition=f"The maker claims openness; by artefacts and licences the status is {status}.",
        criterion="Open Source AI Definition; Model Openness Framework",
        cause="Parts are withheld or their licences are not open.",
        effect="Reliefs and freedoms that hang on an open licence may not be there.",
        recommendation="Rely on the dossier, not on the claim; ask the maker for the missing parts.",
    )


@draft_once
def _draft_contradicted(claims: tuple[Claim, ...]) -> FindingDraft | None:
    claimed = [claim for claim in claims if claim.by == "third_party" and says_open(claim.says)]
    if not claimed:
        return None
    return FindingDraft(
        key="openness:contradicted_source",
        area=FindingArea.OPENNESS,
        rating=Rating.LOW,
        title="A source calls it open source against the facts",
        condition=f"{join_words([f'{claim.component}: “{claim.says}” ({claim.where})' for claim in claimed])}.",
        criterion="Openness dossier of the component",
        cause="The source does not look at the artefacts and licences.",
        effect="None on the judgement; the claim is shown and not used.",
        recommendation="Do not cite this source for openness.",
    )


def _word(status: object) -> str:
    return str(status).replace("_", " ") if status else "not decided"


def find_in_data(case: Case) -> Iterator[FindingDraft]:
    """Transfers without a tool, undisclosed sub-processors, training on our data, retention that nobody states."""
    seen = case.snapshot.observations
    if seen.transfers:
        yield _draft_transfers(seen.transfers)
    if seen.undisclosed_chains:
        weighs = case.is_critical or case.value("data.personal") is True
        yield _draft_chains(seen.undisclosed_chains, raise_if(Rating.LOW, when=weighs))
    if case.value("data.vendor_trains_on_data") is True:
        yield _draft_training(is_personal=case.value("data.personal") is True)
    if seen.unstated_retention:
        yield _draft_retention(seen.unstated_retention)


@draft_once
def _draft_transfers(transfers: tuple[Transfer, ...]) -> FindingDraft:
    return FindingDraft(
        key="data:transfer_without_tool",
        area=FindingArea.DATA,
        rating=Rating.HIGH if any(transfer.tool == "none" for transfer in transfers) else Rating.MODERATE,
        title="Personal data leave the EEA, or may, without a transfer tool on record",
        condition="; ".join(
            f"{transfer.data} to {transfer.recipient}, country {write_country(transfer.country) or 'not known'}, "
            f"tool {'not known' if transfer.tool == 'unknown' else 'none'}"
            for transfer in transfers
        )
        + ".",
        criterion="Regulation (EU) 2016/679, Art. 44 to 49",
        cause="Country or tool is not entered, or there is none.",
        effect="The transfer may lack a legal basis.",
        recommendation="Enter country and tool of each flow; stop a flow for which there is none.",
    )


@draft_once
def _draft_chains(chains: tuple[str, ...], rating: Rating) -> FindingDraft:
    return FindingDraft(
        key="data:subprocessors_unknown",
        area=FindingArea.DATA,
        rating=rating,
        title="Sub-contractors are not known",
        condition=f"The list of sub-contractors is not complete for {join_words(chains)}.",
        criterion="Regulation (EU) 2016/679, Art. 28(2), (4); Regulation (EU) 2022/2554, Art. 29(2), 30(2)(a)",
        cause="The vendor has not named them, or nobody has entered them.",
        effect="On whom the service hangs and where data go cannot be told.",
        recommendation="Ask the vendor for the full list and enter it.",
    )


@draft_once
def _draft_training(*, is_personal: bool) -> FindingDraft:
    return FindingDraft(
        key="data:vendor_trains",
        area=FindingArea.DATA,
        rating=raise_if(Rating.MODERATE, when=is_personal),
        title="The vendor may train its models on our data",
        condition="A recipient uses the data for training, or does so unless we object.",
        criterion=_TRAINING if is_personal else "Confidentiality of our data",
        cause="The terms allow it and no objection is entered.",
        effect="Data leave the purpose for which they were given, and cannot be taken back out of a model.",
        recommendation="Object or agree otherwise, and enter it with the evidence.",
    )


@draft_once
def _draft_retention(recipients: tuple[str, ...]) -> FindingDraft:
    return FindingDraft(
        key="data:retention_unknown",
        area=FindingArea.DATA,
        rating=Rating.LOW,
        title="How long recipients keep the data is not known",
        condition=f"No retention is entered for {join_words(recipients)}.",
        criterion="Regulation (EU) 2016/679, Art. 5(1)(e), 13(2)(a) and 28(3)(g)",
        cause="The recipient does not state it, or nobody has entered it.",
        effect="Persons concerned cannot be told, and deletion cannot be checked.",
        recommendation="Ask the recipient and enter the days.",
    )


def find_in_register(case: Case) -> Iterator[FindingDraft]:
    """Renamed components, expired evidence, contradictions, and what is not entered."""
    seen = case.snapshot.observations
    yield from map(_draft_renamed, seen.renamings)
    yield from map(_draft_stale, seen.stale_evidence)
    yield from map(_draft_contradiction, case.snapshot.conflicts)
    yield from map(_draft_gap, seen.gaps)


@draft_once
def _draft_renamed(renaming: Renaming) -> FindingDraft:
    since = f" since {write_day(renaming.renamed_on)}" if renaming.renamed_on else ""
    return FindingDraft(
        key=f"register:renamed:{key_part(renaming.component)}",
        area=FindingArea.REGISTER,
        rating=Rating.LOW,
        title=f"Registered under the former name {renaming.component}",
        condition=f"{renaming.component} goes on as {renaming.renamed_to}{since}.",
        criterion="The register names what is in use",
        cause="The entry was not changed when the name was.",
        effect="Facts, hosts and terms of the present product are not those of the entry.",
        recommendation=f"Re-register as {renaming.renamed_to}.",
    )


@draft_once
def _draft_stale(stale: StaleEvidence) -> FindingDraft:
    return FindingDraft(
        key=f"register:evidence_expired:{key_part(stale.reference)}",
        area=FindingArea.REGISTER,
        rating=Rating.MODERATE,
        title=f"Evidence {stale.reference} has expired",
        condition=f"{stale.reference} counts no more since {write_day(stale.expires_on)}.",
        criterion="Evidence counts until its day of expiry",
        cause="It was not renewed.",
        effect=f"No longer supported: {join_words(_questions(stale.supports))}",
        recommendation="Renew the evidence, or correct the facts.",
    )


def _draft_contradiction(conflict: Conflict) -> FindingDraft:
    asked = join_words(_questions((conflict.key,)))
    return FindingDraft(
        key=f"register:contradiction:{conflict.key}",
        area=FindingArea.REGISTER,
        rating=Rating.LOW,
        title=f"Sources contradict each other: {asked}",
        condition=f"{asked} "
        + "; ".join(f"{write_value(conflict.key, fact.value)} ({fact.source})" for fact in conflict.stated)
        + ".",
        criterion="Facts are entered once, with their source",
        cause="The sources disagree.",
        effect=f"Judged as {write_value(conflict.key, conflict.used.value)}.",
        recommendation="Find out which is right and correct the other.",
    )


@draft_once
def _draft_gap(gap: Gap) -> FindingDraft:
    return FindingDraft(
        key=f"register:gap:{gap.key}",
        area=FindingArea.REGISTER,
        rating=Rating.LOW,
        title=gap.missing.rstrip("."),
        condition=gap.missing,
        criterion="The register names components, contracts and data flows of each system",
        cause="It was not entered yet.",
        effect="What hangs on it stays unknown and is judged unfavourably.",
        recommendation=gap.remedy,
    )


def _questions(keys: tuple[str, ...]) -> tuple[str, ...]:
    facts = load_vocabulary().facts
    return tuple(facts[key].question if key in facts else key for key in keys)
