"""The stand-alone verifier: one file that runs far from Openbook, and computes again when the engine lies beside it."""

from __future__ import annotations

import ast
import io
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from audit.reports.signing.keys import Signatory
from audit.reports.signing.pades import sign_pdf
from audit.reports.verification.standalone import PROGRAM, build_archive, build_program
from tests.audit.reports.verification.conftest import SignedReport
from tests.audit.reports.verification.signed import render_computed


@pytest.fixture
def folder(tmp_path: Path, report: SignedReport, stranger: Signatory) -> Path:
    """A folder elsewhere with the program alone, a report, and two certificates."""
    (tmp_path / PROGRAM).write_text(build_program(), encoding="utf-8")
    (tmp_path / "report.pdf").write_bytes(report.pdf)
    (tmp_path / "signer.pem").write_text(report.signatory.chain_pem)
    (tmp_path / "stranger.pem").write_text(stranger.chain_pem)
    return tmp_path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it as an auditor does, isolated from this checkout and its environment."""
    command = [sys.executable, "-I", PROGRAM, *arguments]
    return subprocess.run(command, cwd=folder, env={}, capture_output=True, text=True, check=False)


def test_it_holds_without_the_engine_and_says_what_it_did_not_do(folder: Path) -> None:
    done = run(folder, "report.pdf", "--trust", "signer.pem")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Everything that was checked holds." in done.stdout
    assert (
        "The outcomes were not computed again: the folders audit/engine and audit/rulepacks do not lie" in done.stdout
    )


def test_it_refuses_without_the_engine_when_outcomes_are_asked_for(folder: Path) -> None:
    assert run(folder, "report.pdf", "--trust", "signer.pem", "--recompute").returncode == 1


def test_it_computes_again_with_the_engine_beside_it(folder: Path, report: SignedReport) -> None:
    with zipfile.ZipFile(io.BytesIO(build_archive())) as archive:
        archive.extractall(folder)
    done = run(folder, "report.pdf", "--trust", "signer.pem", "--recompute")
    assert (done.returncode, done.stderr) == (0, "")
    assert "same: computed again" in done.stdout

    def flatter(result: dict[str, dict[str, object]]) -> None:
        result["lock_in"]["high"] = 10.0

    (folder / "flattering.pdf").write_bytes(sign_pdf(render_computed(alter=flatter), report.signatory))
    done = run(folder, "flattering.pdf", "--trust", "signer.pem")
    assert done.returncode == 1
    assert "lock_in.high: the report says 10.0, computed " in done.stdout
    assert done.stdout.endswith("REFUSED.\n")


def test_it_needs_nothing_but_pyhanko_and_pydantic_to_compute_again(folder: Path) -> None:
    """As where nothing else is installed: Django and YAML cannot be imported, then pydantic neither."""
    with zipfile.ZipFile(io.BytesIO(build_archive())) as archive:
        archive.extractall(folder)

    def run_without(*missing: str) -> subprocess.CompletedProcess[str]:
        start = (
            f"import runpy, sys; sys.modules.update(dict.fromkeys({missing!r})); "
            f"sys.argv = [{PROGRAM!r}, 'report.pdf', '--trust', 'signer.pem']; "
            f"runpy.run_path({PROGRAM!r}, run_name='__main__')"
        )
        command = [sys.executable, "-I", "-c", start]
        return subprocess.run(command, cwd=folder, env={}, capture_output=True, text=True, check=False)

    done = run_without("django", "yaml")
    assert (done.returncode, done.stderr) == (0, "")
    assert "same: computed again" in done.stdout
    done = run_without("django", "yaml", "pydantic")
    assert (done.returncode, done.stderr) == (0, "")
    assert "not computed again: the engine that lies beside this program cannot be used" in done.stdout


@pytest.mark.parametrize("trust", [(), ("--trust", "stranger.pem")])
def test_it_refuses_an_unknown_signer(folder: Path, trust: tuple[str, ...]) -> None:
    done = run(folder, "report.pdf", *trust)
    assert done.returncode == 1
    assert "the signer is unknown: Openbook installation" in done.stdout


def test_it_refuses_a_changed_file(folder: Path, report: SignedReport) -> None:
    (folder / "report.pdf").write_bytes(report.pdf[:1000] + b"X" + report.pdf[1001:])
    assert run(folder, "report.pdf", "--trust", "signer.pem").returncode == 1


def test_it_says_when_it_is_called_wrongly(folder: Path) -> None:
    for arguments in (("nowhere.pdf",), ("report.pdf", "--trust", "report.pdf"), ()):
        done = run(folder, *arguments)
        assert done.returncode == 2
        assert "error:" in done.stderr


def test_the_parts_put_together_define_every_name_once() -> None:
    tree = ast.parse(build_program())
    defined = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    defined += [ast.unparse(node.target) for node in tree.body if isinstance(node, ast.AnnAssign)]
    assert [name for name, count in Counter(defined).items() if count > 1] == []
    assert "audit.reports" not in build_program()


def test_the_archive_has_the_same_bytes_every_time() -> None:
    first = build_archive()
    build_archive.cache_clear()
    assert build_archive() == first
