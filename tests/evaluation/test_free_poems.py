"""Free poems: cut where people's are cut, and drawn by seeds."""

from iid import LETTERS, NEWLINES

from poemgen.evaluation.drawing import CUT, by_eight_gram, by_model, of_people
from poemgen.evaluation.eight_gram import fit


def test_poems_of_people_are_cut() -> None:
    short, exact, long = of_people(["a" * (CUT - 1), "a" * CUT, "a" * (CUT + 1)])
    assert [len(poem.text) for poem in (short, exact, long)] == [CUT - 1, CUT, CUT]
    assert [short.ended, exact.ended, long.ended] == [True, False, False]


def test_a_model_ends_its_poems_or_does_not() -> None:
    poems = by_model(LETTERS, 1.0, 3, rng_seed=4)
    assert all(poem.ended and len(poem.text) < CUT and set(poem.text) <= {*"\n amno"} for poem in poems)
    assert by_model(LETTERS, 1.0, 3, rng_seed=4) == poems != by_model(LETTERS, 1.0, 3, rng_seed=5)
    assert by_model(NEWLINES, 1.0, 1, rng_seed=4) == [("\n" * CUT, False)]


def test_so_does_the_8_gram() -> None:
    counted = fit(["a man\non a moor", "no man\non a moor"])
    poems = by_eight_gram(counted, 0.8, 5, rng_seed=4)
    assert all(poem.ended and set(poem.text) <= {*"\n amnor"} for poem in poems)
    assert by_eight_gram(counted, 0.8, 5, rng_seed=4) == poems
