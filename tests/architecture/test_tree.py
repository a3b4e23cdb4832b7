"""What lies in the tree: nothing of one machine, and documents whose commands and settings exist."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import yaml
from celery import current_app
from django.conf import settings
from django.core.management import get_commands

from config.environment import VARIABLES
from config.launch.processes import BEAT, WEB, WORKER
from config.launch.system import LIBRARIES
from config.schedule import SCHEDULE
from tests.architecture.sources import ROOT, name_of, product_files, tracked

# Put together here, so that this file does not find itself.
FOREIGN = (
    "pypi." + "org",
    "pythonhosted." + "org",
    "npmjs." + "com",
    "--index-" + "url",
    "extra-index-" + "url",
    "/ro" + "ot/",
    "/wo" + "rk/",
    "/opt/" + "wheels",
    "/ho" + "me/",
)
TEXT = {".py", ".md", ".txt", ".toml", ".yaml", ".yml", ".html", ".css", ".js", ".cfg", ".ini", ".sh", ""}
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def read_compose() -> dict[str, dict[str, object]]:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert isinstance(services, dict)
    return services


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def test_nothing_names_a_registry_or_a_path_of_one_machine() -> None:
    found = []
    for path in tracked():
        # The catalogue and the rule packs cite their sources, and a registry's page may be one.
        is_data = path.suffix == ".yaml" and path.parts[len(ROOT.parts)] in ("audit", "governance")
        if path.suffix not in TEXT or is_data:
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        found += [f"{name_of(path)}: {word}" for word in FOREIGN if word in text]
    assert found == []


def test_every_dependency_has_its_reason_in_contributing() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = [re.split(r"[\[<>=;~! ]", entry)[0] for entry in wanted]
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert [name for name in names if f"`{name}`" not in text] == []


def test_every_variable_that_is_read_is_known_and_explained() -> None:
    explained = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert [name for name in VARIABLES if f"`{name}`" not in explained] == []
    mentioned = {
        name
        for path in product_files()
        for name in re.findall(r"[\"'](OPENBOOK_[A-Z_]+|DATABASE_URL|REDIS_URL)[\"']", path.read_text(encoding="utf-8"))
    }
    assert mentioned <= set(VARIABLES)
    # And nothing is explained that is not read.
    assert set(re.findall(r"`(OPENBOOK_[A-Z_]+)`", explained)) <= mentioned


def test_only_the_configuration_reads_the_environment() -> None:
    elsewhere = [
        name_of(path)
        for path in product_files()
        if path.relative_to(ROOT).parts[0] in ("audit", "governance")
        # WeasyPrint's libraries read two variables of their own, which the renderer sets for them.
        and path != ROOT / "audit" / "reports" / "render.py"
        and re.search(r"\bos\.environ\b|\bgetenv\b", path.read_text(encoding="utf-8"))
    ]
    assert elsewhere == []


def test_the_schedule_names_tasks_that_exist() -> None:
    current_app.loader.import_default_modules()
    named = {line.task for line in SCHEDULE}
    assert named
    assert named <= set(current_app.tasks)


def test_a_message_is_handed_out_again_only_after_the_longest_task() -> None:
    visible_again = settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]
    assert isinstance(visible_again, int)
    assert visible_again > settings.CELERY_TASK_TIME_LIMIT
    assert settings.CELERY_TASK_TIME_LIMIT > settings.CELERY_TASK_SOFT_TIME_LIMIT


def test_documents_name_only_commands_that_exist() -> None:
    commands = get_commands()
    wrong = []
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        wrong += [
            f"{document.name}: make {name}"
            for name in re.findall(r"`make ([a-z]+)", text)
            if name not in make_targets()
        ]
        wrong += [
            f"{document.name}: {name}" for name in re.findall(r"manage\.py ([a-z_]+)", text) if name not in commands
        ]
    assert wrong == []


def test_documents_lead_only_to_files_that_exist() -> None:
    broken = [
        f"{document.name}: {target}"
        for document in DOCUMENTS
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
        if not (document.parent / target).exists()
    ]
    assert broken == []


def test_the_readme_begins_with_the_two_commands() -> None:
    beginning = (ROOT / "README.md").read_text(encoding="utf-8")[:1500]
    assert re.search(r"make up.*make test", beginning, re.DOTALL)


def test_compose_runs_the_same_processes_as_make_up() -> None:
    services = read_compose()
    assert set(services) == {"web", "worker", "scheduler", "database", "broker", "setup"}
    assert services["web"]["command"] == list(WEB)
    assert services["scheduler"]["command"] == list(BEAT)
    worker = services["worker"]["command"]
    assert isinstance(worker, list)
    assert worker[: len(WORKER)] == list(WORKER)


def test_compose_sets_only_variables_that_exist() -> None:
    for service in read_compose().values():
        environment = service.get("environment", {})
        assert isinstance(environment, dict)
        own = {name for name in environment if name.startswith(("OPENBOOK_", "DATABASE_", "REDIS_"))}
        assert own <= set(VARIABLES)


def test_the_image_holds_the_system_libraries_that_make_up_asks_for() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert [package for package in LIBRARIES.values() if package not in text] == []


def test_the_commands_of_compose_run_natively() -> None:
    """Each starts far enough to print its help, from this checkout, with the packages of the lock."""
    for command in (WEB[:1], WORKER[:4], BEAT[:4]):
        done = subprocess.run(
            [sys.executable, "-m", *command, "--help"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert "Usage" in done.stdout or "usage" in done.stdout
    checked = subprocess.run(
        [sys.executable, "-m", *WEB, "--check-config"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr


def test_continuous_integration_runs_what_developers_run() -> None:
    run = ROOT / ".ci" / "run"
    assert "make test" in run.read_text(encoding="utf-8")
    assert run.stat().st_mode & 0o111
    assert Path(ROOT / ".ci" / "test").stat().st_mode & 0o111
