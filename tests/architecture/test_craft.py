"""The house rules that no linter knows: sizes, reasons beside exemptions, docstrings, the engine's purity."""

from __future__ import annotations

import ast
import re
import statistics
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import ROOT, name_of, parse, product_files, python_files

ENGINE = ROOT / "audit" / "engine"
Function = ast.FunctionDef | ast.AsyncFunctionDef
Documented = Function | ast.ClassDef


def comments(path: Path) -> Iterator[tuple[int, str]]:
    with path.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string


def functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(parse(path)) if isinstance(node, Function))


def length(node: Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_file_is_too_long() -> None:
    limits = {path: 600 if path.is_relative_to(ROOT / "tests") else 400 for path in python_files()}
    lines = {path: path.read_text(encoding="utf-8").count("\n") for path in limits}
    assert {name_of(path): count for path, count in lines.items() if count > limits[path]} == {}


def test_most_files_are_short() -> None:
    # Empty package files say nothing about how long files are.
    lines = sorted(count for path in product_files() if (count := path.read_text(encoding="utf-8").count("\n")) > 2)
    assert statistics.median(lines) <= 110
    assert lines[int(len(lines) * 0.9)] <= 250


def test_no_function_is_too_long() -> None:
    long = {
        f"{name_of(path)}:{node.lineno} {node.name}": length(node)
        for path in python_files()
        for node in functions(path)
    }
    assert {name: lines for name, lines in long.items() if lines > 80} == {}


def test_nearly_all_functions_are_short() -> None:
    lengths = sorted(length(node) for path in product_files() for node in functions(path))
    assert lengths[int(len(lengths) * 0.95)] <= 40


def test_nothing_is_caught_blindly() -> None:
    """``except Exception`` stands only where the error is raised again."""
    blind = []
    for path in product_files():
        for node in ast.walk(parse(path)):
            if not isinstance(node, ast.ExceptHandler):
                continue
            catches_all = node.type is None or (
                isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")
            )
            ends_in_raise = isinstance(node.body[-1], ast.Raise)
            if catches_all and not ends_in_raise:
                blind.append(f"{name_of(path)}:{node.lineno}")
    assert blind == []


def test_every_exemption_has_its_reason_beside_it() -> None:
    """``# noqa: E501 - why`` or ``# type: ignore[arg-type]  # why``; a bare one is none of ours."""
    with_reason = re.compile(r"# (noqa: [A-Z0-9, ]+|type: ignore\[[\w, -]+\]|pragma: no cover) +[-#] \S.{5,}")
    without = [
        f"{name_of(path)}:{line} {comment}"
        for path in python_files()
        for line, comment in comments(path)
        if re.search(r"# *(noqa|type: *ignore|pragma: no cover)", comment) and not with_reason.search(comment)
    ]
    assert without == []


def documented(path: Path) -> Iterator[tuple[str, bool]]:
    """The public functions, classes and methods of a file, and whether each has a docstring."""

    def walk(body: list[ast.stmt], inside: str) -> Iterator[tuple[str, bool]]:
        for node in body:
            if not isinstance(node, Documented) or node.name.startswith("_") or node.name == "Meta":
                continue
            yield f"{inside}{node.name}", ast.get_docstring(node) is not None
            if isinstance(node, ast.ClassDef):
                yield from walk(node.body, f"{inside}{node.name}.")

    return walk(parse(path).body, f"{name_of(path)} ")


def test_everything_public_in_the_engine_is_documented() -> None:
    bare = [
        name for path in product_files() if path.is_relative_to(ENGINE) for name, has in documented(path) if not has
    ]
    assert bare == []


def test_four_fifths_of_all_else_is_documented() -> None:
    found = [has for path in product_files() if not path.is_relative_to(ENGINE) for _, has in documented(path)]
    assert sum(found) >= 0.8 * len(found)


def test_every_file_says_what_it_is() -> None:
    bare = [name_of(path) for path in product_files() if path.stat().st_size and not ast.get_docstring(parse(path))]
    assert bare == []


def imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, "." * node.level + (node.module or "")


def test_the_engine_imports_nothing_but_itself_and_the_standard_library() -> None:
    foreign = [
        f"{name_of(path)}:{line} {module}"
        for path in product_files()
        if path.is_relative_to(ENGINE)
        for line, module in imports(path)
        if not module.startswith("audit.engine") and module.split(".")[0] not in sys.stdlib_module_names
    ]
    assert foreign == []


def test_the_engine_has_no_clock_no_files_and_no_randomness() -> None:
    banned = {"os", "io", "pathlib", "random", "secrets", "socket", "subprocess", "time", "uuid", "logging"}
    calls = {"now", "today", "utcnow", "open", "print", "input"}
    found = []
    for path in product_files():
        if not path.is_relative_to(ENGINE):
            continue
        found += [
            f"{name_of(path)}:{line} {module}" for line, module in imports(path) if module.split(".")[0] in banned
        ]
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.Call):
                function = node.func
                name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
                if name in calls:
                    found.append(f"{name_of(path)}:{node.lineno} {name}()")
    assert found == []


def test_no_module_is_a_drawer_for_leftovers() -> None:
    drawers = {"utils.py", "util.py", "helpers.py", "common.py", "managers.py", "misc.py"}
    assert [name_of(path) for path in python_files() if path.name in drawers] == []


def test_templates_print_no_verdict_that_is_not_ours_to_give() -> None:
    """We print findings; whether someone is compliant is for others to say."""
    shown = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "audit" / "reports").rglob("*.py")]
    said = [
        f"{name_of(path)}:{number}"
        for path in shown
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(r"\bcompliant\b|traffic.?light", line, re.IGNORECASE)
    ]
    assert said == []
