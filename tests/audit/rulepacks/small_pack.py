"""A small made-up body of law, written to files, for tests of the engine and the loader."""

from __future__ import annotations

from pathlib import Path

from audit.engine.facts import FactType, Kind
from audit.engine.rules import RulePack
from audit.rulepacks.loader import load_directory

TYPES = {
    fact_type.key: fact_type
    for fact_type in (
        FactType("s.uses", Kind.BOOL),
        FactType("s.builds", Kind.BOOL),
        FactType("s.named", Kind.BOOL),
        FactType("s.danger", Kind.ENUM, ("none", "some", "great")),
        FactType("s.fields", Kind.ENUM_LIST, ("work", "school")),
        FactType("s.stage", Kind.ENUM, ("idea", "live")),
        FactType("s.placed", Kind.DATE, nullable=True),
    )
}
PACK = """
id: toy
title: A toy law
version: 2026.1.1
jurisdiction: XX
coverage: all of it
sources: [https://example.org/law]
verified_on: 2026-01-01
review_by: 2027-01-01
results:
  - {key: aia_class, fact: toy.class, label: class, possible: possible_classes}
  - {key: aia_roles, fact: toy.roles, label: roles, possible: possible_roles}
go_live: {fact: s.stage, before: [idea], becomes: live, reads: toy.class, key: class_on_go_live}
"""
CLASSIFICATION = """
derived:
  - fact: toy.maker
    kind: bool
    says: The house made it.
    when: {all: [{fact: s.builds, is: true}, {fact: s.named, is: true}]}
    doubt: {all: [{fact: s.builds, is: true}, {fact: s.named, is: false}]}
    doubt_about: [s.named]
  - fact: toy.class
    kind: enum
    says: The class.
    order: [outside, strict, light]
    cases:
      - {is: outside, when: {fact: s.stage, equals: idea}}
      - is: strict
        adopted_from: 2026-06-01
        when: {all: [{fact: s.fields, has: work}, {fact: s.danger, equals: great}]}
    otherwise: light
  - fact: toy.roles
    kind: list
    says: The roles.
    members:
      - {has: maker, when: {fact: toy.maker, is: true}}
      - {has: user, when: {fact: s.uses, is: true}}
  - fact: toy.from
    kind: date
    says: The day.
    cases:
      - {is: 2027-03-01, when: {fact: toy.class, equals: strict}}
"""
RULE = """
id: toy.art_1.care
row: T-1
title: Take care
addressee: [user]
citation: {act: Toy Act, provision: Art. 1, url: https://example.org/law}
severity: high
duty: Take care of it.
versions:
  - adopted_from: 2026-02-01
    adopted_until: 2026-08-01
    applies_from: 2026-10-01
    when: {fact: toy.roles, has: user}
    require: {control: care}
    evidence: [a record]
  - adopted_from: 2026-08-01
    applies_from: 2026-12-01
    when: {fact: toy.roles, has: user}
    require: {control: care}
    evidence: [a record]
verified_on: 2026-01-01
review_by: 2027-01-01
confidence: high
"""
STRICT = """
id: toy.art_2.maker
row: T-2
title: Make it well
addressee: [maker]
citation: {act: Toy Act, provision: Art. 2, url: https://example.org/law}
severity: high
duty: Make it well.
versions:
  - adopted_from: 2026-02-01
    applies_from: {fact: toy.from}
    when: {all: [{fact: toy.class, equals: strict}, {fact: toy.roles, has: maker}]}
    require: {control: make_well}
    evidence: [a record]
verified_on: 2026-01-01
review_by: 2027-01-01
confidence: high
"""


def write_pack(
    directory: Path, *, pack: str = PACK, classification: str = CLASSIFICATION, rules: dict[str, str] | None = None
) -> Path:
    """Write the toy pack with what a test changes in it; gives its directory."""
    folder = directory / "toy"
    (folder / "obligations").mkdir(parents=True, exist_ok=True)
    (folder / "pack.yaml").write_text(pack, encoding="utf-8")
    (folder / "classification.yaml").write_text(classification, encoding="utf-8")
    for name, text in ({"care.yaml": RULE, "make.yaml": STRICT} if rules is None else rules).items():
        (folder / "obligations" / name).write_text(text, encoding="utf-8")
    return folder


def load_toy(directory: Path) -> RulePack:
    """The toy pack, compiled."""
    return load_directory(write_pack(directory), TYPES)
