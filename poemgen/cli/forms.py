"""The options of `generate` that ask for a form, and poems in that form."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from poemgen.cli.given import BETWEEN_POEMS
from poemgen.cli.options import number
from poemgen.cli.output import Write
from poemgen.cli.shell import say
from poemgen.cli.words import counted
from poemgen.errors import PoemgenError, UsageError
from poemgen.verse.forms import MOST_LINES, FormName, Wishes, line_forms
from poemgen.verse.meter import Meter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from poemgen.composing.judging import Composed
    from poemgen.composing.workshop import Workshop
    from poemgen.sampling import Choice
    from poemgen.storage import PoemModel
    from poemgen.workers import Map

CANDIDATES = 64  # `composing.workshop.CANDIDATES`, without NumPy

Form = Annotated[FormName | None, typer.Option("--form", help="A form that has a name.")]
Rhyme = Annotated[
    str | None, typer.Option("--rhyme", help="Which lines rhyme, as ABAB; X rhymes with none, a space parts stanzas.")
]
Syllables = Annotated[
    str | None, typer.Option("--syllables", help="Syllables of every line, as 8, or of each in turn, as 5,7,5.")
]
MeterName = Annotated[Meter | None, typer.Option("--meter", help="The beat of every line.")]
Lines = Annotated[
    int | None, typer.Option("--lines", callback=number(at_least=1, at_most=MOST_LINES), help="How many lines.")
]
Acrostic = Annotated[str | None, typer.Option("--acrostic", help="A word that the lines' first letters spell.")]
Keyword = Annotated[str | None, typer.Option("--keyword", help="A word that stands in the poem.")]
Novel = Annotated[
    list[str] | None,
    typer.Option("--novel", metavar="CORPUS", help="Share no 30 characters with these poems; can be repeated."),
]
Candidates = Annotated[
    int | None,
    typer.Option(
        "--candidates",
        callback=number(at_least=1, at_most=1024),
        help=f"Lines drawn to choose one from. [default: {CANDIDATES}]",
    ),
]
Language = Annotated[
    str | None, typer.Option("--language", help="How words sound: en, it, es, fr, de or ru. [default: by the model]")
]


@dataclass(frozen=True)
class Asked:
    """What was asked of a form, besides the form itself."""

    wishes: Wishes
    keyword: str | None
    novel: tuple[str, ...]
    candidates: int | None
    language: str | None

    def wants_form(self) -> bool:
        """Whether a poem in form is asked for. Raises UsageError for options that only such a poem can heed."""
        if self.wishes != Wishes() or self.keyword is not None or self.novel:
            return True
        for option, value in (("--candidates", self.candidates), ("--language", self.language)):
            if value is not None:
                raise UsageError(f"{option} is for poems in form; add --form, --lines, --rhyme or the like")
        return False


def workshop(model: "PoemModel", asked: Asked, seed: str, choice: "Choice", pool: "Map", *, quiet: bool) -> "Workshop":
    """What the model has to make poems with. Raises UsageError if that is not enough for what is asked."""
    from poemgen.composing.workshop import open_workshop

    shop = open_workshop(
        model,
        line_forms(asked.wishes),
        seed=seed,
        keyword=asked.keyword,
        choice=choice,
        candidates=asked.candidates or CANDIDATES,
        language=asked.language,
        novel=asked.novel,
        map=pool,
    )
    language = shop.knowledge.sounds.language
    if not quiet and asked.language is None and language != "en":
        say(f"language: {language} (--language names another)")
    return shop


def report(poem: "Composed", index: int, longest: str | None) -> None:
    """Says on stderr which lines are not what they should be, and the longest copy if that was asked for."""
    for line in poem.failed:
        said = "is not in the meter or length asked for" if line < len(poem.lines) else "could not be written"
        say(f"line {line + 1} of poem {index + 1} {said}: more --candidates may help")
    if longest is not None:
        said = f"{counted(len(longest), 'character')}: {longest!r}"
        say(f"the longest match of poem {index + 1} with the corpus has {said}")


def written(shop: "Workshop", rng_seed: int, count: int) -> "Iterator[tuple[int, Composed]]":
    """The poems and their numbers (from 0). Raises PoemgenError after the last one if some could not be completed."""
    from poemgen.composing.workshop import poems_in_form

    unfinished = 0
    for index, poem in enumerate(poems_in_form(shop, rng_seed, count)):
        yield index, poem
        unfinished += len(poem.lines) < len(poem.forms)
    if unfinished:
        which = f"{unfinished} of {counted(count, 'poem')}" if count > 1 else "the poem"
        raise PoemgenError(
            f"{which} could not be completed: try another seed, a lower --temperature or more --candidates"
        )


def write_text(write: Write, shop: "Workshop", rng_seed: int, count: int, *, quiet: bool) -> None:
    """The poems as text, each when it is complete."""
    for index, poem in written(shop, rng_seed, count):
        write((BETWEEN_POEMS if index else "") + poem.text + "\n")
        if not quiet:
            report(poem, index, shop.longest_copy(poem.text) if shop.longest_copy else None)


def write_records(
    write: Write,
    shop: "Workshop",
    asked: Asked,
    rng_seed: int,
    count: int,
    details: dict[str, Any],
    *,
    quiet: bool,
) -> None:
    """The poems as JSON Lines: the text, its form, the scheme found, syllables a line, tries, lines that failed."""
    from poemgen.verse.meter import syllables
    from poemgen.verse.scheme import scheme

    sounds = shop.knowledge.sounds
    for index, poem in written(shop, rng_seed, count):
        longest = shop.longest_copy(poem.text) if shop.longest_copy else None
        record: dict[str, Any] = {
            "text": poem.text,
            "form": asked.wishes.form,
            "scheme": scheme(sounds, poem.text.split("\n")),
            "syllables": [syllables(sounds, line) for line in poem.lines],
            "tries": poem.tries,
            "failed": [line + 1 for line in poem.failed],
            "poem": index,
        }
        if longest is not None:
            record["longest_match"] = longest
        write(json.dumps(record | details, ensure_ascii=False) + "\n")
        if not quiet:
            report(poem, index, None)
