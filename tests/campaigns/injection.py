"""What could steer a terminal, in everything that poemgen is given: none of it reaches a real one."""

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

from commands import run
from terminals import in_terminal

from campaigns.case import Case, some
from campaigns.hostile_headers import signed
from campaigns.processes import corpus_in
from poemgen.storage import read_tensors

PAYLOADS = {
    "CSI": "\x1b[31m",
    "OSC 0": "\x1b]0;pwned\x07",
    "OSC 8": "\x1b]8;;http://example.org\x1b\\",
    "OSC 52": "\x1b]52;c;bW9vbg==\x07",
    "C1 CSI": "\x9b2J",
    "C1 OSC": "\x9d52;c;bW9vbg==\x9c",
    "overrides": "\u202e\u202d\u2066\u2067",
    "C0": "\x08\x0b\x0c\x0e\x7f",
    "carriage return": "\rmoon",
}
STEERING = {
    *map(chr, range(0x20)),
    *map(chr, range(0x7F, 0xA0)),
    *"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
}
ALLOWED = {"\n", "\t"}
RUN = ["--units", "4", "--batch", "2", "--window", "8", "--steps", "4"]
TERMINAL = {"TERM": "dumb", "NO_COLOR": "1"}  # where poemgen itself sends no sequences

# {x} stands for what could steer; a command alone works on files that hold it.
COMMANDS = [
    ["{x}"],
    ["--{x}"],
    ["generate", "-m", "model", "--seed", "moon{x}", "--max-length", "5", "-v"],
    ["generate", "-m", "model", "--seed", "moon{x}", "--max-length", "5", "-f", "jsonl"],
    ["generate", "-m", "model", "--keyword", "moon{x}", "--lines", "2"],
    ["generate", "-m", "model", "--acrostic", "mo{x}", "-f", "jsonl"],
    ["generate", "-m", "model", "--rhyme", "AB{x}"],
    ["generate", "-m", "model", "--syllables", "5{x}"],
    ["generate", "-m", "model", "--language", "en{x}", "--lines", "2"],
    ["generate", "-m", "model", "--novel", "{x}", "--lines", "2"],
    ["generate", "-m", "{x}"],
    ["generate", "-m", "{x}model"],
    ["generate", "-m", "model", "--temperature", "{x}"],
    ["generate", "-m", "model", "--nonsense{x}", "1"],
    ["generate", "-m", "model", "-o", "{x}/poem"],
    ["fill", "moon{x} _ ...", "-m", "model"],
    ["fill", "moon{x} _", "-m", "model", "-f", "jsonl"],
    ["tokenize", "{x}"],
    ["tokenize", "{x}poems.txt", "-f", "tokens"],
    ["tokenize", "{x}poems.txt", "-f", "jsonl"],
    ["tokenize", "records.jsonl", "-f", "jsonl"],
    ["tokenize", "{x}poems.txt", "--encoding", "{x}"],
    ["tokenize", "{x}poems.txt", "--split", "{x}"],
    ["tokenize", "{x}poems.txt", "--decode", "--model", "model"],
    ["tokenize", "{x}poems.txt", "--vocab", "{x}/v"],
    ["score", "{x}poems.txt", "-m", "model"],
    ["score", "{x}poems.txt", "-m", "model", "-f", "jsonl"],
    ["score", "poems.txt", "-m", "{x}model", "--held-out"],
    ["scan", "{x}poems.txt"],
    ["scan", "{x}poems.txt", "-f", "jsonl"],
    ["scan", "records.jsonl"],
    ["scan", "poems.txt", "--language", "{x}"],
    ["inspect", "{x}model"],
    ["inspect", "{x}model", "--json"],
    ["inspect", "model", "--plot", "{x}/plot"],
    ["train", "{x}poems.txt", *RUN, "--force", "-o", "{x}new"],
    ["train", "records.jsonl", *RUN, "--force", "-o", "new"],
    ["train", "poems.txt", *RUN, "--force", "-o", "new", "--from", "{x}"],
    ["train", "poems.txt", *RUN, "--force", "-o", "new", "--validation", "{x}"],
    ["train", "poems.txt", *RUN, "--force", "-o", "new", "--log", "{x}/log"],
    ["train", "poems.txt", *RUN, "--cell", "{x}"],
    ["train", "poems.txt", "-o", "{x}", "--resume"],
]


def campaign(rng: Random, scale: float, folder: Path) -> Iterator[Case]:
    """Every command with every payload."""
    corpus_in(folder)
    assert run("train", "poems.txt", *RUN, "--fill", "-o", "model", cwd=folder).code == 0
    pairs = [f"{command} {payload}" for command in range(len(COMMANDS)) for payload in PAYLOADS]
    for pair in some(pairs, scale, rng):
        number, payload = pair.split(" ", 1)
        steering = PAYLOADS[payload]
        prepare(folder, steering)
        arguments = [word.replace("{x}", steering.replace("/", ";")) for word in COMMANDS[int(number)]]
        yield Case(payload, sent(arguments, folder))


def prepare(folder: Path, steering: str) -> None:
    """Files whose names and contents hold what could steer."""
    named = steering.replace("/", ";")
    poems = (folder / "poems.txt").read_text().replace("moon", f"moon{steering}")
    (folder / f"{named}poems.txt").write_text(poems, newline="")
    record = {"text": f"the moon{steering}\nis low", "title": f"{steering}title", steering: steering}
    (folder / "records.jsonl").write_text("".join(json.dumps(record | {"n": n}) + "\n" for n in range(9)))
    sound = (folder / "model").read_bytes()
    tensors, metadata, _ = read_tensors(folder / "model", kind="model", limit=10**8)
    (folder / f"{named}model").write_bytes(
        signed(sound, tensors, {**metadata, "summary": poisoned(metadata["summary"], steering)})
    )


def poisoned(value: object, steering: str) -> object:
    """JSON with what could steer in all its texts."""
    match value:
        case str():
            return value + steering
        case list():
            return [poisoned(each, steering) for each in value]
        case dict():
            return {key: poisoned(each, steering) for key, each in value.items()} | {steering: steering}
    return value


def sent(arguments: list[str], folder: Path) -> str:
    """What of a command's output could steer the terminal that it is on."""
    _, got = in_terminal(*arguments, cwd=folder, variables=TERMINAL)
    found = set(got.replace("\r\n", "\n")) & STEERING - ALLOWED
    if "Traceback" in got:
        return f"{arguments} ends in a traceback: {got[-300:]!r}"
    return f"{arguments} sends {sorted(found)!r}" if found else ""
