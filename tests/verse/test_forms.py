"""Forms: what each line must be, and which requests contradict themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poemgen.errors import UsageError
from poemgen.verse.forms import FormName, LineForm, Wishes, line_forms, parse_syllables
from poemgen.verse.meter import Meter


def scheme(forms: list[LineForm]) -> str:
    """Letters in the order of coming, `x` for none, a space before a stanza."""
    names: dict[str | None, str] = {None: "x"}
    letters = ""
    for form in forms:
        name = names.setdefault(form.rhyme, chr(ord("A") + len(names) - 1))
        letters += (" " if form.apart else "") + name
    return letters


def lengths(forms: list[LineForm]) -> list[int | None]:
    return [form.syllables for form in forms]


@pytest.mark.parametrize(
    ("form", "expected", "syllables", "meter"),
    [
        ("sonnet", "ABABCDCDEFEFGG", [10] * 14, "iambic"),
        ("limerick", "AABBA", [8, 8, 5, 5, 8], "anapestic"),
        ("haiku", "xxx", [5, 7, 5], None),
        ("tanka", "xxxxx", [5, 7, 5, 7, 7], None),
        ("quatrain", "ABAB", [8] * 4, "iambic"),
        ("couplets", "AABBCCDD", [10] * 8, "iambic"),
        ("ballad", "xAxA xBxB xCxC xDxD", [8, 6] * 8, "iambic"),
    ],
)
def test_named_forms(form: str, expected: str, syllables: list[int], meter: str | None) -> None:
    forms = line_forms(Wishes(form=FormName(form)))
    assert (scheme(forms), lengths(forms)) == (expected, syllables)
    assert {each.meter for each in forms} == {meter}


@pytest.mark.parametrize(
    ("wishes", "expected", "syllables"),
    [
        (Wishes(rhyme="ABAB"), "ABAB", [None] * 4),
        (Wishes(rhyme="abba", lines=8), "ABBA CDDC", [None] * 8),
        (Wishes(rhyme="AABA BBCB"), "AABA BBxB", [None] * 8),
        (Wishes(rhyme="XAXA"), "xAxA", [None] * 4),
        (Wishes(syllables="5,7,5"), "xxx", [5, 7, 5]),
        (Wishes(syllables="8"), "xxxxxxxx", [8] * 8),
        (Wishes(lines=3), "xxx", [None] * 3),
        (Wishes(acrostic="Moon"), "xxxx", [None] * 4),
        (Wishes(acrostic="OAK LEAF", rhyme="AABBCCX"), "AABBCCx", [None] * 7),
        (Wishes(meter=Meter.TROCHAIC), "xxxxxxxx", [10] * 8),
        (Wishes(form=FormName.QUATRAIN, lines=8, syllables="6"), "ABAB CDCD", [6] * 8),
        (Wishes(form=FormName.QUATRAIN, rhyme="ABBA"), "ABBA", [8] * 4),
        (Wishes(form=FormName.SONNET, rhyme="ABBAABBACDECDE"), "ABBAABBACDECDE", [10] * 14),
        (Wishes(form=FormName.COUPLETS, acrostic="RIVERS"), "AABBCC", [10] * 6),
    ],
)
def test_single_wishes_make_a_form_or_change_one(wishes: Wishes, expected: str, syllables: list[int | None]) -> None:
    forms = line_forms(wishes)
    assert (scheme(forms), lengths(forms)) == (expected, syllables)
    if wishes.acrostic:
        assert "".join(form.letter for form in forms) == wishes.acrostic.replace(" ", "").upper()


@pytest.mark.parametrize(
    ("wishes", "reason"),
    [
        (Wishes(form=FormName.SONNET, lines=12), "--form sonnet has 14 lines, and --lines makes 12"),
        (Wishes(form=FormName.COUPLETS, lines=7), "a multiple of 2 lines"),
        (Wishes(form=FormName.HAIKU, acrostic="MOON"), "--acrostic makes 4"),
        (Wishes(form=FormName.SONNET, rhyme="ABAB"), "do not make up a sonnet"),
        (Wishes(rhyme="AABBA", lines=7), "--rhyme AABBA has a multiple of 5 lines"),
        (Wishes(rhyme="A-B"), "must be letters"),
        (Wishes(rhyme=""), "must be letters"),
        (Wishes(lines=3, acrostic="MOON"), "they must agree"),
        (Wishes(acrostic="M00N"), "must be made of letters"),
        (Wishes(acrostic=" "), "must be made of letters"),
        (Wishes(syllables="8,"), "must be numbers"),
        (Wishes(syllables="0"), "must be numbers"),
        (Wishes(syllables="31"), "must be numbers"),
        (Wishes(syllables="²"), "must be numbers"),
        (Wishes(syllables="5,7", lines=3), "2 counts of syllables do not go into 3 lines"),
    ],
)
def test_what_cannot_be_is_refused(wishes: Wishes, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        line_forms(wishes)


@given(st.text())
def test_any_text_for_syllables_is_numbers_or_refused(text: str) -> None:
    try:
        found = parse_syllables(text)
    except UsageError:
        return
    assert found
    assert all(1 <= count <= 30 for count in found)


@given(st.text(), st.integers(1, 40))
def test_any_scheme_has_its_lines_or_is_refused(rhyme: str, lines: int) -> None:
    try:
        forms = line_forms(Wishes(rhyme=rhyme, lines=lines))
    except UsageError:
        return
    assert len(forms) == lines
