"""`poemgen score`: how well a model foretells poems, in bits a character."""

import json
import math
from typing import TYPE_CHECKING, Annotated, Any

import typer

from poemgen.cli.models import open_model
from poemgen.cli.options import CORPUS, Encoding, Format, ModelFile, Output, Quiet, SplitRule
from poemgen.cli.output import Write, output
from poemgen.cli.shell import say
from poemgen.cli.words import counted
from poemgen.errors import PoemgenError, UsageError

if TYPE_CHECKING:
    from poemgen.scoring import Score
    from poemgen.storage import PoemModel
    from poemgen.text.encoded import EncodedCorpus


def score(
    sources: Annotated[list[str], typer.Argument(metavar="FILE...", help=CORPUS)],
    model: ModelFile = None,
    held_out: Annotated[
        bool,
        typer.Option("--held-out", help="The files are the corpus the model learned from: score its held-out part."),
    ] = False,
    split: SplitRule = "auto",
    encoding: Encoding = "utf-8",
    format: Annotated[Format, typer.Option("--format", "-f", help="A table, or JSON Lines.")] = Format.TEXT,
    output_path: Output = None,
    quiet: Quiet = False,
) -> None:
    """Print how well a model foretells poems, in bits per character.

    One line a poem, and in the last line all together. Lower is better: it is the mean surprisal of a character,
    newlines and one <EOS> a poem included.
    """
    chosen = open_model(model, quiet=quiet, without=("backward", "fill"))
    if held_out and (split != "auto" or encoding != "utf-8"):
        raise UsageError("--held-out reads the corpus as in training; leave out --split and --encoding")
    corpus = _held_out(sources, chosen) if held_out else _corpus(sources, split, encoding, chosen, quiet=quiet)
    result = _scored(chosen, corpus)
    with output(output_path) as write:
        (_write_text if format is Format.TEXT else _write_records)(write, chosen, corpus, result)
    if corpus.unknown and not quiet:
        verb = "is" if corpus.unknown == 1 else "are"
        say(f"{counted(corpus.unknown, 'character')} {verb} outside the model's vocabulary, and cost many bits")


def _corpus(sources: list[str], split: str, encoding: str, model: "PoemModel", *, quiet: bool) -> "EncodedCorpus":
    from poemgen.text.cleaning import describe_dropped
    from poemgen.text.corpus import encode_corpus, read_poems

    stream = read_poems(sources, split=split, encoding=encoding)
    corpus = encode_corpus(stream, vocabulary=model.vocabulary)
    if not quiet:
        say(f"{counted(corpus.poems, 'poem')} (split: {stream.split})")
        if stream.dropped:
            say(f"left out: {describe_dropped(stream.dropped)}")
    return corpus


def _held_out(sources: list[str], model: "PoemModel") -> "EncodedCorpus":
    """The part of the corpus that training held out. Raises PoemgenError if this is not that corpus."""
    from poemgen.training.dataset import read_dataset, reading_from

    if model.summary.get("own_validation"):
        raise PoemgenError(
            "this model's held-out poems are no part of its corpus; score their own file without --held-out"
        )
    try:
        reading = reading_from(model.summary.get("reading"))
    except PoemgenError as error:
        raise PoemgenError(f"{error}; score without --held-out") from error
    trained_on = model.summary.get("corpus")
    dataset = read_dataset(sources, reading, vocabulary=model.vocabulary)
    if not isinstance(trained_on, dict) or dataset.train.sha256 != trained_on.get("sha256"):
        raise PoemgenError("this is not the corpus that the model learned from; name the same files in the same order")
    if dataset.validation is None:
        raise PoemgenError("this model was trained on all of its corpus; score other poems without --held-out")
    return dataset.validation


def _scored(model: "PoemModel", corpus: "EncodedCorpus") -> "Score":
    from poemgen.scoring import score, whole
    from poemgen.text.encoded import poems_of
    from poemgen.workers import available, workers

    with workers(available()) as pool:
        return score(model.config, model.parameters, whole(model.config, poems_of(corpus)), pool.map)


def _rows(model: "PoemModel", corpus: "EncodedCorpus", result: "Score") -> list[tuple[float, int, str]]:
    """Bits a character, characters, and the first line of each poem."""
    from poemgen.text.encoded import poems_of

    bits = result.nats / result.characters / math.log(2)
    texts = (model.vocabulary.decode(ids[:80]) for ids in poems_of(corpus))
    first_lines = (text.removesuffix("<EOS>").strip().split("\n")[0] for text in texts)
    return list(zip(bits.tolist(), result.characters.tolist(), first_lines, strict=True))


def _write_text(write: Write, model: "PoemModel", corpus: "EncodedCorpus", result: "Score") -> None:
    write("bits/char  characters  poem\n")
    for bits, characters, first_line in _rows(model, corpus, result):
        write(f"{bits:9.4f}  {characters:10,}  {first_line}\n")
    total = int(result.characters.sum())
    nats = result.bits_per_character * math.log(2)
    together = f"all together, {counted(corpus.poems, 'poem')} ({nats:.4f} nats/character)"
    write(f"{result.bits_per_character:9.4f}  {total:10,}  {together}\n")


def _write_records(write: Write, model: "PoemModel", corpus: "EncodedCorpus", result: "Score") -> None:
    def record(**fields: Any) -> str:
        return json.dumps(fields, ensure_ascii=False) + "\n"

    for index, (bits, characters, first_line) in enumerate(_rows(model, corpus, result)):
        write(record(poem=index, bits_per_character=round(bits, 4), characters=characters, first_line=first_line))
    write(
        record(
            poems=corpus.poems,
            bits_per_character=round(result.bits_per_character, 4),
            characters=int(result.characters.sum()),
            unknown=corpus.unknown,
            vocabulary=len(model.vocabulary),
            model=model.sha256,
        )
    )
