"""The intake: nothing is lost between batches, and a long poem is cut only on the way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poemgen.text import intake
from poemgen.text.id_buffer import IdBuffer
from poemgen.text.intake import Intake
from poemgen.text.tokenizer import EOS, Vocabulary


@given(st.lists(st.text("amno🌙")), st.integers(1, 9))
def test_ids_do_not_depend_on_the_batches(poems: list[str], batch: int) -> None:
    vocabulary = Vocabulary("amno🌙")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(intake, "BATCH_CHARACTERS", batch)
        buffer = IdBuffer()
        taken = Intake(poems, drop_duplicates=False, buffer=buffer)
    assert list(taken.lengths) == [len(poem) + 1 for poem in poems]
    assert taken.new_ids(vocabulary)[buffer.ids()].tolist() == [
        number for poem in poems for number in [*vocabulary.encode(poem).tolist(), EOS]
    ]
