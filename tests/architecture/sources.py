"""The files of the product, read once for all tests of this folder."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("audit", "config", "governance")


@cache
def tracked() -> tuple[Path, ...]:
    """Every file under version control that is there, or about to be added."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(path for line in listed.splitlines() if (path := ROOT / line).is_file())


@cache
def python_files() -> tuple[Path, ...]:
    """Every Python file, migrations aside."""
    return tuple(path for path in tracked() if path.suffix == ".py" and "migrations" not in path.parts)


def product_files() -> Iterator[Path]:
    """Every Python file of the product's packages."""
    for path in python_files():
        if path.relative_to(ROOT).parts[0] in PACKAGES:
            yield path


@cache
def parse(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def name_of(path: Path) -> str:
    """The path as messages show it."""
    return path.relative_to(ROOT).as_posix()
