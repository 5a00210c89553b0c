"""`poemgen tokenize`: poems to ids, one poem a line, and back."""

import json
import shlex
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from poemgen.cli.models import model_path
from poemgen.cli.options import CORPUS, Encoding, Output, Quiet, SplitRule, number
from poemgen.cli.output import Write, check_kept, output
from poemgen.cli.shell import say
from poemgen.cli.words import counted
from poemgen.errors import PoemgenError, UsageError

if TYPE_CHECKING:
    from poemgen.text.encoded import EncodedCorpus
    from poemgen.text.tokenizer import Vocabulary


class Format(StrEnum):
    """How ids are written."""

    IDS = "ids"
    TOKENS = "tokens"
    JSONL = "jsonl"


def tokenize(
    sources: Annotated[list[str], typer.Argument(metavar="CORPUS...", help=CORPUS)],
    vocab: Annotated[
        Path | None,
        typer.Option(
            "--vocab", help="Vocabulary to use, a JSON file; if there is no such file, it is made and kept there."
        ),
    ] = None,
    model: Annotated[Path | None, typer.Option("--model", "-m", help="Use the vocabulary of this model.")] = None,
    decode: Annotated[bool, typer.Option("--decode", help="Ids to poems; needs --vocab or --model.")] = False,
    format: Annotated[
        Format, typer.Option("--format", "-f", help="ids, tokens (to look at), or jsonl (ids and text).")
    ] = Format.IDS,
    split: SplitRule = "auto",
    encoding: Encoding = "utf-8",
    min_count: Annotated[
        int,
        typer.Option(
            callback=number(at_least=1, at_most=10**9),
            help="A new vocabulary holds the characters that come this often.",
        ),
    ] = 1,
    shards: Annotated[
        Path | None,
        typer.Option(
            "--shards",
            metavar="FOLDER",
            help="Write files of 16-bit ids and an index, to train on a corpus of any size; repeated poems go.",
        ),
    ] = None,
    output_path: Output = None,
    quiet: Quiet = False,
) -> None:
    """Turn poems into ids, or with --decode ids into poems.

    One line a poem, each ending in 0, the id of <EOS>. --decode writes the poems as they were, with a line of %
    between two of them.
    """
    if output_path:
        check_kept([output_path], [*sources, *([vocab] if vocab else [])])
    if vocab:
        check_kept([vocab], sources)
    if vocab and model:
        raise UsageError("--vocab and --model both name a vocabulary; give one of them")
    known = _vocabulary(vocab, model)
    if shards:
        if decode or output_path or format is not Format.IDS:
            raise UsageError("--shards writes files of its own; leave out --decode, --output and --format")
        written = _write_shards(sources, split, encoding, min_count, known, shards, quiet=quiet)
        if vocab and known is None:
            _keep(written, vocab)
        return
    if decode:
        if known is None:
            raise UsageError("--decode needs the vocabulary of the ids: a --vocab file that exists, or a --model")
        with output(output_path) as write:
            _write_poems(write, _decoded(sources, encoding, known))
        return
    corpus, rule = _encoded(sources, split, encoding, min_count, known, quiet=quiet)
    if vocab and known is None:
        _keep(corpus.vocabulary, vocab)
    with output(output_path) as write:
        for line in _lines(corpus, format):
            write(line)
    if not quiet:
        say(_summary(corpus, rule))


def _vocabulary(vocab: Path | None, model: Path | None) -> "Vocabulary | None":
    if model is not None:
        from poemgen.storage import load_model

        return load_model(model_path(model)).vocabulary
    if vocab is None or not vocab.exists():
        return None
    from poemgen.text.tokenizer import Vocabulary

    try:
        return Vocabulary.from_json(vocab.read_text(encoding="utf-8"))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
    except UnicodeDecodeError:
        reason = "it is not UTF-8 text"
    except PoemgenError as error:
        reason = str(error)
    raise PoemgenError(f"cannot read the vocabulary {str(vocab)!r}: {reason}; name another --vocab")


def _keep(vocabulary: "Vocabulary", path: Path) -> None:
    from poemgen.durable import write_atomically

    write_atomically(path, vocabulary.to_json().encode())


