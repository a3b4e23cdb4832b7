"""A fact that was finished before is what it would be made anew, and the text is the canonical JSON of the sheet."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from audit.engine.canonical import to_canonical_json
from audit.engine.facts import FactSheetError, parse_sheet
from audit.rulepacks.facts import fact_types
from audit.snapshots.answers import finish_answers, read_answers
from audit.snapshots.finishing import finish, finish_all, write_content
from audit.snapshots.values import RawFact

VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, 1.0, 0.0, -1, 2.1e25, "", "yes", "DE", "2026-11-20", "not a day", "vendor_api", "“ü”\n"),
    *([], ["DE"], ["DE", "FR"], ["a", 1], ["a", True], [["nested"]], {"an": "object"}),
)
FACTS = st.builds(
    RawFact,
    value=st.sampled_from(VALUES),
    source=st.sampled_from(("", "register: system", "catalogue: x \u2028; \\")),
    grade=st.sampled_from(("verified", "self_declared")),
    expires_on=st.sampled_from((None, date(2027, 1, 1))),
    not_applicable=st.sampled_from(("", "", "it is our own work")),
)


@given(stated=st.dictionaries(st.sampled_from(sorted(fact_types())), FACTS, max_size=12))
def test_each_form_of_a_fact_is_the_one_made_without_a_memory(stated: dict[str, RawFact]) -> None:
    for _ in range(2):  # the second time from memory
        for key, raw in stated.items():
            finished = finish(key, raw)
            entry = raw.to_json()
            assert repr(finished.entry) == repr(entry)  # 1 and true are equal and not the same
            assert finished.write() == f'"{key}":{to_canonical_json(entry)}'
            assert repr(finished.fact) == repr(read(key, entry))


@given(
    stated=st.dictionaries(st.sampled_from(sorted(fact_types())), FACTS, max_size=12),
    controls=st.dictionaries(st.sampled_from(("AIA-4", "GDPR-35")), st.just({"status": "met"})),
)
def test_the_text_of_the_sheet_is_its_canonical_json(stated: dict[str, RawFact], controls: dict[str, Any]) -> None:
    finished = [finish(key, stated[key]) for key in sorted(stated)]
    content: dict[str, Any] = {"controls": controls, "facts": {key: raw.to_json() for key, raw in stated.items()}}
    assert write_content(finished, to_canonical_json(controls)) == to_canonical_json(content)


TRICKY = st.sampled_from(("}", "}}", '}, "', '{"', ', "sys.stage": {"value": 1}', 'a "quoted" } word', "plain", ""))
ENTRIES = st.one_of(
    st.fixed_dictionaries({"value": st.one_of(st.sampled_from(VALUES), TRICKY)}, optional={"source": TRICKY}),
    st.fixed_dictionaries({"grade": TRICKY}),  # an answer without a value is none
    st.fixed_dictionaries({"value": st.just({"an": {"object": "} in it"}})}),
    st.sampled_from((True, "}", 3, None, {})),
)


@given(
    answers=st.dictionaries(st.one_of(st.sampled_from(sorted(fact_types())), TRICKY), ENTRIES, max_size=5),
    again=st.booleans(),
)
def test_a_questionnaire_read_in_pieces_is_as_read_whole(answers: dict[str, Any], again: bool) -> None:
    """Wherever a brace stands: at the end of an answer, in a text, or in an object within one."""
    text = json.dumps(answers, ensure_ascii=again)
    own = finish_answers(text)
    assert repr(own.facts) == repr(finish_all(read_answers("system", answers)))
    assert not own.are_all_read or len(own.facts) == len(answers)


def read(key: str, entry: dict[str, Any]) -> Any:
    try:
        return parse_sheet({key: entry}, fact_types())[key]
    except FactSheetError:
        return None
