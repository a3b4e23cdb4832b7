"""What a decision memo is made from: the comparison, computed once, and each choice as evidence."""

from __future__ import annotations

from dataclasses import dataclass

from audit.engine.assess import ENGINE_VERSION
from audit.engine.canonical import hash_canonical
from audit.models import Report
from audit.portfolio.comparison import Comparison
from audit.portfolio.comparison.comparing import Judged as JudgedChoice
from audit.reports.many import Judged, UsedPack
from audit.reports.memo.asking import compare
from audit.rulepacks.compact import make_compact
from audit.rulepacks.contents import read_pack_content
from governance.models import AISystem
from governance.vocabulary import Vocabulary, load_vocabulary


@dataclass(frozen=True)
class MemoRecords:
    """All that the sections read."""

    report: Report
    system: AISystem
    comparison: Comparison
    judged: tuple[Judged, ...]
    packs: tuple[UsedPack, ...]
    vocabulary: Vocabulary

    @property
    def every(self) -> tuple[JudgedChoice, ...]:
        """What is in use, and the choices."""
        return (self.comparison.present, *self.comparison.choices)


def read_records(report: Report) -> MemoRecords:
    """Compare the choices of the row. Raises ``ReportRequestError`` for what can no longer be compared."""
    comparison = compare(report)
    every = (comparison.present, *comparison.choices)
    identities = sorted(comparison.present.assessment.packs.items())
    return MemoRecords(
        report=report,
        system=AISystem.objects.select_related("legal_entity").get(pk=comparison.system_id),
        comparison=comparison,
        judged=tuple(_embed(comparison.reference, each) for each in every),
        packs=tuple(_read_pack(name, identity) for name, identity in identities),
        vocabulary=load_vocabulary(),
    )


def _embed(reference: str, judged: JudgedChoice) -> Judged:
    result = judged.assessment.to_json()
    return Judged(
        id=reference,
        facts=judged.facts,
        controls=judged.controls,
        row=make_compact(result),
        result_sha256=hash_canonical(result),
        packs=dict(judged.assessment.packs),
        engine=ENGINE_VERSION,
        label=judged.choice.label,
    )


def _read_pack(name: str, identity: str) -> UsedPack:
    version, _, sha256 = identity.partition("+sha256:")
    return UsedPack(name, version, sha256, read_pack_content(name, sha256))
