"""What a report is made with beside its content: templates, styles, fonts, code, libraries, and its language."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

from django.conf import settings
from django.template import Engine

from audit.engine.canonical import hash_canonical

FRAME: Final = "reports/frame.html"
"""The page around the parts; the templates of all parts lie in its folder and below."""

_REPORTS: Final = Path(__file__).parent
_TAGS: Final = _REPORTS.parent / "templatetags"
_AFTER_THE_PAGES: Final = ("signing", "verification")
"""Folders whose code works on a file that is made."""
_LIBRARIES: Final = ("Django", "weasyprint", "pydyf", "fonttools", "pyphen")
_KEPT: Final = (".py", ".html", ".css", ".ttf", ".conf", ".mo")


@lru_cache(maxsize=32)
def hash_ingredients(language: str) -> str:
    """SHA-256 of all that a report in the language is made with; read once in a process, as the code itself is.

    A corrected translation changes it for its own language alone.
    """
    return hash_files(list_ingredients(language), {name: version(name) for name in _LIBRARIES})


def list_ingredients(language: str) -> dict[str, Path]:
    """Give the files by the names they are known by wherever the product is installed."""
    templates = Path(Engine.get_default().get_template(FRAME).origin.name).parent
    found = {f"templates/{name}": path for name, path in _walk(templates)}
    found |= {f"tags/{name}": path for name, path in _walk(_TAGS)}
    found |= {f"code/{name}": path for name, path in _walk(_REPORTS) if not name.startswith(_AFTER_THE_PAGES)}
    return found | {f"messages/{at}/{name}": path for at, name, path in _list_messages(language)}


def hash_files(files: Mapping[str, Path], versions: Mapping[str, str]) -> str:
    """SHA-256 of the files' names and contents and of the libraries' versions; where they lie makes no difference."""
    contents = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}
    return hash_canonical({"files": {**contents}, "libraries": {**versions}})


def _list_messages(language: str) -> Iterator[tuple[int, str, Path]]:
    """Give the catalogues that are looked into: that of the language, and that of the one it is a form of."""
    names = dict.fromkeys((language, language.replace("-", "_").partition("_")[0]))
    for at, folder in enumerate(map(Path, settings.LOCALE_PATHS)):
        for name in names:
            for path in sorted((folder / name / "LC_MESSAGES").glob("*.mo")):
                yield at, f"{name}/{path.name}", path


def _walk(folder: Path) -> Iterable[tuple[str, Path]]:
    paths = sorted(path for path in folder.rglob("*") if path.suffix in _KEPT)
    return ((path.relative_to(folder).as_posix(), path) for path in paths)
