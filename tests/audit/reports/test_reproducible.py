"""The unsigned bytes of each kind of report are the same in two processes, whatever their seed, zone and locale."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.audit.reports.golden import CASES
from tests.messages.catalogue import list_languages

pytestmark = [pytest.mark.layout, pytest.mark.django_db]
ROOT = Path(__file__).resolve().parents[3]
ELSEWHERE = (
    {"PYTHONHASHSEED": "1", "TZ": "Pacific/Auckland", "LANG": "C", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "77", "TZ": "America/Los_Angeles", "LANG": "de_DE.UTF-8", "LC_ALL": "C.UTF-8"},
)


def start(changed: dict[str, str], database: Path) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        **changed,
        "DATABASE_URL": f"sqlite:///{database}",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    environment.pop("SOURCE_DATE_EPOCH", None)
    return subprocess.Popen(
        [sys.executable, "-m", "tests.audit.reports.reproduce"],
        env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_two_processes_give_the_same_bytes_of_every_kind_and_in_every_language(
    migrated_file: Path, tmp_path: Path
) -> None:
    databases = [tmp_path / f"{number}.sqlite3" for number in range(len(ELSEWHERE))]
    for database in databases:
        shutil.copyfile(migrated_file, database)
    running = [start(changed, database) for changed, database in zip(ELSEWHERE, databases, strict=True)]
    outputs = []
    for process in running:
        out, problems = process.communicate(timeout=300)
        assert process.returncode == 0, problems[-2000:]
        outputs.append([line for line in out.splitlines() if line.split(" ")[0] in CASES])
    assert outputs[0] == outputs[1]
    told = [line.split(" ") for line in outputs[0]]
    assert [kind for kind, _, _ in told] == list(CASES)
    assert {language for _, language, _ in told} == {"en", *list_languages()}
