"""Claims against facts: open-washing, contradicted sources, and contradictions inside a dossier."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from audit.engine.facts import JsonValue
from audit.engine.openness.dossier import Availability, Claim, Component, Licence, Speaker
from audit.engine.openness.mof import UNLICENSED
from audit.engine.openness.status import TITLES, WEIGHTS, Openings, Status, may_be_open_source

# "open weights" claims no more than the weights; "OpenAI", "open API" and "not fully open" claim nothing.
_OPEN_CLAIM: Final = re.compile(
    r"\b(?:open(?:ly|ness)?|open-?sourced?|quelloffen\w*)\b"
    r"(?!['’]s\b)(?![\s-]*(?:weight|api\b|apis\b|rail\b|beta\b|to\b|for\b|question))"
    r"|(?<!bleibt )\boffen(?:e[nmrs]?)?\b(?!\s+(?:gewicht|frage|api|schnittstelle|für\b|gelassen))"
    r"|(?<!poids )\bouvert(?:e|s|es)?\b(?!\s+(?:à|aux?)\b)"
    r"|\b(?:mod[eè]le|logiciel|licence|code)s?(?: \w+)? libres?\b"
    r"|(?<!pesos )\babiert[oa]s?\b|(?<!pesi )\bapert[oaie]\b",
    re.IGNORECASE,
)
# "not only open source" and "no more open model" claim it all the louder.
_DENIAL: Final = re.compile(
    r"(?:\b(?:no|not|never|non|no longer|neither|nor|nicht|keine?[nmrs]?|pas)|n['’]t)"
    r"(?!\s+(?:only|just|merely|more|other|doubt|nur|bloss|bloß|seulement|uniquement)\b)(?:[\s-]+[\w]+){0,2}[\s-]*$",
    re.IGNORECASE,
)
PARAMETERS: Final = (WEIGHTS, "Model parameters (Intermediate)")


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What does not fit together, of which kind, and about what."""

    kind: str
    about: str
    says: str

    def to_json(self) -> dict[str, JsonValue]:
        """Give the contradiction as plain data."""
        return {"kind": self.kind, "about": self.about, "says": self.says}


def claims_open(claim: Claim) -> bool:
    """Tell whether the claim says "open" or "open source" of the whole."""
    return says_open(claim.says)


def says_open(says: str) -> bool:
    """Tell whether these words call the whole open; a denial, and "open weights", do not."""
    # A machine's word, open_source, says the same.
    words = says.replace("_", " ")
    return any(_DENIAL.search(words[: found.start()]) is None for found in _OPEN_CLAIM.finditer(words))


def is_open_washing(openings: Openings, status: Status) -> bool | None:
    """The vendor's or publisher's own open claim of what is not open source; ``None`` while it may still be."""
    own = [claim for claim in openings.dossier.claims if claim.by is not Speaker.THIRD_PARTY and claims_open(claim)]
    if not own or status is Status.OPEN_SOURCE:
        return False
    return None if _may_be_open_source(openings, status) else True


def _may_be_open_source(openings: Openings, status: Status) -> bool:
    if status is Status.UNDETERMINED:
        return may_be_open_source(openings)
    return status is Status.OPEN_SOURCE


def judge_claim(openings: Openings, status: Status, claim: Claim) -> str:
    """What comes of one claim: ``nothing_claimed``, ``borne_out``, ``open_washing``, ``contradicted_source``.

    ``undecided`` while what is not known yet may still bear it out.
    """
    if not claims_open(claim):
        return "nothing_claimed"
    if status is Status.OPEN_SOURCE:
        return "borne_out"
    if _may_be_open_source(openings, status):
        return "undecided"
    return "contradicted_source" if claim.by is Speaker.THIRD_PARTY else "open_washing"


