"""`poemgen fill`: what may have stood in the gaps of a text, the best answer first."""

import json
import secrets
from typing import TYPE_CHECKING, Annotated

import typer

from poemgen.cli.given import BETWEEN_POEMS, given_text, prepared
from poemgen.cli.models import open_model
from poemgen.cli.options import Format, ModelFile, Output, Quiet, RngSeed, number
from poemgen.cli.output import Write, output
from poemgen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from poemgen.sampling.answers import Answer
    from poemgen.sampling.rereading import Rereader
    from poemgen.storage import PoemModel


def fill(
    text: Annotated[
        str, typer.Argument(help="Text with gaps: _ for one missing character, ... for some; - reads it from stdin.")
    ],
    model: ModelFile = None,
    count: Annotated[
        int, typer.Option("--count", "-n", callback=number(at_least=1, at_most=1000), help="How many answers at most.")
    ] = 5,
    temperature: Annotated[
        float,
        typer.Option(
            "--temperature",
            "-t",
            callback=number(at_least=0, at_most=100),
            help="0: the likeliest answers; above, they are drawn, safer below 1 and wilder above.",
        ),
    ] = 0.0,
    rng_seed: RngSeed = None,
    format: Annotated[
        Format, typer.Option("--format", "-f", help="Plain text, or JSON Lines with all details.")
    ] = Format.TEXT,
    output_path: Output = None,
    quiet: Quiet = False,
) -> None:
    """Fill the gaps of a text, the best answer first.

    Try: poemgen fill "the ____ sea"

    Answers that are made of words come before those that are not.

    Answers of several lines are separated by a line of %.
    """
    from poemgen.sampling.template import MISSING, has_gap

    text = given_text(text, "text")
    if not has_gap(text):
        raise UsageError("there is no gap to fill: write _ for each missing character, or ... for some")
    chosen = open_model(model, quiet=quiet, without=("sha256",) if format is Format.TEXT else ())
    if not chosen.fill:
        raise UsageError("this model has not learned to fill gaps: train one with `poemgen train --fill`")
    text = prepared(text, chosen.vocabulary, "text", known=MISSING, quiet=quiet)
    if rng_seed is None:
        rng_seed = secrets.randbits(32)
    from poemgen.sampling import answers as filling
    from poemgen.sampling.poems import poem_rng

    rng = poem_rng(rng_seed, 0)
    with output(output_path) as write:
        answers = filling.fill(
            chosen.fill,
            chosen.vocabulary,
            text,
            count,
            temperature=temperature,
            rng=rng,
            prefer=has_words_only(chosen, text),
            rereaders=rereaders(chosen),
        )
        if format is Format.TEXT:
            write_text(write, answers)
        else:
            details = {"given": text, "temperature": temperature, "rng_seed": rng_seed, "model": chosen.sha256}
            write_records(write, answers, details)


def rereaders(model: "PoemModel") -> "list[Rereader]":
    """The language models of the file, which read the answers anew."""
    from poemgen.model import Network
    from poemgen.sampling.rereading import Rereader
    from poemgen.sampling.voice import Voice

    forward = Rereader(Voice(Network(model.config, model.parameters)), from_the_end=False)
    return [forward, Rereader(Voice(model.backward), from_the_end=True)] if model.backward else [forward]


def has_words_only(model: "PoemModel", given: str) -> "Callable[[str], bool]":
    """Whether all words of a text come in the model's corpus or in what was given, with no more spaces side by side
    than there; true of all words where the model does not tell those of its corpus."""
    from poemgen.composing.lexicon import lexicon
    from poemgen.text.word_lists import listed
    from poemgen.verse.words import words

    corpus = listed(model.word_lists.words)
    is_word = lexicon(corpus, words(given), language="")  # a table knows every surname, which are poor answers
    spaces = given.count("  ")
    return lambda text: text.count("  ") <= spaces and (not corpus or all(map(is_word, words(text))))


def write_text(write: Write, answers: "Sequence[Answer]") -> None:
    """The answers as text."""
    for index, answer in enumerate(answers):
        text = answer.text.removesuffix("\n")
        between = BETWEEN_POEMS if index and "\n" in text else ""
        write(f"{between}{text}\n")


def write_records(write: Write, answers: "Sequence[Answer]", details: dict[str, object]) -> None:
    """The answers as JSON Lines: the text, what each gap got, log-probabilities of all gaps together (nats)."""
    for index, answer in enumerate(answers):
        record = {
            "text": answer.text,
            "gaps": answer.gaps,
            "characters": answer.characters,
            "log_probability": round(answer.log_probability, 4),
            "log_probability_per_character": round(answer.mean_log_probability, 4),
            "answer": index,
        }
        write(json.dumps(record | details, ensure_ascii=False) + "\n")
