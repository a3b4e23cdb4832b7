"""Reads the messages out of data: the vocabulary, the rule packs, the choices, and the phrases of the judgement."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Final

import yaml
from django.apps import apps
from django.db.models import TextChoices

import audit.reports
from audit.engine.openness import mof, status
from audit.models import findings, reports
from audit.portfolio.comparison.dimensions import LIMITS, name_flag
from audit.reports.contents import Part
from audit.reports.phrases import PHRASES
from governance import choices
from governance.vocabulary import load_vocabulary
from tests.messages.extracting import ROOT, Message

_PACKS: Final = "audit/rulepacks"
_WITHIN: Final = "within a sentence"
_PRINTED: Final = ("title", "coverage", "says", "blocked", "because", "operative", "other", "basis", "about")
_NOT_PRINTED: Final = ("sources", "controls")
_STATES: Final = ("met", "partly met", "partly", "not met", "not applicable")


def from_data() -> Iterator[Message]:
    """Give all messages that stand in data, each with the file it stands in."""
    yield from _from_vocabulary()
    yield from _from_choices()
    yield from _from_packs()
    for phrase in PHRASES:
        yield Message(phrase, "audit/reports/phrases.py")
    yield from _from_openness()
    yield from _from_contents()
    yield from _from_models()


def _from_vocabulary() -> Iterator[Message]:
    place = "governance/vocabulary.yaml"
    vocabulary = load_vocabulary()
    for section in vocabulary.sections:
        yield Message(section.title, place)
    for fact in vocabulary.facts.values():
        yield Message(fact.question, place)
        for choice in fact.choices:
            yield Message(choice.label, place)
        if fact.otherwise:
            yield Message(fact.otherwise, place)
    for key in ("aia.roles", "aia.gpai_class"):
        for choice in vocabulary.facts[key].choices:
            yield Message(choice.label, place, context=_WITHIN)


def _from_choices() -> Iterator[Message]:
    for module in (choices, findings, reports):
        place = str(inspect.getsourcefile(module)).removeprefix(f"{ROOT}/")
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if issubclass(kind, TextChoices) and kind is not TextChoices and kind.__module__ == module.__name__:
                for label in kind.labels:
                    yield Message(str(label), place)
                    yield Message(str(label), place, context=_WITHIN)
    for state in _STATES:
        yield Message(state, "governance/choices.py", context=_WITHIN)
    for part in choices.MOF_PARTS:
        yield Message(part, "governance/choices.py")


def _from_packs() -> Iterator[Message]:
    """Give titles and printed sentences of the packs, wherever they stand in their files."""
    for file in sorted((ROOT / _PACKS).glob("*/**/*.yaml")):
        if file.parent.name == "cases":
            continue
        place = str(file.relative_to(ROOT))
        content = _read(file)
        if file.name == "classification.yaml" and isinstance(content, dict):
            content = [content.get("readings"), content.get("exposure")]
        for text in _printed(content):
            yield Message(text, place)
    for model in ("lock_in", "transparency"):
        content = _read(ROOT / _PACKS / model / "model.yaml")
        for group in _groups(content):
            yield Message(group.replace("_", " ").capitalize(), f"{_PACKS}/{model}/model.yaml")


def _printed(content: object) -> Iterator[str]:
    if isinstance(content, dict):
        for key, value in content.items():
            if key in _NOT_PRINTED:
                continue
            if key == "sanction":
                yield from [value["text"]] if isinstance(value, dict) and isinstance(value.get("text"), str) else []
            elif key == "stages" and isinstance(value, dict):
                yield from (str(label).replace("_", " ") for label in value)
            elif key == "addressee" and isinstance(value, list):
                yield from (str(each).replace("_", " ") for each in value)
            elif key in _PRINTED and isinstance(value, str):
                yield " ".join(value.split()) if key == "coverage" else value
            else:
                yield from _printed(value)
    elif isinstance(content, list):
        for each in content:
            yield from _printed(each)


def _groups(content: object) -> Iterator[str]:
    if isinstance(content, dict):
        if isinstance(content.get("group"), str):
            yield content["group"]
        for value in content.values():
            yield from _groups(value)
    elif isinstance(content, list):
        for each in content:
            yield from _groups(each)


def _from_openness() -> Iterator[Message]:
    place = "audit/engine/openness"
    for flag in (*dict(choices.LICENCE_FLAGS), *sorted(LIMITS)):
        yield Message(name_flag(flag), "governance/choices.py")
    for title in (*mof.TITLES.values(), *mof.NAMES.values(), *status.TITLES.values()):
        yield Message(title, place)
    for title in (*status.TITLES.values(), *(word.replace("_", " ") for word in status.TITLES)):
        yield Message(str(title), place, context=_WITHIN)


def _from_contents() -> Iterator[Message]:
    """Give the headings of the parts of every kind of report."""
    for module in _modules():
        for value in vars(module).values():
            if isinstance(value, tuple) and value and all(isinstance(part, Part) for part in value):
                for part in value:
                    yield Message(part.title, str(inspect.getsourcefile(module)).removeprefix(f"{ROOT}/"))


def _modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(audit.reports.__path__, "audit.reports."):
        if ".verification" not in found.name:
            yield importlib.import_module(found.name)


def _from_models() -> Iterator[Message]:
    """Give the names of the register's rows, as the extract of its history prints them."""
    for app in ("governance", "audit"):
        for model in apps.get_app_config(app).get_models():
            yield Message(str(model._meta.verbose_name), f"{app}/models")


def _read(file: Path) -> object:
    return yaml.safe_load(file.read_text(encoding="utf-8"))
