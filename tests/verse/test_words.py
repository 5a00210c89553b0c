"""Words of a line: what is one, and what is not."""

import pytest

from poemgen.verse.words import last_word, words


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("The moon, the moon!", ["the", "moon", "the", "moon"]),
        ("'Tis th\u2019 eternal hour\u2014so he said", ["'tis", "th'", "eternal", "hour", "so", "he", "said"]),
        ("wine-dark", ["wine", "dark"]),
        ("crowne\u0300d", ["crowne\u0300d"]),
        ("_12 % 3_", []),
        ("", []),
    ],
)
def test_the_words_of_a_line(line: str, expected: list[str]) -> None:
    assert words(line) == expected
    assert last_word(line) == (expected[-1] if expected else "")
