"""Terms beside an open name, in the words people use: a known restriction is closed, a half-said name is not open."""

from __future__ import annotations

import pytest

from audit.licences import read_licence

# A cap, a place, a purpose or a person that the terms shut out: (text, flag). An empty flag: closed, of no one kind.
RESTRICTED = [
    ("Apache 2.0 below 700M MAU", "user_threshold"),
    ("MIT with 700M user limit", "user_threshold"),
    ("Apache 2.0 up to 10M users", "user_threshold"),
    ("MIT unless you have more than 100 million monthly active users", "user_threshold"),
    ("free for up to 100 million MAU", "user_threshold"),
    ("Apache-2.0 with a user cap", "user_threshold"),
    ("Free for companies with less than 1 million dollars revenue", ""),
    ("Apache 2.0, excluding users in the EU", "territory"),
    ("Apache 2.0, but no use in the EU", "territory"),
    ("Apache-2.0 with territorial limits", "territory"),
    ("Apache 2.0 except for military use", "field_of_use"),
    ("BSD 3-clause, no military use", "field_of_use"),
    ("Open-source (Apache 2.0), except for competitors of the vendor", "field_of_use"),
    ("Apache 2.0, not for competing models", "field_of_use"),
    ("Apache 2.0 + Responsible use guidelines", "field_of_use"),
    ("FSL-1.1-Apache-2.0", "field_of_use"),
    ("Functional Source License, Version 1.1, Apache 2.0 Future License", "field_of_use"),
    ("MIT, no training of other models on outputs", "output_restriction"),
    ("Modified Apache 2.0 License", ""),
    ("Apache 2.0 (modified)", ""),
    ("Apache-2.0 WITH Commons-Clause", "field_of_use"),
    ("CCBYNC4.0", "non_commercial"),
    ("NC-SA", "non_commercial"),  # never the NCSA licence, whose letters these are
    ("MIT (contact us for commercial use)", "non_commercial"),
    ("niet-commercieel", "non_commercial"),
    ("uso comercial prohibido", "non_commercial"),
    ("MIT (商用利用不可)", "non_commercial"),
    ("仅供学术研究", "research_only"),
    ("Apache 2.0 com restrições", ""),
    ("CodeLlama", "field_of_use"),
    ("MIT, only for personal use", "non_commercial"),
    ("private use only", "non_commercial"),
    ("Nur für den privaten Gebrauch", "non_commercial"),
    ("nur private Nutzung", "non_commercial"),
    ("MIT ohne kommerzielle Nutzung", "non_commercial"),
    ("kommerzielle Nutzung ausgeschlossen", "non_commercial"),
    ("nicht für kommerzielle Zwecke", "non_commercial"),
    ("MIT; commercial use requires a licence", "non_commercial"),
    ("MIT without the right to sell", "non_commercial"),
    ("CC BY 4.0, non profit only", "non_commercial"),
    ("not-for-profit", "non_commercial"),
    ("réservé à un usage non lucratif", "non_commercial"),
    ("Creative Commons Attribution - Pas d'utilisation commerciale 4.0", "non_commercial"),
    ("réservé à la recherche", "research_only"),
    ("frei für Forschung und Lehre", "research_only"),
    ("ausschließlich für Forschung", "research_only"),
    ("for evaluation purposes", "research_only"),
    ("Nur zu Testzwecken", "research_only"),
    ("university use only", "research_only"),
    ("usage strictement interne", ""),
    ("Apache 2.0 mit Einschränkungen", ""),
    ("Apache 2.0 mit Nutzungsbeschränkungen", ""),
    ("Urheberrechtlich geschützt", "no_redistribution"),
    ("droits réservés", "no_redistribution"),
    ("Apache 2.0 (registration required)", ""),
]
# Cut off, half a name, or a name with a page of other terms beside it.
NOT_OPEN = [
    "Open Database",  # a thing, not the Open Database License
    "Microsoft Public",
    "Massachusetts Institute of Technology",  # whoever wrote it, not what it grants
    "MIT, ...",
    "MIT, …",
    "MIT AND (Apache-2.0",
    "(MIT",
    "MIT AND Apache-2.0) OR (PDDL-1.0 AND GPL-2.0-only",  # as many brackets on both sides, and none in its place
    "( ) ( + OR",
    "( and + AND",
    "MIT WITH BUSL-1.1",  # another licence is no exception, which could only add permissions
    "Apache-2.0 with CC-BY-NC-4.0",
    "Apache-2.0 WITH MIT",
    "GPL-2.0-only WITH SSPL-1.0 OR BUSL-1.1",
    "Apache 2.0 (a)",  # marks of notes that are not here
    "MIT (m)",
    "CC BY 4.0 2",
    "MIT (https://example.com/license-nc)",
    "Apache-2.0 https://vendor.example/acceptable-use-policy",
    "MIT https://vendor.example/legal/terms-of-use.html",
    "MIT https://example.com/model/blob/main/LICENSE-CODE",
    "MIT https://vendor.example/terms",
    "MIT, uneingeschränkt",
    "licence libre",
    "freie Lizenz",
]
FULL_NAMES = [
    ("Educational Community License v2.0", "ECL-2.0"),
    ("Open Software License 3.0", "OSL-3.0"),
    ('BSD 3-Clause "New" or "Revised" License', "BSD-3-Clause"),
    ("Mozilla Public License 2.0", "MPL-2.0"),
    ("Common Development and Distribution License 1.0", "CDDL-1.0"),
    ("Mulan Permissive Software License, Version 2", "MulanPSL-2.0"),
    ("Universal Permissive License v1.0", "UPL-1.0"),
    ("University of Illinois/NCSA Open Source License", "NCSA"),
    ("Do What The Fuck You Want To Public License", "WTFPL"),
    ("LaTeX Project Public License v1.3c", "LPPL-1.3c"),
    ("Blue Oak Model License 1.0.0", "BlueOak-1.0.0"),
    ("cc by sa 4", "CC-BY-SA-4.0"),
    ("License :: CC0 1.0 Universal (CC0 1.0) Public Domain Dedication", "CC0-1.0"),
    ("cc-by-3", "CC-BY-3.0"),
    ("Creative Commons Attribution 4.0 International (CC BY 4.0)", "CC-BY-4.0"),
]


@pytest.mark.parametrize(("raw", "flag"), RESTRICTED)
def test_a_term_that_shuts_somebody_or_something_out_closes_the_whole(raw: str, flag: str) -> None:
    licence = read_licence(raw)
    assert licence.is_open is False
    assert not flag or flag in licence.flags


@pytest.mark.parametrize("raw", NOT_OPEN)
def test_a_name_cut_short_or_beside_a_page_of_terms_is_not_open(raw: str) -> None:
    assert read_licence(raw).is_open is not True


@pytest.mark.parametrize(("raw", "expression"), FULL_NAMES)
def test_a_licence_is_known_by_its_full_name(raw: str, expression: str) -> None:
    licence = read_licence(raw)
    assert (licence.expression, licence.is_open) == (expression, True)


@pytest.mark.parametrize("raw", ["unrestricted", "uneingeschränkt", "no restrictions", "MIT without restrictions"])
def test_a_word_that_denies_a_restriction_is_no_restriction(raw: str) -> None:
    assert read_licence(raw).is_open is None


@pytest.mark.parametrize("raw", ["licence libre", "logiciel libre", "freie Lizenz", "offene Lizenz"])
def test_free_in_another_language_says_as_little_as_free(raw: str) -> None:
    assert read_licence(raw).is_open is None
