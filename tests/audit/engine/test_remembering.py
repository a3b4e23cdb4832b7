"""What is looked up is made once; what a call keeps for the next is its own and does not grow for ever."""

from __future__ import annotations

from dataclasses import dataclass

from audit.engine.remembering import Keeper, Memo


@dataclass(eq=False)
class Heap:
    """Tables of a given size."""

    name: str
    size: int = 1


def test_each_value_is_made_once() -> None:
    asked: list[int] = []

    def double(number: int) -> int:
        asked.append(number)
        return 2 * number

    memo = Memo(double)
    assert list(map(memo.__getitem__, (3, 4, 3, 3))) == [6, 8, 6, 6]
    assert asked == [3, 4]


def test_tables_are_used_by_one_call_at_a_time() -> None:
    keeper: Keeper[str, Heap] = Keeper(Heap)
    first = keeper.take("model")
    assert keeper.take("model") is not first, "the first call has not given its tables back"
    keeper.give_back("model", first)
    assert keeper.take("model") is first


def test_tables_that_have_grown_too_large_are_not_kept() -> None:
    keeper: Keeper[str, Heap] = Keeper(Heap)
    heap = keeper.take("model")
    heap.size = 10**6
    keeper.give_back("model", heap)
    assert keeper.take("model") is not heap


def test_tables_of_few_models_are_kept() -> None:
    keeper: Keeper[str, Heap] = Keeper(Heap)
    heaps = [keeper.take(name) for name in "abcde"]
    for heap in heaps:
        keeper.give_back(heap.name, heap)
    again = [keeper.take(heap.name) is heap for heap in heaps]
    assert any(again), "the last ones are kept"
    assert not all(again), "and not all that ever were"