def find_contradictions(openings: Openings, status: Status) -> tuple[Contradiction, ...]:
    """All that does not fit together in the dossier, in a fixed order."""
    return (
        *_withheld_with_licence(openings),
        *_hosted_with_parameters(openings),
        *_disagreeing_licences(openings),
        *_recorded_disagreements(openings),
        *_fillers(openings),
        *_claims_against_terms(openings),
        *_contradicted_sources(openings, status),
    )


def _withheld_with_licence(openings: Openings) -> Iterable[Contradiction]:
    for part in openings.dossier.latest().values():
        if part.availability is Availability.UNAVAILABLE and part.licence not in (None, "", UNLICENSED):
            says = f"“{part.licence}” is given as the licence of something that cannot be had."
            yield Contradiction("licence_on_withheld", part.name, says)


def _hosted_with_parameters(openings: Openings) -> Iterable[Contradiction]:
    if not openings.dossier.hosted_only:
        return
    for name in PARAMETERS:
        if openings.is_available(name):
            licence = openings.licence(name)
            terms = f" under “{licence.raw}”" if licence is not None else ""
            says = f"It is offered only as a service, yet its parameters are listed{terms}."
            yield Contradiction("hosted_only_with_parameters", name, says)


def _disagreeing_licences(openings: Openings) -> Iterable[Contradiction]:
    stated: dict[str, list[str]] = {}
    for part in openings.dossier.components:
        own = [part.licence] if part.licence not in (None, "") else []
        stated.setdefault(part.name, []).extend([raw for raw in (*own, *part.other_licences) if raw])
    for name, texts in stated.items():
        meanings = {_meaning(openings, raw) for raw in texts}
        if len(meanings) > 1:
            says = f"Sources disagree on the licence: {' or '.join(dict.fromkeys(texts))}."
            yield Contradiction("sources_disagree", name, says)


def _recorded_disagreements(openings: Openings) -> Iterable[Contradiction]:
    for each in openings.dossier.disagreements:
        says = f"Sources disagree: {'; or '.join(each.values)}. {each.settled}"
        yield Contradiction("sources_disagree", each.about, says.strip())


def _meaning(openings: Openings, raw: str) -> str:
    licence = openings.licences.get(raw)
    if licence is None:
        return raw
    return licence.expression or licence.name or raw


def _fillers(openings: Openings) -> Iterable[Contradiction]:
    texts = [(part.name, part.licence) for part in openings.dossier.latest().values()]
    texts += [(f"global licence ({kind})", raw) for kind, raw in openings.dossier.licences.items()]
    for about, raw in texts:
        licence = openings.licences.get(raw) if raw else None
        if licence is not None and licence.is_filler:
            yield Contradiction("filler_as_licence", about, f"“{raw}” stands where a licence belongs and names none.")


def _claims_against_terms(openings: Openings) -> Iterable[Contradiction]:
    limited = sorted(
        {licence.name or licence.raw for licence in _used_licences(openings) if "user_threshold" in licence.flags}
    )
    for claim in openings.dossier.claims:
        if claims_open(claim) and limited:
            says = f"“{claim.says}” is claimed, yet {', '.join(limited)} sets a user threshold."
            yield Contradiction("open_claim_with_user_threshold", claim.where, says)


def _used_licences(openings: Openings) -> Iterable[Licence]:
    for part in openings.dossier.latest().values():
        licence = openings.licence(part.name) if _is_listed(part) else None
        if licence is not None:
            yield licence
    for raw in openings.dossier.licences.values():
        if raw in openings.licences:
            yield openings.licences[raw]


def _is_listed(part: Component) -> bool:
    return part.availability is not Availability.UNAVAILABLE


def _contradicted_sources(openings: Openings, status: Status) -> Iterable[Contradiction]:
    if _may_be_open_source(openings, status):
        return
    found = "something that is not open source" if status is Status.UNDETERMINED else TITLES[status]
    for claim in openings.dossier.claims:
        if claim.by is Speaker.THIRD_PARTY and claims_open(claim):
            says = f"A third party says “{claim.says}”; the facts give {found}."
            yield Contradiction("contradicted_source", claim.where, says)
