"""`poemgen scan`: what the tool hears in poems: their forms, rhymes, syllables and stresses."""

import json
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from poemgen.cli.colours import Paint, painter
from poemgen.cli.options import CORPUS, Encoding, Format, Output, Quiet, SplitRule
from poemgen.cli.output import Write, output
from poemgen.cli.shell import say
from poemgen.cli.words import counted
from poemgen.errors import visible

if TYPE_CHECKING:
    from poemgen.text.corpus import PoemStream
    from poemgen.verse.reading import Line, Reading

LONGEST = 60  # letters of a scheme in the heading of a poem


def scan(
    sources: Annotated[list[str], typer.Argument(metavar="FILE...", help=CORPUS)],
    language: Annotated[
        str, typer.Option("--language", help="What the poems are written in: auto, en, it, es, fr, de or ru.")
    ] = "auto",
    split: SplitRule = "auto",
    encoding: Encoding = "utf-8",
    format: Annotated[
        Format, typer.Option("--format", "-f", help="Columns, or JSON Lines, a record a poem.")
    ] = Format.TEXT,
    output_path: Output = None,
    quiet: Quiet = False,
) -> None:
    """Show what is heard in poems: form, rhymes, syllables, stresses.

    The first line of a poem names its form, its rhyme scheme and its meter. Before each line of verse stand its rhyme
    letter (x: it rhymes with none), its syllables, and a mark for each of them: / is stressed, x is not. A line that
    does not fit the meter of the poem has a ! after its marks.
    """
    from poemgen.text.corpus import read_poems

    _check(language)
    stream = read_poems(sources, split=split, encoding=encoding)
    forms: Counter[str] = Counter()
    with output(output_path) as write:
        paint = painter(output_path)
        for index, poem in enumerate(stream):
            spoken, reading = _heard(language, poem)
            forms[reading.form] += 1
            if format is Format.TEXT:
                _write_text(write, paint, index, reading)
            else:
                _write_record(write, index, spoken, reading)
    if not quiet:
        _say_summary(stream, forms)


def _check(language: str) -> None:
    """Raises UsageError for a language that nobody here can hear."""
    if language != "auto":
        from poemgen.verse.language import sounds_for

        sounds_for(language)


def _heard(language: str, poem: str) -> "tuple[str, Reading]":
    """The language of a poem, and what it sounds like."""
    from poemgen.verse.language import guess, sounds_for
    from poemgen.verse.reading import read_aloud
    from poemgen.verse.words import words

    spoken = guess(words(poem)) if language == "auto" else language
    return spoken, read_aloud(sounds_for(spoken), poem)


def _write_text(write: Write, paint: Paint, index: int, reading: "Reading") -> None:
    if index:
        write("\n")
    scheme = reading.scheme if len(reading.scheme) <= LONGEST else reading.scheme[: LONGEST - 3] + "..."
    parts = [reading.form or "no form that is known", scheme, reading.meter]
    write(paint.bold(", ".join(filter(None, parts))) + "\n")
    width = max((len(line.stresses) for line in reading.lines), default=0)
    for line in reading.lines:
        write((_row(paint, line, reading, width) if line.text.strip() else "") + "\n")


def _row(paint: Paint, line: "Line", reading: "Reading", width: int) -> str:
    misfit = "!" if reading.meter and line.rhyme and not line.meter else " "
    letter = paint.letter(line.rhyme, line.rhyme or " ")
    marks = paint.stresses(line.stresses) + misfit + " " * (width - len(line.stresses))
    return f"{letter}  {line.syllables or '':>2}  {marks} {paint.letter(line.rhyme, visible(line.text.expandtabs()))}"


def _write_record(write: Write, index: int, language: str, reading: "Reading") -> None:
    fields = {"poem": index, "language": language, **asdict(reading)}
    write(json.dumps(fields, ensure_ascii=False) + "\n")


def _say_summary(stream: "PoemStream", forms: Counter[str]) -> None:
    from poemgen.text.cleaning import describe_dropped

    known = [f"{form} {count:,}" for form, count in forms.most_common() if form]
    unknown = [f"no form that is known {forms['']:,}"] if forms[""] else []
    say(f"{counted(stream.poems, 'poem')} (split: {stream.split}): {', '.join(known + unknown)}")
    if stream.dropped:
        say(f"left out: {describe_dropped(stream.dropped)}")
