"""What a pack's own file declares beside its rules: go-live, the undertaking, the band of exposure, what can change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from audit.engine.expressions import ConditionParser
from audit.engine.facts import LIST_KINDS, FactType, Kind
from audit.engine.rules import Actionable, Band, BandTable, GoLive, Undertaking
from audit.rulepacks.schema import ActionableForm, PackForm

PACK: Final = "pack.yaml"
CLASSIFICATION: Final = "classification.yaml"


@dataclass(frozen=True, slots=True)
class PackParts:
    """Builds the parts of one pack; ``derived`` are the facts its classification and the packs before it define."""

    pack: PackForm
    types: Mapping[str, FactType]
    derived: Mapping[str, FactType]
    report: Callable[[str, str, str], None]

    def go_live(self) -> GoLive | None:
        """How the class once in service is asked for."""
        form = self.pack.go_live
        if form is None:
            return None
        stage = self.types.get(form.fact)
        for choice in (*form.before, form.becomes):
            if stage is None or choice not in stage.choices:
                self.report(PACK, "go_live", f"{choice} is not a choice of {form.fact}")
        for place, key in (("reads", form.reads), *((f"also.{name}", fact) for name, fact in form.also.items())):
            if key not in self.derived:
                self.report(PACK, f"go_live.{place}", f"{key} is not derived in {CLASSIFICATION}")
        also = tuple(form.also.items())
        return GoLive(form.fact, frozenset(form.before), form.becomes, form.reads, form.key, also)

    def undertaking(self) -> Undertaking | None:
        """Which facts maximum fines hang on."""
        form = self.pack.undertaking
        if form is None:
            return None
        public = form.public_body
        asked = [("size", form.size), ("turnover", form.turnover)]
        asked += [("public_body.fact", public.fact)] if public else []
        for name, key in asked:
            self._require(key, f"undertaking.{name}")
        size = self.types.get(form.size)
        for name in form.relief_adopted_from:
            if size is not None and name not in size.choices:
                self.report(PACK, "undertaking.relief_adopted_from", f"{name} is not a choice of {form.size}")
        return Undertaking(
            form.size,
            form.turnover,
            form.currency,
            public.fact if public else "",
            public.says if public else "",
            form.relief_adopted_from,
        )

    def exposure(self) -> BandTable | None:
        """The decision table for the band; its last row must always fit."""
        form = self.pack.exposure
        if form is None:
            return None
        derived = self.derived.get(form.reads)
        if derived is None:
            self.report(PACK, "exposure.reads", f"{form.reads} is not derived in {CLASSIFICATION}")
        for place, row in enumerate(form.bands):
            for name in row.class_in:
                if derived is not None and name not in derived.choices:
                    self.report(PACK, f"exposure.bands[{place}].class_in", f"{name} is not a choice of {form.reads}")
            is_last = place == len(form.bands) - 1
            if is_last == bool(row.class_in or row.unmet):
                self.report(
                    PACK,
                    f"exposure.bands[{place}]",
                    "the last row has no condition, so that one always fits, and every row above it has one",
                )
        bands = (Band(row.band, row.says, frozenset(row.class_in), row.unmet or "") for row in form.bands)
        return BandTable(form.reads, tuple(bands))

    def actionable(self) -> Iterator[Actionable]:
        """The facts that the organisation can change."""
        for place, form in enumerate(self.pack.actionable):
            self._require(form.fact, f"actionable[{place}].fact")
            self._check_values(form, f"actionable[{place}]")
            is_left_out, keeps_one = form.only.startswith("leaving_out"), form.only == "leaving_out_one_of_several"
            yield Actionable(form.fact, tuple(form.to), is_left_out, keeps_one)

    def _check_values(self, form: ActionableForm, path: str) -> None:
        fact_type = self.types.get(form.fact)
        if fact_type is None:
            return
        if form.only and fact_type.kind not in LIST_KINDS:
            self.report(PACK, f"{path}.only", f"{form.fact} is no list, of which something could be left out")
        for value in form.to:
            fits = isinstance(value, bool) if fact_type.kind is Kind.BOOL else value in fact_type.choices
            if not fits:
                self.report(PACK, f"{path}.to", f"{value} is no answer to {form.fact}")

    def _require(self, key: str, path: str) -> None:
        if key not in self.types:
            hint = ConditionParser(self.types).suggest(key)
            self.report(PACK, path, f"{key} is not a fact of the vocabulary{hint}")
