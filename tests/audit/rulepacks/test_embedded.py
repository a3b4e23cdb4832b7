"""Packs that were kept as JSON judge as the files do, and anything else than what was used is refused."""

from __future__ import annotations

import json
from copy import deepcopy
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import given

from audit.engine.assess import assess
from audit.engine.canonical import to_canonical_json
from audit.rulepacks import PackError, load_packs
from audit.rulepacks.contents import read_pack_content
from audit.rulepacks.embedded import build_packs, describe_types, read_types
from audit.rulepacks.facts import fact_types
from tests.audit.engine.sheets import AS_OF, Sheet, sheets


@lru_cache(maxsize=1)
def kept() -> dict[str, Any]:
    """All packs as a database gives them back that sorts keys, as PostgreSQL's jsonb may."""
    identities = load_packs().hashes
    contents = {name: read_pack_content(name, text.partition("+sha256:")[2]) for name, text in identities.items()}
    sorted_again: dict[str, Any] = json.loads(json.dumps(contents, sort_keys=True))
    return sorted_again


@lru_cache(maxsize=1)
def rebuilt() -> Any:
    return build_packs(kept(), load_packs().hashes, fact_types())


@given(sheet=sheets(fact_types()))
def test_what_was_kept_judges_every_sheet_as_the_files_do(sheet: Sheet) -> None:
    then, now = (assess("S", sheet, {}, packs, AS_OF).to_json() for packs in (load_packs(), rebuilt()))
    assert to_canonical_json(now) == to_canonical_json(then)


def test_the_packs_of_law_are_built_in_the_same_order_with_the_same_hash() -> None:
    def shown(packs: Any) -> list[tuple[str, str, str]]:
        return [(pack.id, pack.version, pack.sha256) for pack in packs.regulatory]

    assert shown(rebuilt()) == shown(load_packs())
    assert dict(rebuilt().hashes) == dict(load_packs().hashes)


def test_a_changed_pack_is_refused_by_its_hash() -> None:
    changed = deepcopy(kept())
    changed["gdpr"]["pack.yaml"]["title"] += " (as we would like it)"
    with pytest.raises(PackError, match="gdpr/: is not the pack that was used"):
        build_packs(changed, load_packs().hashes, fact_types())


def test_a_pack_more_or_less_is_refused_and_both_are_named() -> None:
    others = {name: content for name, content in kept().items() if name != "dora"} | {"wishes": {}}
    with pytest.raises(PackError) as caught:
        build_packs(others, load_packs().hashes, fact_types())
    assert [str(problem) for problem in caught.value.problems] == [
        "dora/: is not among the packs kept",
        "wishes/: is not named by the result",
    ]


def test_another_version_under_the_same_hash_is_refused() -> None:
    hashes = dict(load_packs().hashes)
    hashes["uk"] = "1999.1.1+" + hashes["uk"].partition("+")[2]
    with pytest.raises(PackError, match=r"uk/: is not the pack that was used.*expected 1999\.1\.1"):
        build_packs(kept(), hashes, fact_types())


def test_the_types_of_facts_come_back_as_they_were() -> None:
    assert read_types(json.loads(json.dumps(describe_types(fact_types()), sort_keys=True))) == dict(fact_types())


def test_types_of_another_form_are_refused() -> None:
    with pytest.raises(ValueError, match=r"the type of sys\.stage is not one"):
        read_types({"sys.stage": {"kind": "enum", "choices": "all"}})
