"""Drawing: lanes side by side come to the same end as each would alone, and none is wasted."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
import pytest
from toys import CONFIG, network

from poemgen.composing.drawing import LONGEST, draw
from poemgen.sampling.choice import Choice
from poemgen.sampling.voice import Voice

GREEDY, FREE = Choice(0.0), Choice(1.0)


@dataclass
class Recorder:
    """Writes what is drawn until it has so many ids; lost at an id below `lost_below` after its forced ones."""

    length: int
    forced: Sequence[int] = ()
    lost_below: int = 0
    ids: list[int] = field(default_factory=list)
    lost: bool = False

    def take(self, id: int) -> int | None:
        if len(self.ids) >= len(self.forced) and id < self.lost_below:
            self.lost = True
            return None
        self.ids.append(id)
        return None if len(self.ids) == self.length else id

    def copy(self) -> Self:
        return replace(self, ids=[*self.ids])


def likeliest(ids: Sequence[int], length: int) -> list[int]:
    """What a lane becomes that always takes the likeliest id, after these."""
    voice = Voice(network(1))
    context, result = voice.start(), list(ids)
    for step in range(length):
        if step == len(result):
            result.append(int(voice.next_logits(context).argmax()))
        context = voice.read(context, [result[step]])
    return result


@pytest.mark.parametrize("count", [1, 15, 16, 17, 40])
def test_each_lane_follows_its_own_text(count: int) -> None:
    rng = np.random.default_rng(3)
    lanes = [Recorder(2 + index % 9, [2 + index % 5] * (index % 3)) for index in range(count)]
    ended = draw(network(1), Voice(network(1)).start(), lanes, GREEDY, rng)
    assert sorted(map(id, ended)) == sorted(map(id, lanes))
    for lane in lanes:
        assert lane.ids == likeliest(lane.forced, lane.length)


def test_lanes_go_on_from_the_context() -> None:
    voice = Voice(network(1))
    context = voice.read(voice.start(), [4, 5, 6])
    [lane] = draw(network(1), context, [Recorder(5)], GREEDY, np.random.default_rng(0))
    assert [4, 5, 6, *lane.ids] == likeliest([4, 5, 6], 8)


def test_lanes_that_are_lost_go_on_as_copies_of_others() -> None:
    lanes = [Recorder(12, lost_below=6) for _ in range(32)]
    ended = draw(network(1), Voice(network(1)).start(), lanes, FREE, np.random.default_rng(1))
    assert any(lane.lost for lane in lanes)
    assert len(ended) > 16  # alone, one in a hundred would come that far; those lost at the last step find no other
    assert all(len(lane.ids) == 12 and min(lane.ids) >= 6 for lane in ended)
    assert len({tuple(lane.ids) for lane in ended}) > 8


def test_where_all_are_lost_nothing_comes() -> None:
    lanes = [Recorder(5, lost_below=CONFIG.vocabulary) for _ in range(20)]
    assert draw(network(1), Voice(network(1)).start(), lanes, FREE, np.random.default_rng(1)) == []


def test_what_never_ends_is_given_up() -> None:
    lane = Recorder(10**6)
    assert draw(network(1), Voice(network(1)).start(), [lane], FREE, np.random.default_rng(1)) == []
    assert len(lane.ids) == LONGEST


def test_the_same_random_numbers_give_the_same_lanes() -> None:
    def once() -> list[list[int]]:
        lanes = [Recorder(9, lost_below=4) for _ in range(20)]
        ended = draw(network(1), Voice(network(1)).start(), lanes, FREE, np.random.default_rng(7))
        return [lane.ids for lane in ended]

    assert once() == once()
