"""A sentence that says the same of several things is told in German whole: no half of it stays English."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest
from django.utils import translation

from audit.models import Rating
from audit.portfolio.comparison.dimensions import in_words
from audit.portfolio.stress.sentences import name_scenario
from audit.reports.stored import told
from audit.services.conditions import duties, exits, sight
from audit.services.conditions.drafts import FindingDraft
from audit.snapshots.concentration import HiddenRoot
from audit.snapshots.observations import Claim, StaleEvidence, Transfer
from audit.snapshots.sheets import Conflict
from audit.snapshots.values import RawFact
from governance.catalogue.reading import read_catalogue
from governance.vocabulary import load_vocabulary

WEIGHTS_OPEN = "The weights are open (MIT); whether it is open source depends on what is not known"
MEAN = "0,4 von 1, das Mittel über die Dimensionen"


def in_german(text: str, *names: str) -> str:
    with translation.override("de"):
        return told(text, names).replace("\N{NO-BREAK SPACE}", " ")


def test_each_of_several_transfers_is_told_with_its_country_and_tool() -> None:
    draft = sight._draft_transfers((
        Transfer("Annotators", "PH", "names; phone numbers", "none"),
        Transfer("Alder, Inc.", "US", "calls", "unknown"),
        Transfer("Birch", "", "letters", "none"),
    ))  # fmt: skip
    assert in_german(draft.condition) == (
        "names; phone numbers an Annotators, Land Philippinen, keine Grundlage; "
        "calls an Alder, Inc., Land Vereinigte Staaten von Amerika, Grundlage nicht bekannt; "
        "letters an Birch, Land nicht bekannt, keine Grundlage."
    )


def test_three_sources_that_contradict_each_other_are_all_told() -> None:
    stated = (
        RawFact(True, "contract (2025-02-01)"),
        RawFact(False, "audit file 3"),
        RawFact(None, "register: contract C-7 with Alder; evidence EV-2"),
    )
    draft = sight._draft_contradiction(Conflict("trans.subprocessors_listed", stated, stated[0]))
    asked = "Sind die Unterauftragsverarbeiter benannt?"
    assert in_german(draft.title) == f"Quellen widersprechen sich: {asked}"
    earlier = f"Two sources contradict each other: {draft.title.partition(': ')[2]}"
    assert in_german(earlier) == f"Zwei Quellen widersprechen sich: {asked}", "as it stands in findings of long ago"
    assert in_german(draft.condition) == (
        "Sind die Unterauftragsverarbeiter benannt? ja (contract (2025-02-01)); nein (audit file 3); "
        "keine (Register: Vertrag C-7 mit Alder; Nachweis EV-2)."
    )


def test_choices_and_countries_in_a_contradiction_are_told_by_their_names() -> None:
    stated = (RawFact("open", "questionnaire: system"), RawFact("restricted_but_permits_us", "card"))
    terms = sight._draft_contradiction(Conflict("lock.licence_terms", stated, stated[0]))
    assert "“Open to everyone” (questionnaire: system); “Restricted" in terms.condition
    assert "„Offen für alle“ (Fragebogen: System); „Beschränkt" in in_german(terms.condition)
    assert in_german(terms.effect) == "Beurteilt als „Offen für alle“."
    stated = (RawFact(["health", "genetic"], "questionnaire: system"), RawFact([], "register: data flows"))
    kinds = sight._draft_contradiction(Conflict("data.special_categories", stated, stated[0]))
    assert "? „Gesundheit“, „Genetische Daten“ (Fragebogen: System); keine davon (" in in_german(kinds.condition)
    stated = (RawFact(["NO", "US"], "questionnaire: system"), RawFact(["DE"], "register: data flows"))
    places = sight._draft_contradiction(Conflict("data.transfer_countries", stated, stated[0]))
    assert "? Norway, United States of America (" in places.condition
    assert "? Norwegen, Vereinigte Staaten von Amerika (" in in_german(places.condition)
    assert in_german("Judged as no.") == "Beurteilt als nein.", "and not as Norway"


def test_several_claims_are_joined_in_german_and_quoted_as_they_were_made() -> None:
    draft = sight._draft_contradicted((
        Claim("Llama", "third_party", "open source", "https://example.org/a"),
        Claim("Grok", "third_party", "fully open source", "https://example.org/b"),
    ))  # fmt: skip
    assert draft is not None
    assert in_german(draft.condition) == (
        "Llama: „open source“ (https://example.org/a) und Grok: „fully open source“ (https://example.org/b)."
    )


def test_questions_in_a_row_are_all_told() -> None:
    draft = sight._draft_stale(StaleEvidence("EV-1", date(2026, 1, 1), ("data.personal", "exit.tested_on")))
    said = in_german(draft.effect)
    assert said.startswith("Nicht mehr belegt: Verarbeitet es personenbezogene Daten")
    assert said.endswith(" und Wann war der letzte Ausstiegstest?")


def test_alternatives_and_the_groups_they_lead_to_are_joined_in_german() -> None:
    root = HiddenRoot(("Llama 3 at Kestrel", "Mixtral"), ("Alder", "Birch"), is_hidden=True, until=None)
    known = ("Llama 3", "Kestrel", "Mixtral", "Alder", "Birch")
    assert in_german(exits._draft_root(root, Rating.LOW).condition, *known) == (
        "Llama 3 bei Kestrel und Mixtral: Alle enden bei Alder und Birch."
    )


@pytest.mark.parametrize(
    ("alternatives", "groups", "german"),
    [
        (("Llama 3 at Bang and Olufsen",), ("Bang and Olufsen",), "Llama 3 bei Bang and Olufsen: … Bang and Olufsen."),
        (
            ("Mixtral", "Llama 3 at Bang and Olufsen"),
            ("Alder, Inc.", "Bang and Olufsen"),
            "Mixtral und Llama 3 bei Bang and Olufsen: … Alder, Inc. und Bang and Olufsen.",
        ),
        (
            ("Llama 3 at Bang and Olufsen", "Bed at Night", "Mixtral"),
            ("Bang and Olufsen", "Cost"),
            "Llama 3 bei Bang and Olufsen, Bed at Night und Mixtral: … Bang and Olufsen und Cost.",
        ),
        (("Mixtral",) * 8, ("Cost",), "Mixtral, Mixtral, Mixtral, Mixtral, Mixtral, Mixtral und 2 weitere: … Cost."),
    ],
)
def test_a_name_with_and_in_it_stays_whole_in_both_languages(
    alternatives: tuple[str, ...], groups: tuple[str, ...], german: str
) -> None:
    known = ("Mixtral", "Llama 3", "Bed at Night", "Bang and Olufsen", "Alder, Inc.", "Cost")
    condition = exits._draft_root(HiddenRoot(alternatives, groups, is_hidden=True, until=None), Rating.LOW).condition
    assert in_german(condition, *known) == german.replace("…", "Alle enden bei")
    with translation.override("en"):
        assert told(condition, known) == condition


def test_a_row_with_a_name_that_is_not_known_stays_whole() -> None:
    root = HiddenRoot(("Llama 3 at Bang and Olufsen",), ("Bang and Olufsen",), is_hidden=True, until=None)
    assert in_german(exits._draft_root(root, Rating.LOW).condition, "Llama 3") == (
        "Llama 3 at Bang and Olufsen: Alle enden bei Bang and Olufsen."
    )


def test_packs_past_their_review_are_joined_in_german() -> None:
    said = in_german(duties._draft_past_review(("dora", "eu_ai_act")).condition)
    assert said.endswith("ist verstrichen: dora und eu_ai_act.")


def test_several_contradictions_on_leaving_are_all_told() -> None:
    texts = (
        "It is said to run on our own machines, yet we cannot hold the artefact.",
        "A tabletop exercise is said to have run phases of the exit; it replaces none",
    )
    said = in_german(exits._draft_contradictions(texts).condition)
    assert said.startswith("Es soll auf eigenen Rechnern laufen")
    assert " is " not in said


@pytest.mark.parametrize(
    ("stored", "german"),
    [
        ("Licence: Sources disagree: MIT (card); or Apache-2.0 (file).", "MIT (card); oder Apache-2.0 (file)."),
        ("Sources disagree on the licence: MIT or GPL-2.0 or later.", "zur Lizenz: MIT oder GPL-2.0 or later."),
        ("Sources disagree: a; or b. Here “a” counts (card): it is newer.", "Hier zählt „a“ (card): it is newer."),
    ],
)
def test_what_sources_of_a_dossier_say_is_joined_in_german(stored: str, german: str) -> None:
    assert in_german(stored).endswith(german)


def test_what_somebody_typed_stays_as_it_is() -> None:
    typed = "We asked; or tried to. They said no (twice); nothing came."
    assert in_german(typed) == typed


def test_a_list_with_one_name_that_is_not_known_stays_whole() -> None:
    text = "No retention is entered for Alder, Birch and Cedar and Co."
    assert in_german(text, "Alder", "Birch", "Cedar and Co") == (
        "Keine Speicherdauer ist erfasst für Alder, Birch und Cedar and Co."
    )
    assert "Alder, Birch and Cedar" in in_german(text, "Alder", "Birch")


def test_a_draft_has_only_texts_to_be_told() -> None:
    """What is added to a draft has to be told, too."""
    told_here = {"title", "condition", "criterion", "cause", "effect", "recommendation"}
    assert {each.name for each in fields(FindingDraft)} - told_here == {"key", "area", "rating", "order"}


@pytest.mark.parametrize(
    ("stored", "german"),
    [
        (
            "an article on open and closed AI: “open source” is claimed, yet Llama 2 sets a user threshold.",
            "an article on open and closed AI: Behauptet wird „open source“, doch Llama 2 setzt eine Nutzerschwelle.",
        ),
        (
            f"undetermined. {WEIGHTS_OPEN}: Data card.",
            "unbestimmt. Die Gewichte sind offen (MIT); ob es Open Source ist, hängt von Unbekanntem ab: Datenkarte.",
        ),
        (
            "0.4 of 1, the mean over its dimensions; 3 of them nobody has judged yet, and they count as closed.",
            f"{MEAN}; 3 davon hat noch niemand beurteilt, sie zählen als geschlossen.",
        ),
        (
            "README.md: “Open; in its title” is claimed, yet Llama 2 sets a user threshold.",
            "README.md: Behauptet wird „Open; in its title“, doch Llama 2 setzt eine Nutzerschwelle.",
        ),
        ("It is software a part of which has no licence.", "Es ist Software, von der ein Teil keine Lizenz hat."),
        ("Depends on us: see the file.", "Depends on us: see the file."),
    ],
)
def test_where_a_day_belongs_only_a_day_is_read(stored: str, german: str) -> None:
    """Any text with “on” and a colon was once taken for an evaluation, and its “on” for that before a day."""
    assert in_german(stored) == german


def test_what_the_catalogue_s_sources_disagree_about_is_named_in_german() -> None:
    entries = read_catalogue().components.values()
    fields_told = {conflict.field.replace("_", " ") for entry in entries for conflict in entry.conflicts}
    assert sorted(field for field in fields_told if in_german(field) == field) == []


@pytest.mark.parametrize(
    ("codes", "german"),
    [
        (("US",), "Vereinigte Staaten von Amerika"),
        (("NO", "BA"), "Norwegen und Bosnien und Herzegowina"),
        (("JP", "US"), "Japan und Vereinigte Staaten von Amerika"),  # Japan has the same name in both languages
        (("BQ", "JE", "ST"), "Bonaire, Sint Eustatius und Saba, Jersey und São Tomé und Príncipe"),
        ((), "Keine"),
    ],
)
def test_the_countries_of_an_answer_in_a_memo_are_named_in_german(codes: tuple[str, ...], german: str) -> None:
    words = in_words("data.transfer_countries", codes)
    question = load_vocabulary().facts["data.transfer_countries"].question
    said = in_german(f"{question} {words[:1].upper()}{words[1:]}.")
    assert said == f"Welche Länder außerhalb des EWR erhalten die Daten oder können sie einsehen? {german}."


def test_the_countries_of_a_scenario_are_named_in_german() -> None:
    title = name_scenario({"scenario": "transfer_stopped", "countries": ["US", "CH"], "tools": ["scc"]})
    assert title.startswith("No transfer to United States of America or Switzerland under ")
    assert in_german(title).startswith("Keine Übermittlung mehr in: Vereinigte Staaten von Amerika oder Schweiz; Grund")
