"""Plain YAML as all data files of the product are read: safely, and no key twice in one mapping."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable

import yaml


class UniqueKeyLoader(yaml.CSafeLoader):
    """Reads plain YAML and refuses a key that stands twice in one mapping, where YAML lets the last one win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        """A mapping whose keys are all different; raises ``ConstructorError`` that says where one stands twice."""
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key, times in Counter(map(repr, keys)).items():
            if times > 1:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key} stands {times} times", node.start_mark
                )
        return super().construct_mapping(node, deep)


def read_yaml(text: str) -> object:
    """The content of one YAML text; raises ``yaml.YAMLError``."""
    return yaml.load(text, Loader=UniqueKeyLoader)  # noqa: S506 - a safe loader
