"""YAML as rule packs use it: safe, no key twice, and hashed by content so that comments do not count."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import yaml

from audit.engine.canonical import hash_canonical
from audit.rulepacks.problems import ProblemList


class UniqueKeyLoader(yaml.CSafeLoader):
    """Reads YAML safely and refuses a key that stands twice in one mapping."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        """Build one mapping; raises ``ConstructorError`` at the mapping that has a key twice."""
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        if len(keys) != len(set(keys)):
            twice = next(key for key in keys if keys.count(key) > 1)
            raise yaml.constructor.ConstructorError(None, None, f"the key {twice} stands twice", node.start_mark)
        return dict(super().construct_mapping(node, deep))


def read_mapping(path: Path, problems: ProblemList) -> Mapping[str, object]:
    """Read one file that must hold a mapping; a problem is noted and an empty mapping given where it does not."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=UniqueKeyLoader)  # noqa: S506 # a CSafeLoader
    except FileNotFoundError:
        problems.add("", f"is missing; looked for {path.name}")
        return {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        problems.add("", f"is not YAML: {' '.join(str(error).split())}")
        return {}
    if not isinstance(content, dict):
        problems.add("", "must hold a mapping of keys")
        return {}
    return content


def hash_content(content: object) -> str:
    """sha256 over canonical JSON, so that comments and layout do not count.

    Days and keys are made texts first: content that was kept as JSON has the same hash as the files.
    """
    return hash_canonical(json.loads(json.dumps(content, default=str)))
