"""Packs of another version: with the same rules in them, or with other words for a duty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from audit.engine.assess import PackSet
from audit.engine.rules import Rule
from audit.engine.rules.rule import RuleVersion

Load = Callable[[tuple[str, ...]], PackSet]


def reissue(load: Load, issue: int) -> Load:
    """A loader of the same packs under a version of their own."""

    def load_again(ids: tuple[str, ...]) -> PackSet:
        packs = load(ids)
        return replace(
            packs,
            # Other objects, as in a process that has loaded them anew: nothing that was made of the former is theirs.
            regulatory=tuple([replace(pack) for pack in packs.regulatory]),
            lock_in=replace(packs.lock_in),
            transparency=replace(packs.transparency),
            hashes={name: text.replace("+", f".{issue}+") for name, text in packs.hashes.items()},
        )

    return lru_cache(load_again)


def reword(load: Load, rule_id: str, title: str) -> Load:
    """A loader of packs of which one gives a duty another title."""
    return revise(load, rule_id, lambda version: replace(version, static={**version.static, "title": title}))


def refuse_controls(load: Load, rule_id: str) -> Load:
    """A loader of packs of which one says that no control cures a breach of the duty."""
    return revise(load, rule_id, lambda version: replace(version, no_control_cures=True))


def revise(load: Load, rule_id: str, change: Callable[[RuleVersion], RuleVersion]) -> Load:
    """A loader of packs of which one has another text of a rule."""

    def revise_rule(rule: Rule) -> Rule:
        return rule if rule.id != rule_id else replace(rule, versions=tuple(map(change, rule.versions)))

    def load_again(ids: tuple[str, ...]) -> PackSet:
        packs = load(ids)
        revised = (replace(pack, rules=tuple(map(revise_rule, pack.rules))) for pack in packs.regulatory)
        return replace(packs, regulatory=tuple(revised))

    return lru_cache(load_again)


def turn_round(load: Load) -> Load:
    """A loader of packs that name their rules in the other order."""

    def load_again(ids: tuple[str, ...]) -> PackSet:
        packs = load(ids)
        turned = (replace(pack, rules=pack.rules[::-1]) for pack in packs.regulatory)
        hashes = {name: text.replace("+", ".turned+") for name, text in packs.hashes.items()}
        return replace(packs, regulatory=tuple(turned), hashes=hashes)

    return lru_cache(load_again)
