"""`poemgen generate`: poems on standard output, as they are written."""

import json
import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from poemgen.cli import forms
from poemgen.cli.forms import Asked
from poemgen.cli.given import BETWEEN_POEMS, given_text, prepared
from poemgen.cli.models import open_model
from poemgen.cli.options import Format, ModelFile, Output, Quiet, RngSeed, Verbose, number
from poemgen.cli.output import Write, output
from poemgen.cli.shell import say
from poemgen.errors import UsageError
from poemgen.verse.forms import Wishes, line_forms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from poemgen.sampling import Poem
    from poemgen.storage import PoemModel
    from poemgen.text.tokenizer import Vocabulary
    from poemgen.workers import Map

MAX_LENGTH = 2000
MOST = 10**9  # poems, or characters of one: more than anybody waits for


def generate(
    seed: Annotated[
        str, typer.Option("--seed", "-s", help="Text that the poem begins with; - reads it from stdin.")
    ] = "",
    model: ModelFile = None,
    count: Annotated[
        int, typer.Option("--count", "-n", callback=number(at_least=1, at_most=MOST), help="How many poems.")
    ] = 1,
    temperature: Annotated[
        float,
        typer.Option(
            "--temperature",
            "-t",
            callback=number(at_least=0, at_most=100),
            help="Below 1 safer, above 1 wilder, 0 always the likeliest character.",
        ),
    ] = 0.8,
    top_k: Annotated[
        int,
        typer.Option(
            "--top-k", callback=number(at_least=0, at_most=MOST), help="Draw among the k likeliest characters; 0: all."
        ),
    ] = 0,
    top_p: Annotated[
        float,
        typer.Option(
            "--top-p",
            callback=number(above=0, at_most=1),
            help="Draw among the likeliest characters that together have this probability.",
        ),
    ] = 1.0,
    max_length: Annotated[
        int | None,
        typer.Option(
            "--max-length",
            callback=number(at_least=0, at_most=MOST),
            help=f"Most characters after the seed. [default: {MAX_LENGTH}]",
        ),
    ] = None,
    reject_unk: Annotated[
        bool, typer.Option("--reject-unk", help="Draw again where <UNK>, the unknown character, comes up.")
    ] = False,
    form: forms.Form = None,
    rhyme: forms.Rhyme = None,
    syllables: forms.Syllables = None,
    meter: forms.MeterName = None,
    lines: forms.Lines = None,
    acrostic: forms.Acrostic = None,
    keyword: forms.Keyword = None,
    novel: forms.Novel = None,
    candidates: forms.Candidates = None,
    language: forms.Language = None,
    rng_seed: RngSeed = None,
    format: Annotated[
        Format, typer.Option("--format", "-f", help="Plain text, or JSON Lines with all details.")
    ] = Format.TEXT,
    output_path: Output = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Write poems, freely or in a form.

    Several poems are separated by a line of %. Poem k of an --rng-seed is the same for every --count of 2 or more.

    A form is a name or made of single wishes, which combine: --form sonnet, --rhyme ABAB --syllables 8 --keyword sea.
    """
    asked = Asked(
        Wishes(form, rhyme, syllables, meter, lines, acrostic), keyword, tuple(novel or ()), candidates, language
    )
    if asked.wants_form():
        if max_length is not None:
            raise UsageError("--max-length is for poems without a form, whose length the form says; leave it out")
        line_forms(asked.wishes)
    seed_text = given_text(seed, "seed")
    unneeded = ["fill"]
    if not asked.wants_form():
        unneeded.append("backward")
    if format is Format.TEXT:
        unneeded.append("sha256")  # which records tell
    chosen = open_model(model, quiet=quiet, without=unneeded)
    from poemgen.sampling import Choice, stream

    seed_text = prepared(seed_text, chosen.vocabulary, "seed", quiet=quiet)
    if rng_seed is None:
        rng_seed = secrets.randbits(32)
    if verbose and not quiet:
        say(f"repeat with: --rng-seed {rng_seed}")
    if seed.isdecimal() and not quiet:
        say(f"--seed {seed} is the text that the poem begins with; to fix the random numbers, use --rng-seed {seed}")
    choice = Choice(temperature, top_k, top_p, reject_unk)
    details = {"seed": seed_text, "temperature": temperature, "top_k": top_k, "top_p": top_p}
    details |= {"reject_unk": reject_unk, "rng_seed": rng_seed, "model": chosen.sha256}
    if asked.wants_form():
        with output(output_path) as write, both_workers() as pool:
            shop = forms.workshop(chosen, asked, seed_text, choice, pool, quiet=quiet)
            if format is Format.TEXT:
                forms.write_text(write, shop, rng_seed, count, quiet=quiet)
            else:
                forms.write_records(write, shop, asked, rng_seed, count, details, quiet=quiet)
        return
    with output(output_path) as write, sharing(count) as pool:
        pieces = stream(
            chosen.config,
            chosen.parameters,
            chosen.vocabulary.encode(seed_text),
            choice,
            max_length=MAX_LENGTH if max_length is None else max_length,
            rng_seed=rng_seed,
            count=count,
            map=pool,
        )
        if format is Format.TEXT:
            write_text(write, seed_text, pieces, chosen.vocabulary)
        else:
            write_records(write, seed_text, pieces, chosen, details)


@contextmanager
def sharing(count: int) -> "Iterator[Map]":
    """What shares the work on many poems between two workers; a few are for one."""
    from poemgen.sampling import hands_for

    if hands_for(count) == 1:
        yield map
        return
    with both_workers() as pool:
        yield pool


@contextmanager
def both_workers() -> "Iterator[Map]":
    """What shares work between as many workers as there are cores for."""
    from poemgen.workers import available, workers

    with workers(available()) as pool:
        yield pool.map


def write_text(write: Write, seed: str, pieces: "Iterable[int | Poem]", vocabulary: "Vocabulary") -> None:
    """The poems as text, a character at a time."""
    begun, first = False, True
    last = ""
    for piece in pieces:
        if not begun:
            write(("" if first else BETWEEN_POEMS) + seed)
            begun, first, last = True, False, seed
        if isinstance(piece, int):
            last = vocabulary.token(piece)
            write(last)
        else:
            write("" if last.endswith("\n") else "\n")
            begun = False


def write_records(
    write: Write, seed: str, pieces: "Iterable[int | Poem]", model: "PoemModel", details: dict[str, object]
) -> None:
    """The poems as JSON Lines: the text, why it stopped, its log-probability (temperature 1, seed excluded, nats)."""
    poems = (piece for piece in pieces if not isinstance(piece, int))
    for index, poem in enumerate(poems):
        record = {
            "text": seed + model.vocabulary.decode(poem.ids),
            "stop": poem.stop,
            "characters": len(poem.ids),
            "log_probability": round(poem.log_probability, 4),
            "poem": index,
        }
        write(json.dumps(record | details, ensure_ascii=False) + "\n")
