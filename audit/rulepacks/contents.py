"""A pack's content as plain JSON, as it was hashed, so that it can be kept with the results it made."""

from __future__ import annotations

import json
from functools import lru_cache

from audit.engine.facts import JsonValue
from audit.rulepacks.loader import RULEPACKS
from audit.rulepacks.problems import PackError, PackProblem, ProblemList
from audit.rulepacks.yaml_files import hash_content, read_mapping


@lru_cache(maxsize=64)
def read_pack_content(pack_id: str, sha256: str) -> dict[str, JsonValue]:
    """The files of a pack by name; ``hash_content`` of it is the hash that assessments carry.

    Raises ``PackError`` when the files are no longer those of the hash: they changed while the product runs.
    """
    directory = RULEPACKS / pack_id
    problems = ProblemList(f"{pack_id}/")
    paths = [*sorted(directory.glob("*.yaml")), *sorted(directory.glob("obligations/*.yaml"))]
    raw = {path.relative_to(directory).as_posix(): read_mapping(path, problems) for path in paths}
    if problems.found:
        raise PackError(tuple(problems.found))
    content: dict[str, JsonValue] = json.loads(json.dumps(raw, default=str))
    if hash_content(content) != sha256:
        message = "its files changed since it was loaded; restart web and workers so that all use the same rules"
        raise PackError((PackProblem(f"{pack_id}/", "", message),))
    return content
