"""The size that a name tells, and the memory it takes."""

import pytest

from audit.portfolio.hardware import estimate_hardware, read_size


@pytest.mark.parametrize(
    ("label", "billions"),
    [
        ("Llama 2 70B", 70),
        ("GPT-Neo 2.7B", 2.7),
        ("gpt-oss 120b", 120),
        ("Mixtral 8x7B v0.1", 56),  # all eight experts lie in memory
        ("Mistral-7B v0.1", 7),
        ("Mistral Large 3 675B Instruct 2512", 675),
        ("Claude Opus 5.5", None),
        ("GPT-4 gpt-4-0613", None),
        ("Qwen3.5 397B-A17B", 397),  # the 17 that are active are written A17B, and all 397 have to be held
        ("7B distilled from 70B", None),  # two sizes tell none
        ("Web2Bot", None),
    ],
)
def test_a_size_is_read_from_a_name_or_not_at_all(label: str, billions: float | None) -> None:
    assert read_size(label) == billions


def test_memory_is_weights_times_bytes_and_a_fifth() -> None:
    # 70 billion x 2 bytes = 140 GB, and a fifth: 168 GB, which takes three cards of 80 GB.
    found = estimate_hardware("Llama 2 70B")
    assert found is not None
    assert (found.memory_gb, found.cards) == (168.0, 3)
    packed = estimate_hardware("Llama 2 70B", bytes_per_weight=0.5)
    assert packed is not None
    assert (packed.memory_gb, packed.cards) == (42.0, 1)


def test_a_small_model_still_takes_one_card() -> None:
    found = estimate_hardware("GPT-Neo 2.7B")
    assert found is not None
    assert found.cards == 1
