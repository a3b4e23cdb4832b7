"""Packs of another version: with the same rules in them, or with other words for a duty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from audit.engine.assess import PackSet
from audit.engine.rules import Rule, RulePack

Load = Callable[[tuple[str, ...]], PackSet]


def reissue(load: Load, issue: int) -> Load:
    """A loader of the same packs under a version of their own."""

    def load_again(ids: tuple[str, ...]) -> PackSet:
        packs = load(ids)
        return replace(packs, hashes={name: text.replace("+", f".{issue}+") for name, text in packs.hashes.items()})

    return lru_cache(load_again)


def reword(load: Load, rule_id: str, title: str) -> Load:
    """A loader of packs of which one gives a duty another title."""

    def rename(rule: Rule) -> Rule:
        if rule.id != rule_id:
            return rule
        versions = tuple(replace(version, static={**version.static, "title": title}) for version in rule.versions)
        return replace(rule, versions=versions)

    def rename_in(pack: RulePack) -> RulePack:
        return replace(pack, rules=tuple(map(rename, pack.rules)))

    def load_again(ids: tuple[str, ...]) -> PackSet:
        packs = load(ids)
        return replace(packs, regulatory=tuple(map(rename_in, packs.regulatory)))

    return lru_cache(load_again)
