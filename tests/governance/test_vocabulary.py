"""The vocabulary holds every fact of the machine's door, and its reader names all that is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict

import pytest
import yaml

from governance.vocabulary import VOCABULARY_FILE, VocabularyError, VocabularyFact, load_vocabulary, read_vocabulary


class _BaseFact(TypedDict, total=False):
    type: str
    choices: list[str]
    nullable: bool
    worse: bool | str
    audience: list[str]
    concluded: bool


FACT_BASE: dict[str, _BaseFact] = yaml.safe_load(Path(__file__).with_name("fact_base.yaml").read_text(encoding="utf-8"))
FACTS = load_vocabulary().facts

SMALL = """
version: "1"
sections: [{id: people, title: People, intro: Who.}]
conditions: {told: {when: {fact: sys.a, is: true}, otherwise: nobody said so}}
facts:
- {key: sys.a, type: bool, section: people, source: officer, question: "Is it?", help: Look., why: Art. 1}
- key: sys.b
  type: enum
  section: people
  source: officer
  asked_if: told
  question: Which?
  help: Look.
  why: Art. 2
  choices: {x: One, y: Other}
"""


@pytest.mark.parametrize("key", FACT_BASE)
def test_every_fact_of_the_door_is_there_with_its_type_and_choices(key: str) -> None:
    base, fact = FACT_BASE[key], FACTS[key]
    assert fact.type == base["type"]
    assert [choice.value for choice in fact.choices] == base.get("choices", [])
    assert fact.audience == tuple(base.get("audience", []))
    assert (fact.source == "derived") is base.get("concluded", False)
    if base.get("nullable"):
        assert fact.null_means, "null has a meaning in the fact base, so it must be said"
    if "worse" in base:
        assert fact.worse == base["worse"]


def test_the_vocabulary_has_no_fact_that_the_door_does_not_know() -> None:
    # aia.in_scope alone carries no type in the fact base, only its derivation.
    assert {key for key in FACTS if key not in FACT_BASE} == {"aia.in_scope"}


def test_no_fact_has_a_default() -> None:
    raw = yaml.safe_load(VOCABULARY_FILE.read_text(encoding="utf-8"))
    assert not [entry["key"] for entry in raw["facts"] if "default" in entry]


@pytest.mark.parametrize("fact", FACTS.values(), ids=lambda fact: fact.key)
def test_every_fact_is_a_question_with_help_in_words(fact: VocabularyFact) -> None:
    assert fact.question.endswith("?")
    assert fact.question[0].isupper() or fact.question[0] == "'"
    assert len(fact.help.split()) >= 2
    labels = [choice.label for choice in fact.choices]
    assert len(set(labels)) == len(labels), "two choices with one label cannot be told apart"
    assert not [label for label in labels if "_" in label], "a label is for people, not for machines"


def test_what_the_engine_concludes_is_never_an_input() -> None:
    types = load_vocabulary().fact_types()
    assert "aia.class" not in types
    assert types["sys.stage"]["choices"][0] == "idea"
    # The product computes these from rows, but a file given to the command may state them (DESIGN §3).
    assert {"conc.hidden_root", "open.status", "ict.exit_tested"} <= set(types)


def test_a_conditional_fact_says_why_it_does_not_apply() -> None:
    fact = FACTS["sys.biocat_attributes"]
    assert fact.asked_if == {"fact": "sys.biometric", "has": "categorisation"}
    assert fact.otherwise == "there is no biometric categorisation"
    assert all(bool(other.otherwise) is (other.asked_if is not None) for other in FACTS.values())


def test_facts_of_the_legal_entity_are_not_asked_for_each_system() -> None:
    assert {fact.source for fact in FACTS.values() if fact.scope == "entity"} <= {"row", "officer"}
    assert all(fact.scope == "entity" for fact in FACTS.values() if fact.key.startswith("org."))


def test_labels_are_found_by_value_and_a_value_without_one_stands_for_itself() -> None:
    assert FACTS["sys.evaluates"].label_of("natural_persons") == "People"
    assert FACTS["jur.us_states"].label_of("CO") == "CO"


def test_a_small_vocabulary_is_read() -> None:
    vocabulary = read_vocabulary(SMALL)
    assert [fact.key for fact in vocabulary.facts_in("people")] == ["sys.a", "sys.b"]
    assert vocabulary.facts["sys.b"].otherwise == "nobody said so"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("type: bool", "type: boolean", "sys.a / type"),
        ('question: "Is it?"', "question: It is.", "sys.a / question"),
        ("section: people, source", "section: places, source", "sys.a: the section 'places'"),
        ("asked_if: told", "asked_if: tould", "sys.b: asked_if names the condition 'tould'"),
        ("fact: sys.a, is: true", "fact: sys.c, is: true", "condition told: 'sys.c' is not a fact"),
        ("fact: sys.a, is: true", "fact: sys.a, looks_like: true", "condition told: sys.a needs exactly one operator"),
        ("fact: sys.a, is: true", "fact: sys.b, equals: z", "condition told: 'z' is not a choice of sys.b"),
        ("fact: sys.a, is: true", "all: []", "condition told: all stands alone"),
        ("  choices: {x: One, y: Other}", "", "sys.b: type enum needs choices"),
        ("why: Art. 1", "why: Art. 1, default: true", "sys.a / default"),
        ("why: Art. 1", "why: Art. 1, worse: more", "sys.a: worse: more does not fit the type bool"),
        ("key: sys.b", "key: sys.a", "sys.a: stands 2 times"),
        ("choices: {x: One, y: Other}", "choices: {x: One, x: Other}", "the key 'x' stands 2 times"),
    ],
)
def test_a_mistake_is_named_with_its_place(before: str, after: str, said: str) -> None:
    assert before in SMALL
    with pytest.raises(VocabularyError) as caught:
        read_vocabulary(SMALL.replace(before, after))
    assert said in str(caught.value)


def test_all_mistakes_are_named_at_once() -> None:
    wrong = SMALL.replace("section: people, source", "section: places, source").replace("asked_if: told", "asked_if: x")
    with pytest.raises(VocabularyError) as caught:
        read_vocabulary(wrong)
    # The wrong section, the wrong condition name, and the condition that nothing uses any more.
    assert len(caught.value.problems) == 3


def test_a_file_that_is_not_yaml_is_a_named_error() -> None:
    with pytest.raises(VocabularyError, match="not readable as YAML"):
        read_vocabulary("facts: [")
