"""The languages whose sounds are known."""

from collections.abc import Iterable
from functools import lru_cache

from poemgen.errors import UsageError
from poemgen.verse.sounds import Sounds

LANGUAGES = ("en",)


@lru_cache(maxsize=len(LANGUAGES))
def sounds_for(language: str) -> Sounds:
    """How the words of a language sound; raises `UsageError` for a language whose sounds are not known."""
    from poemgen.verse.english import English

    if language not in LANGUAGES:
        raise UsageError(f"the sounds of {language!r} are not known; --language takes one of {', '.join(LANGUAGES)}")
    return English()


def guess(words: Iterable[str]) -> str:
    """The language that the most common of the words speak for; "en" if nothing speaks."""
    return "en"
