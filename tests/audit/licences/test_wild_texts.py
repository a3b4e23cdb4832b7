"""Licence texts as people type them: each stands for what a careful reader would say of it, never more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.licences import read_licence

# Tags of model hubs, classifiers of package registries, sentences, other languages: (text, SPDX expression).
OPEN = [
    ("license:mit", "MIT"),
    ("SPDX-License-Identifier: Apache-2.0", "Apache-2.0"),
    ("License :: OSI Approved :: Apache Software License", "Apache-2.0"),
    ("License :: OSI Approved :: GNU General Public License v3 (GPLv3)", "GPL-3.0-only"),
    ("Licensed under Apache 2.0", "Apache-2.0"),
    ("The model is licensed under the MIT license", "MIT"),
    ("This project is licensed under the MIT License - see the LICENSE file for details", "MIT"),
    ("MIT, see LICENSE", "MIT"),
    ("Apache 2.0 (see LICENSE)", "Apache-2.0"),
    ("MIT License, an OSI-approved license.", "MIT"),
    ("Apache 2.0 with LLVM exception", "Apache-2.0 WITH LLVM-exception"),
    ("MIT No Attribution", "MIT-0"),
    ("Academic Free License v3.0", "AFL-3.0"),
    ("Microsoft Public License", "MS-PL"),
    ("GPLv3+", "GPL-3.0-or-later"),
    ("LGPL v2.1 or later", "LGPL-2.1-or-later"),
    ("MIT-Lizenz", "MIT"),
    # A list of models names each before its licence.
    ("DeepSeek-V3: MIT", "MIT"),
    ("DeepSeek-R1: MIT License", "MIT"),
    ("deepseek-ai/DeepSeek-R1: mit", "MIT"),
    ("DeepSeek-V3-0324：MIT", "MIT"),
    ("Qwen2.5-7B: Apache 2.0.", "Apache-2.0"),
    ("Qwen3-235B-A22B-Instruct: licensed under Apache 2.0", "Apache-2.0"),
    ("Mixtral-8x7B-v0.1: apache-2.0", "Apache-2.0"),
    ("Phi-3.5-mini-instruct: MIT", "MIT"),
    ("Apache-Lizenz, Version 2.0", "Apache-2.0"),
    ("sous licence MIT", "MIT"),
    ("unter der MIT-Lizenz", "MIT"),
    # A choice with an open side is open: one may take that side.
    ("Apache 2.0 or MIT", "Apache-2.0 OR MIT"),
    ("MIT OR CC-BY-NC-4.0", "MIT OR CC-BY-NC-4.0"),
    ("AGPL-3.0 OR LicenseRef-Commercial", "AGPL-3.0 OR LicenseRef-Commercial"),
]
CLOSED = [
    "llama3.1",
    "Llama v2",
    "llama_3",
    "openrail++",
    "gemma",
    "cc-by-nc-4.0",
    "apple-amlr",
    "Tongyi Qianwen RESEARCH LICENSE",
    "commercial",
    "proprietary",
    "internal use only",
    "License :: Other/Proprietary License",
    "Anthropic Commercial Terms",
    "alle Rechte vorbehalten",
    "tous droits réservés",
    "nur für Forschungszwecke",
    "nicht kommerziell",
    "usage non commercial uniquement",
    "licence propriétaire",
    "keine Lizenz",
    "LicenseRef-A OR LicenseRef-B",
    "mit, cc-by-nc-4.0",
    "Code: MIT; weights: Llama 2",
    "Apache 2.0 (gated)",
    # Where every version has terms of the same name, the name stays that of the terms.
    "Llama 3: MIT",
    "Llama-3.1-8B: Apache-2.0",
    "Gemma 2: Apache 2.0",
    "Falcon 2: Apache 2.0",
    "DeepSeek-V3: DeepSeek License Agreement",
    "Qwen2.5-3B: Qwen Research License",
    "DeepSeek-V3: MIT, Qwen2.5-72B: Qwen License",
    "DeepSeek-V3: CC-BY-NC-4.0",
    "DeepSeek License: MIT",
    "DeepSeek: MIT",  # the publisher, or its own terms
    "DeepSeek-V3*: MIT",
    "DeepSeek-V3...: MIT",
    "DeepSeek-V3 code: MIT",
    "not DeepSeek-V3: MIT",
    "MIT-CMU",  # a licence of its own, not in the list of open ids
]
NOT_UNDERSTOOD = [
    "other",
    "unrestricted",
    "LICENSE.txt",
    "see LICENSE",
    "SEE LICENSE IN LICENSE.md",
    "https://github.com/example/model/blob/main/LICENSE",
    "Lizenz unbekannt",
    "licence inconnue",
    "permissive license",
    "Open Source License",
    "Open Government Licence",  # its first version is not in the list
    "MIT?",
    "MIT (?)",
    "maybe MIT",
    "MIT or similar",
    "MIT or commercial",
    "The code is licensed under MIT",  # says nothing of the rest
    "Apache 2.0 license for model weights only",
    "Apache-like license",
    "Apache 2.0, not an OSI-approved license",
    "Licence MIT modifiée",
    "to be released under MIT",
    "no longer MIT",
    "MIT AND LicenseRef-Ours",
    "CC-BY-5.0",
    "free for academic and commercial use",
    "Weights: MIT. Code: not released. Data: not disclosed.",
    "DeepSeek-V3: MIT for the code",
    "DeepSeek-V3: MIT (code)",
    "DeepSeek-V3: MIT (code), Model License (weights)",
    "DeepSeek-V3: MIT?",
    "DeepSeek-V3: see LICENSE",
    "Phi-3 code: MIT",
    "v3: MIT",
]


@pytest.mark.parametrize(("raw", "expression"), OPEN)
def test_an_open_licence_is_understood_whatever_words_stand_around_it(raw: str, expression: str) -> None:
    licence = read_licence(raw)
    assert (licence.expression, licence.is_open) == (expression, True)


@pytest.mark.parametrize("raw", CLOSED)
def test_a_restriction_is_understood_in_any_words(raw: str) -> None:
    assert read_licence(raw).is_open is False


@pytest.mark.parametrize("raw", NOT_UNDERSTOOD)
def test_what_says_too_little_is_neither_open_nor_restricted(raw: str) -> None:
    assert read_licence(raw).is_open is None


@pytest.mark.parametrize("raw", ["GPL", "gpl", "GPL License"])
def test_a_bare_gpl_is_open_without_a_version_being_asserted(raw: str) -> None:
    licence = read_licence(raw)
    assert (licence.expression, licence.is_open) == (None, True)


def test_of_a_choice_only_the_open_sides_terms_bind() -> None:
    assert "non_commercial" not in read_licence("MIT OR CC-BY-NC-4.0").flags
    assert "non_commercial" in read_licence("MIT AND CC-BY-NC-4.0").flags


@pytest.mark.parametrize(
    "doubt", ["maybe ", "probably ", "not ", "no longer ", "anything but ", "formerly ", "will be "]
)
@pytest.mark.parametrize("name", ["MIT", "Apache 2.0", "CC BY 4.0", "GPLv3"])
def test_a_word_of_doubt_or_denial_before_an_open_name_never_gives_open(doubt: str, name: str) -> None:
    assert read_licence(doubt + name).is_open is not True


@pytest.mark.parametrize(
    "after", ["?", " (?)", " until 2023", " except for the weights", " with exceptions", " or similar", "-like", " etc"]
)
@pytest.mark.parametrize("name", ["MIT", "Apache 2.0", "CC BY 4.0", "GPLv3"])
def test_a_word_of_doubt_after_an_open_name_never_gives_open(after: str, name: str) -> None:
    assert read_licence(name + after).is_open is not True


@pytest.mark.parametrize(
    ("raw", "is_open"),
    [
        ("MIT 禁止商用", False),  # commercial use forbidden
        ("Apache 2.0 仅限研究", False),  # research only
        ("Apache-2.0 только для исследований", False),
        ("MIT 许可证", True),  # licence
        ("MIT ライセンス", True),
        ("!MIT", None),
        ("≠ MIT", None),
        ("MIT 🚫", None),
        ("MIT*", None),  # a note that is not here
        ("**MIT**", True),  # bold
        ("CC-BY-NC 4.0".replace("-", "\N{NON-BREAKING HYPHEN}"), False),
        ("Apache-2.0".replace("-", "\N{EN DASH}"), True),
    ],
)
def test_signs_and_other_scripts_are_never_passed_over(raw: str, is_open: bool | None) -> None:
    assert read_licence(raw).is_open is is_open


@pytest.mark.parametrize(
    ("raw", "is_open"),
    [
        ("https://choosealicense.com/licenses/mit/", True),
        ("[MIT](https://opensource.org/licenses/MIT)", True),
        ("Apache 2.0 (https://www.apache.org/licenses/LICENSE-2.0)", True),
        ("Apache 2.0: https://github.com/example/model/blob/main/LICENSE", True),
        ("not https://www.apache.org/licenses/LICENSE-2.0", None),
        ("https://opensource.org/licenses/MIT except for the weights", None),
        ("MIT https://www.apache.org/licenses/LICENSE-2.0", None),  # two that differ
        ("https://example.org/?u=https://opensource.org/licenses/MIT", None),
        ("https://my-apache.org/licenses/license-2.0", None),
        ("Apache 2.0, non-commercial: https://www.apache.org/licenses/LICENSE-2.0", False),
        ("MIT https://huggingface.co/meta-llama/Llama-3.1-8B/blob/main/LICENSE", False),
        ("https://", None),
        ("http:// www.", None),
    ],
)
def test_an_address_is_a_licence_only_where_nothing_beside_it_says_otherwise(raw: str, is_open: bool | None) -> None:
    assert read_licence(raw).is_open is is_open


PIECES = (
    "MIT|Apache 2.0|CC BY 4.0|not|except|?|!|*|http://|www.|https://a.b|(|)|/|+|or|and|with|see LICENSE|licence"
    "|non-commercial|only|for|商用|-|::"
)
SIGNS_AND_WORDS = st.lists(st.sampled_from(PIECES.split("|")), max_size=6)


@given(SIGNS_AND_WORDS)
def test_any_mixture_is_read_and_a_denial_or_a_restriction_in_it_is_never_open(parts: list[str]) -> None:
    licence = read_licence(" ".join(parts))
    if {"not", "except", "?", "!", "non-commercial", "商用"} & set(parts):
        assert licence.is_open is not True


@pytest.mark.parametrize("name", ["DeepSeek-V3", "Qwen2.5-7B", "Phi-3", "mistralai/Mistral-7B-v0.1"])
@given(text=st.sampled_from((*CLOSED, *NOT_UNDERSTOOD)))
def test_a_models_name_opens_nothing(name: str, text: str) -> None:
    assert read_licence(f"{name}: {text}").is_open is not True
