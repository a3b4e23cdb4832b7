"""The catalogue's reader names every mistake with its file, all at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from governance.catalogue.reading import CATALOGUE, CatalogueError, read_catalogue


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A catalogue of one component, to be broken."""
    (tmp_path / "components").mkdir()
    shutil.copy(CATALOGUE / "vendors.yaml", tmp_path)
    shutil.copy(CATALOGUE / "components" / "scikit-learn.yaml", tmp_path / "components")
    return tmp_path


def break_file(folder: Path, before: str, after: str) -> None:
    path = folder / "components" / "scikit-learn.yaml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_a_small_catalogue_is_read(folder: Path) -> None:
    catalogue = read_catalogue(folder)
    assert list(catalogue.components) == ["scikit-learn"]
    assert catalogue.components["scikit-learn"].vendor is None, "a community publishes it"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("kind: library", "kind: libary", "scikit-learn.yaml: kind"),
        ("kind: library", "kind: model", "a model has 17 parts"),
        ("id: scikit-learn", "id: sklearn", "the id 'sklearn' and the file's name differ"),
        ("kind: library", "kind: library\nvendor: Nobody", "'Nobody' is not in vendors.yaml"),
        ("key: trans.change_log", "key: trans.change", "'trans.change' is not a fact that the catalogue tells"),
        ("key: trans.change_log", "key: role.uses", "'role.uses' is not a fact that the catalogue tells"),
        ("value: true", "value: maybe", "trans.change_log: 'maybe' does not fit the type bool"),
        ("grade: verified", "grade: memory", "grade"),
        ("'on': '2026-09-10'", "'on': 2026-09-10", "a day is quoted text"),
        ("'on': '2026-09-10'", "'on': '1826-09-10'", "before 1900-01-01"),
        ("'on': '2026-09-10'", "'on': '20260910'", "write it as '2026-11-20'"),
        ("hosts: []", "hosts: []\nprice: 3", "price"),
    ],
)
def test_a_mistake_is_named_with_its_place(folder: Path, before: str, after: str, said: str) -> None:
    break_file(folder, before, after)
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(folder)
    assert said in str(caught.value)
    assert "scikit-learn.yaml" in str(caught.value)


@pytest.mark.parametrize("number", ["-1", ".inf", ".nan"])
def test_a_number_that_cannot_be_is_refused(folder: Path, number: str) -> None:
    break_file(folder, "key: trans.change_log", "key: model.training_flop")
    break_file(folder, "value: true", f"value: {number}")
    with pytest.raises(CatalogueError, match=r"model\.training_flop: .* does not fit the type float|finite number"):
        read_catalogue(folder)


def test_all_mistakes_are_named_at_once(folder: Path) -> None:
    break_file(folder, "kind: library", "kind: libary")
    break_file(folder, "grade: verified", "grade: memory")
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(folder)
    assert len(caught.value.problems) == 2


def test_a_file_that_is_not_text_is_a_named_error(folder: Path) -> None:
    (folder / "components" / "picture.yaml").write_bytes(b"\x89PNG\xff\xfe")
    with pytest.raises(CatalogueError, match=r"picture\.yaml: not readable"):
        read_catalogue(folder)


def test_two_components_of_one_name_and_version_are_refused(folder: Path) -> None:
    text = (folder / "components" / "scikit-learn.yaml").read_text(encoding="utf-8")
    copy = folder / "components" / "scikit-learn-again.yaml"
    copy.write_text(text.replace("id: scikit-learn", "id: scikit-learn-again", 1), encoding="utf-8")
    with pytest.raises(CatalogueError, match="have the same name and version"):
        read_catalogue(folder)


def test_an_empty_folder_is_an_error_and_not_an_empty_catalogue(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="no component was found"):
        read_catalogue(tmp_path)
