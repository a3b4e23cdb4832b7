"""Days, numbers and margins are worded as a reader would say them."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from audit.reports import wording
from audit.reports.citations import cite


def test_days_are_written_out_and_short() -> None:
    assert wording.long_day(date(2026, 11, 20)) == "20 November 2026"
    assert wording.short_day(date(2026, 12, 2)) == "2 Dec 2026"
    assert wording.long_day(None) == "not known"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Marking is due by 2026-12-02.", "Marking is due by 2 December 2026."),
        ("since 2026-08-02; later 2027-08-02, too", "since 2 August 2026; later 2 August 2027, too"),
        # A day inside a name, a version, an address or a file is no day to be told.
        ("gpt-4o-2024-08-06 and gemma-tou-2024-04-01", "gpt-4o-2024-08-06 and gemma-tou-2024-04-01"),
        ("https://a.example/2024-08-06/a, 2024-08-06.json", "https://a.example/2024-08-06/a, 2024-08-06.json"),
        ("the 2024-13-45th", "the 2024-13-45th"),
        ("no day: 2024-13-45", "no day: 2024-13-45"),
    ],
)
def test_a_sentence_of_a_pack_tells_its_days_in_words(text: str, said: str) -> None:
    assert wording.name_days(text) == said


def test_a_sentence_tells_its_days_as_the_language_does() -> None:
    with translation.override("de"):
        assert wording.name_days("bis 2026-12-02") == "bis 2.\N{NO-BREAK SPACE}Dezember 2026"
        assert wording.tidy_source("data.json, 2026-11-20") == "data.json, 20.11.2026"


@pytest.mark.parametrize(
    ("number", "said"), [(0, "no duties"), (1, "one duty"), (2, "two duties"), (12, "twelve duties"), (13, "13 duties")]
)
def test_small_numbers_are_words(number: int, said: str) -> None:
    assert wording.count(number, "duty", "duties") == said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (-96, -28, "short by 28 to 96 days"),
        (-1, -1, "short by 1 day"),
        (-30, 140, "between 30 days short and 140 days to spare"),
        (12, 12, "12 days to spare"),
        (0, 5, "0 to 5 days to spare"),
    ],
)
def test_a_margin_says_first_whether_there_is_too_little(low: float, high: float, said: str) -> None:
    assert wording.margin(low, high) == said


@pytest.mark.parametrize(
    ("share", "said"), [(None, "not known"), (0.0, "0 %"), (0.5, "50 %"), (0.996, "99 %"), (1.0, "100 %")]
)
def test_a_share_below_one_never_reads_as_all(share: float | None, said: str) -> None:
    assert wording.percent(share) == said


def test_acts_are_cited_by_the_names_people_use() -> None:
    assert cite("Regulation (EU) 2022/2554, Art. 28(3)") == "DORA, Art. 28(3)"
    assert cite("Directive (EU) 2023/2225, Art. 18") == "Directive (EU) 2023/2225, Art. 18"


def test_values_are_told_by_their_labels() -> None:
    labels = {"vendor_api": "Through the publisher’s service"}
    assert wording.fact_value("vendor_api", labels) == "Through the publisher’s service"
    assert wording.fact_value(None, {}) == "none"
    assert wording.fact_value([], {}) == "none of them"
    assert wording.fact_value(["a", "b", "c"], {}) == "a, b and c"
    assert wording.fact_value(True, {}) == "yes"
    assert wording.fact_value(90.0, {}) == "90"
    assert wording.fact_value("2027-06-30", {}) == "30 Jun 2027"


LISTED = "AI Act, Art. 25(1), AI Act, Art. 51, 52, GDPR, Art. 53(1)(a), Annex XI, and Directive (EU) 2023/2225, Art. 13"


def test_a_list_of_citations_is_parted_act_by_act() -> None:
    parted = "AI Act, Art. 25(1); AI Act, Art. 51, 52; GDPR, Art. 53(1)(a), Annex XI; Directive (EU) 2023/2225, Art. 13"
    assert cite(LISTED) == parted
    assert cite(f"{LISTED} and 58 more") == f"{parted} and 58 more"
    with translation.override("de"):
        assert cite(f"{LISTED} and 58 more") == (
            "Art. 25 Abs. 1 KI-VO; Art. 51, 52 KI-VO; Art. 53 Abs. 1 lit. a, Anhang XI DSGVO; "
            "Art. 13 Richtlinie (EU) 2023/2225 und 58 weitere"
        )
        assert cite("DORA, Art. 24, 25") == "Art. 24, 25 DORA"
        assert cite("DORA, Art. 17 to 19; Delegated Regulation (EU) 2025/301, Art. 5") == (
            "Art. 17 bis 19 DORA; Art. 5 Delegierte Verordnung (EU) 2025/301"
        )
        assert cite("DORA, Art. 19, and Delegated Regulation (EU) 2025/301, Art. 5") == (
            "Art. 19 DORA; Art. 5 Delegierte Verordnung (EU) 2025/301"
        )


@pytest.mark.parametrize(
    ("citation", "said", "german"),
    [
        (
            "PRA SS1/23, Principles 1 to 5 [guidance, not law]",
            "PRA SS1/23, Principles 1 to 5 [guidance, not law]",
            "PRA SS1/23, Principles 1 to 5 [Leitlinie, kein Gesetz]",
        ),
        (
            "Regulation (EU) 2023/2854, Art. 23 to 31 [for information, not a duty]",
            "Data Act, Art. 23 to 31 [for information, not a duty]",
            "Art. 23 bis 31 Data Act [zur Information, keine Pflicht]",
        ),
        (
            "Guidelines, Paper of 2025 [proposed, not yet law], AI Act, Art. 4, and DORA, Art. 5",
            "Guidelines, Paper of 2025 [proposed, not yet law]; AI Act, Art. 4; DORA, Art. 5",
            "Guidelines, Paper of 2025 [Vorschlag, noch kein Gesetz]; Art. 4 KI-VO; Art. 5 DORA",
        ),
    ],
)
def test_what_is_not_law_is_told_with_its_citation(citation: str, said: str, german: str) -> None:
    assert cite(citation) == said
    with translation.override("de"):
        assert cite(citation).replace("\u00a0", " ") == german
