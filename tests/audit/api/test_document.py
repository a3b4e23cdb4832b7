"""What docs/api.md says is true: its addresses exist, its answers pass the check, its figures are the settings'."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from django.conf import settings
from drf_spectacular.generators import SchemaGenerator

from governance.api.fields import AnswersField
from governance.api.paging import Pages
from governance.services.answering import Answer

DOCUMENT = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")


def test_its_addresses_are_those_of_the_schema() -> None:
    maker: Any = SchemaGenerator
    described = set(maker().get_schema(request=None, public=True)["paths"])
    named = {address.split("?")[0] for address in re.findall(r"/api/[\w/{}-]*(?:\?[\w=&-]+)?", DOCUMENT)}
    assert named - {"/api/", "/api/docs/", "/api/schema/"} <= described
    collections = {path for path in described if "{" not in path}
    assert collections <= named


def test_its_answers_are_good_answers() -> None:
    example = re.search(r"```json\n(.*?)```", DOCUMENT, re.DOTALL)
    assert example is not None
    read = AnswersField().to_internal_value(json.loads(example.group(1))["answers"])
    assert read["sys.interacts_with_people"] == Answer(value=True)
    assert read["sys.deepfake_output"] is None


def test_its_figures_are_those_of_the_settings() -> None:
    lifetime: Any = settings.REST_KNOX["TOKEN_TTL"]
    assert f"{lifetime.days} days" in DOCUMENT
    assert f"gives {Pages.page_size} rows (`page_size` up to {Pages.max_page_size})" in DOCUMENT
