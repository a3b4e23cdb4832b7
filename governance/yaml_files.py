"""Plain YAML as all data files of the product are read: safely, no key twice in a mapping, no sentence cut short."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable

import yaml


class UniqueKeyLoader(yaml.CSafeLoader):
    """Reads plain YAML, and refuses two things that YAML lets pass.

    A key that stands twice in one mapping, where the last one would win; and a text in braces that its own comma cuts,
    so that the rest would become a key of no value.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        """A mapping whose keys are all different; raises ``ConstructorError`` that says where one stands twice."""
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key, times in Counter(map(repr, keys)).items():
            if times > 1:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key} stands {times} times", node.start_mark
                )
        for key, value in node.value:
            if node.flow_style and " " in key.value and value.value == "":
                says = f"“… {key.value}” stands alone: a text with a comma needs quotes in braces"
                raise yaml.constructor.ConstructorError(None, None, says, key.start_mark)
        return super().construct_mapping(node, deep)


def read_yaml(text: str) -> object:
    """The content of one YAML text; raises ``yaml.YAMLError``."""
    return yaml.load(text, Loader=UniqueKeyLoader)  # noqa: S506 - a safe loader
