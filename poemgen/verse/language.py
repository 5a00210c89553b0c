"""The languages whose sounds are known, and which of them words are in."""

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

from poemgen.errors import UsageError
from poemgen.verse.by_spelling import BySpelling
from poemgen.verse.english import English
from poemgen.verse.sounds import Sounds

LANGUAGES = ("en", "it", "es", "fr", "de", "ru")

# Words that are common in one of the languages and rare in the others.
_COMMON = {
    "en": "the and of to that with his her my thy which from is was it for but not this all",
    "it": "che di il per non gli della nel con mio come più sì è io del mia dal ed una",
    "es": "que de el y los las por con mi su como más es yo del una pero al lo tu",
    "fr": "les des et que dans est le qui pour sur je une un du pas vous nous il au ou",
    "de": "und der die das ich nicht ein ist zu mit den sich dem auf von so wie es mein im",
}
_ENOUGH = 2000


@lru_cache(maxsize=len(LANGUAGES))
def sounds_for(language: str) -> Sounds:
    """How the words of a language sound; raises `UsageError` for a language whose sounds are not known."""
    if language not in LANGUAGES:
        raise UsageError(f"the sounds of {language!r} are not known; take one of {', '.join(LANGUAGES)}")
    return English() if language == "en" else BySpelling(language)


def guess(words: Iterable[str]) -> str:
    """The language of words (as `words` gives them), told by the commonest ones and by the script; "en" in doubt."""
    votes: Counter[str] = Counter({"en": 0})
    for word in islice(words, _ENOUGH):
        votes.update(_spoken_for(word))
    return max(LANGUAGES, key=lambda language: votes[language])


def _spoken_for(word: str) -> list[str]:
    if any("\u0400" <= letter <= "\u04ff" for letter in word):
        return ["ru"]
    return [language for language, common in _common().items() if word in common]


@lru_cache(maxsize=1)
def _common() -> dict[str, frozenset[str]]:
    return {language: frozenset(text.split()) for language, text in _COMMON.items()}
