"""The comparison with Epoch AI's labels: on the real table, and on rows made to go wrong."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from audit.licences.epoch import COLUMNS, compare_rows, read_epoch_rows
from audit.management.commands.compare_openness import list_catalogued_weights

TABLE = Path("epoch-open-closed/all_ml_systems_2024-11.csv")


def compare(path: Path) -> tuple[str, str]:
    out = io.StringIO()
    try:
        call_command("compare_openness", epoch=str(path), stdout=out)
    except CommandError as error:
        return out.getvalue(), str(error)
    return out.getvalue(), ""


def write_table(path: Path, *rows: tuple[str, ...], columns: tuple[str, ...] = COLUMNS) -> Path:
    with path.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows([columns, *rows])
    return path


def test_the_published_table_agrees_and_every_disagreement_is_explained(shared_data: Path) -> None:
    told, complaint = compare(shared_data / TABLE)
    assert complaint == "", "98 % on the weights in both readings, nothing falsely open, all explained"
    assert "1093 labelled models" in told
    assert "yet open source here: 0" in told
    assert "not explained yet" not in told


def test_without_the_label_at_least_98_percent_of_what_is_decided_agrees(shared_data: Path) -> None:
    compared = compare_rows(read_epoch_rows(shared_data / TABLE), list_catalogued_weights())
    decided = [each for each in compared if each.seen is not None]
    assert len(decided) >= 300, "enough rows say something without their label"
    assert sum(each.seen is each.row.is_told_obtainable for each in decided) >= 0.98 * len(decided)
    catalogued = {each.row.system for each in decided if each.seen_in == "catalogue"}
    assert {"GPT-4", "Llama 2-70B", "GPT-NeoX-20B"} <= catalogued, "models that are in both"


def test_the_licence_half_of_the_label_is_never_given(tmp_path: Path) -> None:
    """The same note under each of the three open labels gives the same verdict: it comes from the note alone."""
    labels = ("Open weights (unrestricted)", "Open weights (restricted use)", "Open weights (non-commercial)")
    path = write_table(tmp_path / "e.csv", *[("M", label, "MIT weights", "", "", "") for label in labels])
    assert len({each.coded.status for each in compare_rows(read_epoch_rows(path), {})}) == 1


def test_a_restricted_model_that_comes_out_open_source_fails_the_comparison(tmp_path: Path) -> None:
    row = ("M", "Open weights (non-commercial)", "MIT weights", "Open source", "Open source", "Open source")
    told, complaint = compare(write_table(tmp_path / "e.csv", row))
    assert "M is restricted, yet comes out as open source" in complaint
    assert "not explained yet" in told


def test_too_little_agreement_fails_the_comparison(tmp_path: Path) -> None:
    row = ("M", "Unreleased", "weights: https://huggingface.co/example/m", "", "", "")
    assert "0.00 % is less than 98 %" in compare(write_table(tmp_path / "e.csv", row))[1]


def test_a_file_that_is_not_the_table_is_named_with_what_it_lacks(tmp_path: Path) -> None:
    assert (
        "no column 'Model accessibility'"
        in compare(write_table(tmp_path / "e.csv", columns=(COLUMNS[0], *COLUMNS[2:])))[1]
    )
    assert "--epoch" in compare(tmp_path / "nowhere.csv")[1]
    unknown = write_table(tmp_path / "u.csv", ("M", "Leaked", "", "", "", ""))
    assert "'Leaked'" in compare(unknown)[1]


@pytest.mark.parametrize("label", ["API access", "Hosted access (no API)", "Unreleased"])
def test_what_cannot_be_had_is_closed_whatever_licence_the_note_names(tmp_path: Path, label: str) -> None:
    path = write_table(tmp_path / "e.csv", ("M", label, "MIT", "Open source", "Open source", "Open source"))
    assert [each.coded.status.value for each in compare_rows(read_epoch_rows(path), {})] == ["closed"]
