"""Which words are real."""

from poemgen.evaluation.real_words import count, plain_words, real_words


def test_the_corpus_and_the_table_know_words() -> None:
    is_real = real_words(["the glimmerquist, Glimmerquist once more", "one snorkwhistle"], "en")
    assert [is_real(word) for word in ("glimmerquist", "snorkwhistle", "kettle")] == [True, False, True]
    assert count("Kettle of 'Glimmerquist' and snorkwhistle!", is_real) == (4, 5)


def test_in_another_language_the_corpus_alone_does() -> None:
    is_real = real_words(["luna e luna"], "it")
    assert [is_real(word) for word in ("luna", "e", "kettle")] == [True, False, False]


def test_apostrophes_around_words_are_none_of_theirs() -> None:
    assert plain_words("'tis 'moon' o'er '' '") == ["tis", "moon", "o'er"]
    assert count("\n\n", real_words([], "en")) == (0, 0)
