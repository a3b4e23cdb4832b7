"""How figures are measured and told."""

from __future__ import annotations

import time

import pytest

from tests.bench.measuring import Figure, growth_exponent, median_ratio, spend


def work_for(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_a_figure_is_met_up_to_its_target() -> None:
    assert Figure("a", 1.0, "x", 1.0).verdict == "met"
    assert Figure("a", 1.01, "x", 1.0).verdict == "short"


def test_a_line_tells_name_value_unit_target_and_verdict() -> None:
    assert Figure("api_list", 1.25, "x", 1.3).to_line().split() == ["api_list", "1.250", "x", "1.3", "met"]


def test_only_processor_time_counts() -> None:
    assert spend(lambda: time.sleep(0.2)) < 0.1
    assert spend(lambda: work_for(0.05)) >= 0.05


def test_work_that_takes_three_times_the_floor_has_the_ratio_three() -> None:
    ratio = median_ratio(lambda: work_for(0.03), lambda: work_for(0.01))
    assert ratio == pytest.approx(3, rel=0.3)


@pytest.mark.parametrize("exponent", [0.0, 1.0, 2.0])
def test_the_slope_in_logarithms_is_the_growth(exponent: float) -> None:
    sizes = [10, 20, 40, 80]
    assert growth_exponent(sizes, [3 * size**exponent for size in sizes]) == pytest.approx(exponent)
