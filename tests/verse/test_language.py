"""Languages: whose sounds are known, and which one a text is in."""

import pytest

from poemgen.errors import UsageError
from poemgen.verse.language import LANGUAGES, guess, sounds_for
from poemgen.verse.words import words


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_its_sounds(language: str) -> None:
    sounds = sounds_for(language)
    assert sounds.language == language
    assert sounds.pronunciations("luna" if language != "ru" else "луна")[0].stresses in ("10", "01")


def test_an_unknown_language_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match=r"'elvish' are not known; take one of en, it"):
        sounds_for("elvish")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The moon and the shore of all that was", "en"),
        ("La luna che non dorme nel mare", "it"),
        ("La luna y el mar que no duermen", "es"),
        ("La lune et les étoiles dans une nuit", "fr"),
        ("Der Mond und das Meer sind nicht allein", "de"),
        ("Луна и море", "ru"),
        ("", "en"),
        ("brillow shimble", "en"),
    ],
)
def test_the_language_is_told_by_its_commonest_words(text: str, language: str) -> None:
    assert guess(words(text)) == language
