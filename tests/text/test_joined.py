"""Arrays end to end: whatever is taken out is what one array would give."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from poemgen.text.joined import Joined

pieces = st.lists(st.lists(st.integers(0, 9), max_size=5), min_size=1, max_size=6).filter(any)


@given(pieces, st.data())
def test_it_is_indexed_as_one_array(parts: list[list[int]], data: st.DataObject) -> None:
    whole = np.array([number for part in parts for number in part], np.uint16)
    joined = Joined([np.array(part, np.uint16) for part in parts], 10)
    assert len(joined) == len(whole)
    places = data.draw(st.lists(st.integers(-len(whole), len(whole) - 1), min_size=1, max_size=8))
    found = joined[np.array([places, places])]
    np.testing.assert_array_equal(found, whole[np.array([places, places])])
    assert found.dtype == np.uint16
    begin, end = (data.draw(st.integers(0, len(whole))) for _ in range(2))
    np.testing.assert_array_equal(joined[begin:end], whole[begin:end])


@given(pieces, st.data())
def test_ranges_are_kept_in_their_order(parts: list[list[int]], data: st.DataObject) -> None:
    whole = np.array([number for part in parts for number in part], np.uint16)
    joined = Joined([np.array(part, np.uint16) for part in parts], 10)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), min_size=2, max_size=6)))
    ranges = list(zip(cuts[::2], cuts[1::2], strict=False))
    kept = joined.kept(ranges)
    expected = [number for begin, end in ranges for number in whole[begin:end]]
    assert len(kept) == len(expected)
    assert [number for part in kept.parts for number in part] == expected
    assert all(any(np.shares_memory(part, own) for own in joined.parts) for part in kept.parts)
