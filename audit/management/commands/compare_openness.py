"""``manage.py compare_openness``: our verdicts beside Epoch AI's labels, with every disagreement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.engine.openness.status import WEIGHTS, Status
from audit.licences.epoch import LABELS, Comparison, EpochFileError, compare_rows, read_epoch_rows, squeeze_name
from audit.rulepacks.problems import ProblemList
from audit.rulepacks.yaml_files import read_mapping
from governance.catalogue.reading import read_catalogue
from governance.choices import Availability

EXPLAINED: Final = Path(__file__).parents[2] / "licences" / "epoch_explained.yaml"
LEAST_AGREEMENT: Final = 98.0


class Command(BaseCommand):
    """Compare, print, and fail where the agreement is too small or something restricted came out as open source."""

    help = "Compare the openness verdicts with Epoch AI's labels of model accessibility. Nothing is stored."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the input."""
        parser.add_argument("--epoch", required=True, help="Epoch AI's table of models as CSV")

    def handle(self, *_args: object, **options: str) -> None:
        """Print the figures, the table of verdicts by label, and the disagreements."""
        try:
            rows = read_epoch_rows(Path(options["epoch"]))
        except (OSError, UnicodeDecodeError, EpochFileError) as error:
            raise CommandError(f"--epoch: {error}") from None
        compared = compare_rows(rows, list_catalogued_weights())
        shares = self._print_agreement(compared)
        self._print_verdicts(compared)
        unexplained = self._print_disagreements(compared)
        falsely_open = [each.row.system for each in compared if each.is_falsely_open]
        self.stdout.write(f"\nLabelled restricted or non-commercial, yet open source here: {len(falsely_open)}")
        failures = [
            f"{share:.2f} % is less than {LEAST_AGREEMENT:.0f} %" for share in shares if share < LEAST_AGREEMENT
        ]
        failures += [f"{system} is restricted, yet comes out as open source" for system in falsely_open]
        failures += [f"{system} is not explained in {EXPLAINED.name}" for system in unexplained]
        if failures:
            raise CommandError("; ".join(failures))

    def _print_agreement(self, compared: Sequence[Comparison]) -> list[float]:
        decided = [each for each in compared if each.seen is not None]
        by_catalogue = sum(each.seen_in == "catalogue" for each in decided)
        self.stdout.write(f"{len(compared)} labelled models.\nWeights obtainable:")
        shares = [
            self._print_share(
                "as coded (label's first half given)", compared, lambda each: each.coded.weights_obtainable
            ),
            self._print_share("unseen (label withheld), where decided", decided, lambda each: each.seen),
        ]
        self.stdout.write(
            f"  unseen decides {len(decided)} of {len(compared)}, {by_catalogue} of them by our catalogue;"
            " the others say too little without the label"
        )
        return shares

    def _print_share(
        self, title: str, rows: Sequence[Comparison], verdict: Callable[[Comparison], bool | None]
    ) -> float:
        agreeing = sum(verdict(each) is each.row.is_told_obtainable for each in rows)
        share = 100 * agreeing / len(rows) if rows else 0.0
        self.stdout.write(f"  {title}: {agreeing} of {len(rows)} agree, {share:.2f} %")
        return share

    def _print_verdicts(self, compared: Sequence[Comparison]) -> None:
        statuses = [each for each in Status if each is not Status.IN_HOUSE]
        counts = {
            "as coded": Counter((each.row.label, each.coded.status) for each in compared),
            "unseen": Counter((each.row.label, each.unseen.status) for each in compared),
        }
        for title, counted in counts.items():
            self.stdout.write(
                f"\nStatus {title}, by label:\n{'':32}" + "".join(f"{each.value:>20}" for each in statuses)
            )
            for label in LABELS:
                figures = "".join(f"{counted[label, each]:>20}" for each in statuses)
                self.stdout.write(f"{label:32}{figures}")

    def _print_disagreements(self, compared: Sequence[Comparison]) -> list[str]:
        explained = _read_explanations()
        differing = [each for each in compared if each.disagreements]
        self.stdout.write(f"\n{len(differing)} disagreements:")
        for each in differing:
            row = each.row
            why = explained.get(row.system, "not explained yet")
            self.stdout.write(
                f"- {row.system} ({', '.join(each.disagreements)})\n    label: {row.label};"
                f" as coded: {each.coded.status.value}; unseen: {each.unseen.status.value}\n    {why}"
            )
        return [each.row.system for each in differing if each.row.system not in explained]


def list_catalogued_weights() -> dict[str, bool]:
    """Whether the weights of each catalogued model can be had, by each of its squeezed names; unknown ones left out."""
    found: dict[str, bool] = {}
    for entry in read_catalogue().components.values():
        part = entry.artefacts.get(WEIGHTS)
        if part is None or (part.availability is Availability.UNKNOWN and not entry.is_hosted_only):
            continue
        is_obtainable = not entry.is_hosted_only and part.availability is Availability.AVAILABLE
        names = [entry.id, f"{entry.name} {entry.version}"] if entry.version else [entry.id, entry.name]
        found |= {squeeze_name(name): is_obtainable for name in names}
    return found


def _read_explanations() -> dict[str, str]:
    problems = ProblemList(EXPLAINED.name)
    entries: Mapping[str, Any] = read_mapping(EXPLAINED, problems)
    problems.raise_if_any()
    return {system: f"{entry['kind']}: {entry['says']}" for system, entry in entries.items()}
