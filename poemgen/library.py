"""The library behind the command line's main verbs, for programs that import poemgen."""

import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path

from poemgen import sampling, scoring
from poemgen.composing.workshop import open_workshop, poems_in_form
from poemgen.errors import PoemgenError, UsageError
from poemgen.storage import PoemModel, embedded_path
from poemgen.storage import load_model as load
from poemgen.text.cleaning import clean
from poemgen.verse.forms import FormName, Wishes, line_forms
from poemgen.verse.meter import Meter


def load_model(path: str | Path | None = None) -> PoemModel:
    """The model of a file, or without a path the embedded one. Raises PoemgenError for what is no such file."""
    return load(Path(path) if path is not None else embedded_path())


def generate(
    model: PoemModel,
    *,
    seed: str = "",
    count: int = 1,
    max_length: int = 2000,
    temperature: float = 0.8,
    top_k: int = 0,
    top_p: float = 1.0,
    reject_unk: bool = False,
    rng_seed: int | None = None,
) -> Iterator[str]:
    """Poems that begin with `seed`, each as text. `max_length` counts characters after the seed.

    `rng_seed` (0 or more) makes them repeatable. Raises UsageError for a number that makes no sense.

    >>> import poemgen
    >>> poems = list(poemgen.generate(poemgen.load_model(), seed="moon", count=2, max_length=50, rng_seed=7))
    >>> [poem[:4] for poem in poems]
    ['moon', 'moon']
    """
    _check_numbers({"random seed": rng_seed or 0, "count": count, "greatest length": max_length})
    text = clean(seed).text
    choice = sampling.Choice(temperature, top_k, top_p, reject_unk)
    poems = sampling.poems(
        model.config,
        model.parameters,
        model.vocabulary.encode(text),
        choice,
        max_length=max_length,
        rng_seed=secrets.randbits(32) if rng_seed is None else rng_seed,
        count=count,
    )
    return (text + model.vocabulary.decode(poem.ids) for poem in poems)


def compose(
    model: PoemModel,
    form: str | None = None,
    *,
    rhyme: str | None = None,
    syllables: str | None = None,
    meter: str | None = None,
    lines: int | None = None,
    acrostic: str | None = None,
    keyword: str | None = None,
    seed: str = "",
    count: int = 1,
    temperature: float = 0.8,
    rng_seed: int | None = None,
) -> Iterator[str]:
    """Poems in form, each as text: the wishes are those of `poemgen generate`, and combine as they do there.

    A line that cannot be written in form is let off its meter, then off its length, and if that does not help the poem
    ends before it. Raises UsageError for a form that cannot be, or that the model cannot write.

    >>> import poemgen
    >>> [haiku] = poemgen.compose(poemgen.load_model(), "haiku", rng_seed=7)
    >>> len(haiku.split("\\n"))
    3
    """
    _check_numbers({"random seed": rng_seed or 0, "count": count})
    try:
        wishes = Wishes(
            FormName(form) if form else None, rhyme, syllables, Meter(meter) if meter else None, lines, acrostic
        )
    except ValueError as error:
        raise UsageError(f"{error}; forms are {', '.join(FormName)}, meters {', '.join(Meter)}") from error
    choice = sampling.Choice(temperature, reject_unk=True)
    shop = open_workshop(model, line_forms(wishes), seed=clean(seed).text, keyword=keyword, choice=choice)
    poems = poems_in_form(shop, secrets.randbits(32) if rng_seed is None else rng_seed, count)
    return (poem.text for poem in poems)


def bits_per_character(model: PoemModel, poems: Iterable[str]) -> float:
    """The mean surprisal of the poems' characters, each poem's <EOS> included (see `scoring`).

    Raises PoemgenError if there are no poems.

    >>> import poemgen
    >>> poemgen.bits_per_character(poemgen.load_model(), ["The sea, the sea."]) < 8
    True
    """
    passages = scoring.whole(model.config, [model.vocabulary.encode_poem(clean(poem).text) for poem in poems])
    if not passages:
        raise PoemgenError("there are no poems to score; give it one")
    return scoring.score(model.config, model.parameters, passages).bits_per_character


def _check_numbers(numbers: dict[str, int]) -> None:
    for name, number in numbers.items():
        if number < 0:
            raise UsageError(f"the {name} is {number}; it must be 0 or more")
