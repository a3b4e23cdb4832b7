"""Sources on the screens: short to read, whole to follow, and never markup of their own."""

from __future__ import annotations

from governance.admin.describing import put_in_words
from governance.admin.sources import shorten, show_source

COMMIT = "23485e3c7940560b3b4cb12e0016012f14d03fc7"


def test_a_commit_is_cut_to_seven_letters_and_stays_whole_in_the_title() -> None:
    source = f"EleutherAI/gpt-neo@{COMMIT}:LICENSE"
    assert shorten(source) == "EleutherAI/gpt-neo@23485e3:LICENSE"
    shown = show_source(source, on="2022-02-25")
    assert f'title="{source}"' in shown
    assert shown.endswith("</span>, 25 Feb 2022")


def test_an_address_leads_there_and_a_day_of_reading_is_called_so() -> None:
    shown = show_source("https://example.com/card", read_on="2026-11-20")
    assert shown.startswith('<a href="https://example.com/card"')
    assert shown.endswith(", read on 20 Nov 2026")
    assert show_source("model card", on="2026-02").endswith("</span>, 2026-02")  # a month alone is told as it is


def test_a_source_cannot_bring_its_own_markup() -> None:
    assert "<script>" not in show_source("<script>alert(1)</script>", on="<b>")
    assert "<a " not in show_source("javascript:alert(1)")


def test_a_very_large_number_is_read_by_its_power_of_ten() -> None:
    assert put_in_words(7_900_000_000_000_000_000_000, str) == "7.9 × 10^21"
    assert put_in_words(128_000, str) == "128000"


def test_the_days_within_a_source_stand_in_words_and_those_of_an_address_or_a_version_stay() -> None:
    shown = show_source("terms of use of 2023-03-14, https://example.org/openai-tou-20230314.yml (2025-11-04)")
    assert ">terms of use of 14 Mar 2023, https://example.org/openai-tou-20230314.yml (4 Nov 2025)</span>" in shown
    kept = "pypi:kit@32.5.0:licences/gemma-tou-2025-03-24.LICENSE"
    assert f">{kept}</span>" in show_source(kept)
    assert shorten("https://example.org/2025-03-24/terms") == "https://example.org/2025-03-24/terms"
    assert shorten("guidelines of 2025-02-31") == "guidelines of 2025-02-31"


def test_a_value_that_tells_a_day_tells_it_in_words() -> None:
    assert put_in_words("2023-03-14", str) == "14 Mar 2023"
    assert put_in_words("retired 2026-10-23", str) == "retired 23 Oct 2026"
    assert put_in_words("gpt-4o-2024-08-06", str) == "gpt-4o-2024-08-06"