def _write_shards(
    sources: list[str],
    split: str,
    encoding: str,
    min_count: int,
    vocabulary: "Vocabulary | None",
    folder: Path,
    *,
    quiet: bool,
) -> "Vocabulary":
    """Writes shards and says what they hold; returns their vocabulary."""
    from poemgen.text.cleaning import describe_dropped
    from poemgen.text.reading import read_poems
    from poemgen.text.shard_writing import write_shards

    stream = read_poems(sources, split=split, encoding=encoding)
    written = write_shards(stream, folder, min_count=min_count, vocabulary=vocabulary)
    if not quiet:
        if stream.dropped:
            say(f"left out: {describe_dropped(stream.dropped)}")
        if written.exact_duplicates or written.near_duplicates:
            near = counted(written.near_duplicates, "near-duplicate poem")
            say(f"left out: {counted(written.exact_duplicates, 'duplicate')} and {near}")
        say(_summary(written, str(stream.split)))
        say(f"next: poemgen train {shlex.quote(str(folder))}")
    return written.vocabulary


def _encoded(
    sources: list[str], split: str, encoding: str, min_count: int, vocabulary: "Vocabulary | None", *, quiet: bool
) -> "tuple[EncodedCorpus, str]":
    from poemgen.text.cleaning import describe_dropped
    from poemgen.text.corpus import encode_corpus, read_poems

    stream = read_poems(sources, split=split, encoding=encoding)
    corpus = encode_corpus(stream, min_count=min_count, vocabulary=vocabulary)
    if stream.dropped and not quiet:
        say(f"left out: {describe_dropped(stream.dropped)}")
    return corpus, str(stream.split)


def _summary(corpus: "EncodedCorpus", rule: str) -> str:
    share = 100 * corpus.unknown / max(1, corpus.characters)
    return (
        f"{counted(corpus.poems, 'poem')} (split: {rule}), {counted(corpus.characters, 'character')}, "
        f"a vocabulary of {len(corpus.vocabulary):,}, {share:.2f}% <UNK>"
    )


def _lines(corpus: "EncodedCorpus", format: Format) -> Iterator[str]:
    vocabulary = corpus.vocabulary
    for begin, end in zip(corpus.starts[:-1], corpus.starts[1:], strict=True):
        ids = corpus.ids[begin:end].tolist()
        match format:
            case Format.IDS:
                yield " ".join(map(str, ids)) + "\n"
            case Format.TOKENS:
                yield " ".join(map(_shown, map(vocabulary.token, ids))) + "\n"
            case Format.JSONL:
                yield json.dumps({"ids": ids, "text": vocabulary.decode(ids[:-1])}, ensure_ascii=False) + "\n"


def _shown(token: str) -> str:
    return {" ": "␠", "\n": "↵", "\t": "⇥"}.get(token, token)


def _decoded(sources: list[str], encoding: str, vocabulary: "Vocabulary") -> Iterator[str]:
    """The poems of lines of ids (or of JSON Lines with a field `ids`). Raises PoemgenError for anything else."""
    from poemgen.text.tokenizer import EOS

    for name, row, line in _numbered_lines(sources, encoding):
        try:
            ids = json.loads(line)["ids"] if line.startswith("{") else [int(word) for word in line.split()]
            poem = ids[:-1] if ids[-1:] == [EOS] else ids
            yield vocabulary.decode(poem)
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            raise PoemgenError(
                f"line {row} of {name} holds something else than ids; --decode wants what tokenize writes"
            ) from None
        except PoemgenError as error:
            raise PoemgenError(f"line {row} of {name}: {error}") from error


def _numbered_lines(sources: list[str], encoding: str) -> Iterator[tuple[str, int, str]]:
    from poemgen.text.decoding import text_blocks
    from poemgen.text.lines import lines_of
    from poemgen.text.sources import find_sources

    for source in find_sources(sources):
        for row, line in enumerate(lines_of(text_blocks(source, encoding=encoding, stdin=None)), start=1):
            if line.strip():
                yield source.name, row, line


def _write_poems(write: Write, poems: Iterable[str]) -> None:
    """One poem just as it is, for a text that was not split; several as the fortune format has them."""
    several = False
    for index, poem in enumerate(poems):
        several = index > 0
        write(("\n%\n" if several else "") + poem)
    write("\n" if several else "")
