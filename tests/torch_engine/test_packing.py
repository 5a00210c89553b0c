"""Cutting and packing a window: every place once, each sequence without a new start inside, the longest first."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from poemgen.torch_engine.packing import packing, stretches


@st.composite
def windows(draw: st.DrawFn) -> np.ndarray:
    T, B = draw(st.integers(1, 9)), draw(st.integers(1, 5))
    flags = draw(st.lists(st.booleans(), min_size=T * B, max_size=T * B))
    return np.array(flags, np.float32).reshape(T, B, 1)


def test_two_streams_of_which_one_starts_anew_in_the_middle() -> None:
    keep = np.array([[1, 0], [1, 1], [0, 1]], np.float32)[..., None]
    packed = packing(keep)
    assert packed.sizes.tolist() == [3, 2, 1]
    assert packed.streams.tolist() == [1, 0, 0]
    assert packed.places.tolist() == [1, 0, 4, 3, 2, 5]
    assert packed.carried[:, 0].tolist() == [0, 1, 0]
    assert packed.ends.tolist() == [2, 0]


@given(windows())
def test_every_place_is_read_once_in_a_sequence_that_starts_where_its_state_does(keep: np.ndarray) -> None:
    T, B, _ = keep.shape
    packed = packing(keep)
    assert sorted(packed.places.tolist()) == list(range(T * B))
    assert (np.diff(packed.sizes) <= 0).all()
    steps = np.split(packed.places, packed.sizes.cumsum()[:-1])
    for sequence, (stream, carried) in enumerate(zip(packed.streams, packed.carried[:, 0], strict=True)):
        places = np.array([step[sequence] for step in steps if len(step) > sequence])
        times = places // B
        assert (places % B == stream).all()
        assert (np.diff(times) == 1).all()
        assert (keep[times[1:], stream] == 1).all()
        assert carried == (keep[0, stream] if times[0] == 0 else 0)
        assert times[0] == 0 or keep[times[0], stream] == 0
        assert (packed.ends[stream] == sequence) == (times[-1] == T - 1)


@given(windows())
def test_stretches_are_cut_where_a_stream_starts_anew_and_only_there(keep: np.ndarray) -> None:
    cut = stretches(keep, cut=True)
    assert [t for steps in cut for t in range(len(keep))[steps]] == list(range(len(keep)))
    assert all((keep[steps][1:] == 1).all() for steps in cut)
    assert all((keep[steps.start] == 0).any() for steps in cut[1:])
    assert all((packing(keep[steps]).sizes == keep.shape[1]).all() for steps in cut)
    assert stretches(keep, cut=False) == [slice(0, len(keep))]
