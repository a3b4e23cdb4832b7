"""Reads the messages out of Python code and of the templates of reports and mails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from babel.messages.extract import extract
from django.template import Template
from django.template.base import Node, Token
from django.template.loader import get_template
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

ROOT: Final = Path(__file__).resolve().parents[2]
PYTHON: Final = ("audit/reports", "audit/templatetags/reports.py", "audit/services/news")
TEMPLATES: Final = ("templates/reports", "templates/mail")
_KEYWORDS: Final[dict[str, tuple[int | tuple[int, str], ...] | None]] = {
    "gettext": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "say": None,
    "say_count": (1, 2),
}
_DEFAULT: Final = re.compile(r"_\(\"([^\"]+)\"\)")


@dataclass(frozen=True, slots=True, order=True)
class Message:
    """One message with where it was found; ``plural`` and ``context`` are empty where there is none."""

    text: str
    place: str
    plural: str = ""
    context: str = ""


def from_code() -> Iterator[Message]:
    """Give the messages of the Python code, in the order of files and lines."""
    for name in PYTHON:
        path = ROOT / name
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            with file.open("rb") as source:
                for _, found, _, context in extract("python", source, keywords=_KEYWORDS):
                    one, *more = (found,) if isinstance(found, str) else tuple(each for each in found if each)
                    place = str(file.relative_to(ROOT))
                    yield Message(one, place, more[0] if more else "", context or "")


def from_templates() -> Iterator[Message]:
    """Give the messages of the templates of the reports and the mails, as Django's own tags see them."""
    folders = [ROOT / name for name in TEMPLATES]
    for file in sorted(
        file for folder in folders for kind in ("html", "css", "txt") for file in folder.rglob(f"*.{kind}")
    ):
        place = str(file.relative_to(ROOT))
        template = get_template(str(file.relative_to(ROOT / "templates"))).template  # type: ignore[attr-defined] # of Django's own backend
        for node in _nodes(template):
            yield from _messages(node, place)
        for text in _DEFAULT.findall(file.read_text(encoding="utf-8")):
            yield Message(text, place)


def _nodes(template: Template) -> list[Node]:
    return [
        *template.nodelist.get_nodes_by_type(TranslateNode),
        *template.nodelist.get_nodes_by_type(BlockTranslateNode),
    ]


def _messages(node: Node, place: str) -> Iterator[Message]:
    if isinstance(node, BlockTranslateNode):
        one = _flat(node, node.singular)
        many = _flat(node, node.plural) if node.plural else ""
        context = str(node.message_context.var.literal) if node.message_context else ""
        yield Message(one, place, many, context)
    elif isinstance(node, TranslateNode) and isinstance(node.filter_expression.var.literal, str):
        context = str(node.message_context.var.literal) if node.message_context else ""
        yield Message(node.filter_expression.var.literal, place, "", context)


def _flat(node: BlockTranslateNode, tokens: list[Token]) -> str:
    text: str = node.render_token_list(tokens)[0]
    return text
