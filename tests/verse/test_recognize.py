"""Forms: told from schemes and counts alone."""

import pytest

from poemgen.verse.recognize import form_of, pattern

SHORT_BALLAD = [8, 6, 8, 6]


@pytest.mark.parametrize(
    ("scheme", "syllables", "form"),
    [
        ("xxx", [5, 7, 5], "haiku"),
        ("AxA", [5, 7, 5], "haiku"),
        ("xxxxx", [5, 7, 5, 7, 7], "tanka"),
        ("AABBA", [9, 9, 6, 6, 9], "limerick"),
        ("AxBBA", [8, 9, 5, 6, 8], "limerick"),  # a rhyme was missed
        ("AABBA", [8, 8, 8, 8, 8], "couplets"),
        ("ABABCDCDEFEFGG", [10] * 14, "sonnet"),
        ("ABBA ABBA CDE CDE", [10] * 13 + [11], "sonnet"),
        ("ABABxCxCDEDEFF", [10] * 14, "sonnet"),
        ("ABABCDCDEFEFGG", [8] * 14, ""),
        ("AABBCCDDEEFFGG", [10] * 14, "couplets"),
        ("xxxxxxxxxxxxxx", [10] * 14, "blank verse"),
        ("xAxA xBxB", SHORT_BALLAD * 2, "ballad"),
        ("ABAB CDCD", [8, 7, 9, 6] * 2, "ballad"),
        ("xAxAxBxB", SHORT_BALLAD * 2, "ballad"),
        ("ABAB CDCD", [8] * 8, "quatrains"),
        ("ABBA CDDC xxxx", [8] * 12, ""),
        ("AABBCCDD", [8] * 8, "couplets"),
        ("AABB", [8] * 4, "quatrains"),
        ("AA", [8] * 2, ""),
        ("xxxxxxxx", [8] * 8, ""),
        ("", [], ""),
    ],
)
def test_forms(scheme: str, syllables: list[int], form: str) -> None:
    assert form_of(scheme, syllables) == form


def test_blank_verse_is_iambic_if_the_meter_is_known() -> None:
    assert form_of("x" * 20, [10] * 20, "iambic pentameter") == "blank verse"
    assert form_of("x" * 20, [10] * 20, "trochaic pentameter") == ""


@pytest.mark.parametrize(
    ("letters", "expected"), [("EFGF", "ABCB"), ("xAxA", "ABCB"), ("CCDD", "AABB"), ("xxxx", "ABCD"), ("", "")]
)
def test_the_pattern_of_a_stanza(letters: str, expected: str) -> None:
    assert pattern(letters) == expected
