"""YAML as rule packs use it: safe, no key twice, and hashed by content so that comments do not count."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import yaml

from audit.engine.canonical import hash_canonical
from audit.rulepacks.problems import ProblemList
from governance.yaml_files import read_yaml


def read_mapping(path: Path, problems: ProblemList) -> Mapping[str, object]:
    """Read one file that must hold a mapping; a problem is noted and an empty mapping given where it does not."""
    try:
        content = read_yaml(path.read_text(encoding="utf-8"))
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
