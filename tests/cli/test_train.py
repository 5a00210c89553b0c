"""`train`: a corpus in, a model file out; the same again, bit for bit; and by heart, if that is wanted."""

import json
import os
import re
from pathlib import Path

import numpy as np
import pytest
from commands import PATIENCE, TRAINING, TWO_POEMS, Trained, fortune, run, some_poems, start, weights

from poemgen.cli.train import without_folders
from poemgen.storage import PoemModel, load_model, save_model
from poemgen.text.tokenizer import EOS
from poemgen.training.job import FILL_RATE, FILL_WINDOW

SMALL = ["--units", "8", "--batch", "4", "--window", "8"]
BY_HEART = ["--units", "48", "--batch", "4", "--window", "24", "--steps", "330"]
BY_HEART += ["--min-count", "1", "--validation-fraction", "0", "--dropout", "0"]


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_the_notes_say_what_was_read_and_learned(trained: Trained) -> None:
    said = trained.result.err.splitlines()
    assert trained.result.out == ""
    assert re.fullmatch(r"poemgen: \d+ poems \(split: percent\), [\d,]+ characters, a vocabulary of \d+, .*", said[0])
    assert re.fullmatch(r"poemgen: held out: \d+ poems, \d+ characters", said[1])
    assert said[2].startswith("poemgen: network: 1 layer of 16 lstm units, dropout ")
    assert re.fullmatch(r"poemgen: 60 steps of 8 x 16 characters, [\d.]+ times through the corpus", said[3])
    assert said[4] == "poemgen: the same again, bit for bit: --steps 60"
    validation = re.compile(r"step +\d+   \d\.\d{3} bits/character   held out \d\.\d{3}( \(not better\))?(   .*)?")
    assert all(validation.fullmatch(line) for line in said[5:17])
    assert re.fullmatch(r"poemgen: learned from \d+ poems in .* seconds: .* on \d+ held-out characters", said[17])
    assert said[18].startswith("poemgen: the model is 'poemgen.safetensors', ")
    assert said[19:] == ['poemgen: next: poemgen generate --seed "moon"']
    assert names(trained.folder) == ["poemgen.safetensors", "poems.txt"]


def test_the_held_out_figure_is_the_one_that_score_gives(folder: Path) -> None:
    summary = load_model(folder / "poemgen.safetensors").summary
    scored = run("score", "poems.txt", "--held-out", "--format", "jsonl", cwd=folder)
    total = json.loads(scored.out.splitlines()[-1])
    assert summary["held_out"] == {key: total[key] for key in ("bits_per_character", "characters", "poems")}
    assert summary["finished"]


def test_the_same_command_gives_the_same_weights_on_one_worker_and_on_two(folder: Path, tmp_path: Path) -> None:
    corpus = folder / "poems.txt"
    for name, workers in (("one", "1"), ("two", "2")):
        options = [*TRAINING, "--validation-fraction", "0.2", "--workers", workers, "--quiet"]
        assert run("train", corpus, *options, "-o", name, cwd=tmp_path) == (0, "", "")
    original = weights(folder / "poemgen.safetensors")
    assert np.array_equal(weights(tmp_path / "one"), original)
    assert np.array_equal(weights(tmp_path / "two"), original)


def test_another_seed_gives_other_weights_and_float16_half_the_size(poems: Path) -> None:
    for name, options in (("a", ["--rng-seed", "1"]), ("b", ["--rng-seed", "2", "--float16"])):
        assert run("train", poems, *SMALL, "--steps", "2", *options, "-o", name, cwd=poems.parent).code == 0
    a, b = (poems.parent / name for name in "ab")
    assert not np.array_equal(weights(a), weights(b))
    assert np.array_equal(weights(b), weights(b).astype(np.float16))
    assert b.stat().st_size < a.stat().st_size - weights(a).nbytes // 3


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_every_cell_learns_two_poems_by_heart(tmp_path: Path, cell: str) -> None:
    (tmp_path / "poems.txt").write_text(fortune(TWO_POEMS))
    assert run("train", "poems.txt", "--cell", cell, *BY_HEART, "--quiet", cwd=tmp_path) == (0, "", "")
    scored = run("score", "poems.txt", "--format", "jsonl", cwd=tmp_path)
    assert json.loads(scored.out.splitlines()[-1])["bits_per_character"] < 0.1
    for seed, poem in zip(("the", "a lantern"), TWO_POEMS, strict=True):
        assert run("generate", "--temperature", "0", "--seed", seed, cwd=tmp_path).out == poem + "\n"


def test_a_model_is_never_replaced_unasked(poems: Path) -> None:
    command = ["train", str(poems), *SMALL, "--steps", "2"]
    assert run(*command, cwd=poems.parent).code == 0
    before = (poems.parent / "poemgen.safetensors").read_bytes()
    refused = run(*command, "--rng-seed", "5", cwd=poems.parent)
    assert refused.code == 1
    assert "'poemgen.safetensors' exists: --force replaces it, -o names another model" in refused.err
    assert (poems.parent / "poemgen.safetensors").read_bytes() == before
    assert run(*command, "--rng-seed", "5", "--force", cwd=poems.parent).code == 0
    assert (poems.parent / "poemgen.safetensors").read_bytes() != before
    finished = run("train", poems, "--resume", cwd=poems.parent)
    assert finished.code == 1
    assert "the model is finished: --from goes on from it" in finished.err


def test_going_on_from_a_model_keeps_what_it_knows_and_extends_its_vocabulary(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "new.txt").write_text(fortune([f"{poem}\nzwölf züge" for poem in some_poems(12, seed=2)]))
    options = ["--from", str(folder / "poemgen.safetensors"), "--steps", "1", "--learning-rate", "1e-6", "-o", "new"]
    assert run("train", "new.txt", *options, cwd=tmp_path).code == 0
    old, new = load_model(folder / "poemgen.safetensors"), load_model(tmp_path / "new")
    assert set(new.vocabulary.characters) == set(old.vocabulary.characters) | set("zwölf üge")
    assert new.summary["from"] == old.sha256
    assert new.summary["earlier"] == [old.summary]
    figure, before = (
        float(run("score", folder / "poems.txt", "--model", model, cwd=tmp_path).out.splitlines()[-1].split()[0])
        for model in ("new", folder / "poemgen.safetensors")
    )
    assert abs(figure - before) < 0.5  # a new character takes <UNK>'s probability a second time, no more
    misfit = run("train", "new.txt", *options[:4], "--cell", "gru", "-o", "other", cwd=tmp_path)
    assert misfit.code == 2
    assert "--cell gru does not fit the model of --from, which has lstm" in misfit.err


def test_a_run_that_goes_on_says_so_if_it_was_of_no_use(folder: Path, tmp_path: Path) -> None:
    command = ["train", str(folder / "poems.txt"), "--from", str(folder / "poemgen.safetensors"), "-o", "new"]
    result = run(*command, "--steps", "1", "--learning-rate", "1", cwd=tmp_path)
    assert re.search(r"(?m)^step +0   held out \d\.\d{3}   ", result.err)
    assert "no step made held-out text less surprising, so the weights are those that it began with" in result.err
    assert np.array_equal(weights(tmp_path / "new"), weights(folder / "poemgen.safetensors"))
    assert [point[1] is None for point in load_model(tmp_path / "new").summary["curve"]] == [True, False]
    table = run("inspect", "new", "--plot", "curve.svg", cwd=tmp_path)
    assert re.search(r"(?m)^held-out .* to \d", table.out)


def test_of_long_poems_but_the_beginnings_are_read(poems: Path) -> None:
    for name, options, what in (
        ("all", [], "the corpus"),
        ("short", ["--poem-limit", "20"], "the first 20 characters of each poem"),
    ):
        result = run("train", poems, *SMALL, *options, "--steps", "2", "-o", name, cwd=poems.parent)
        assert re.search(rf"(?m), [\d.]+ times through {what}$", result.err)
    assert load_model(poems.parent / "short").summary["recipe"]["poem_limit"] == 20
    assert not np.array_equal(weights(poems.parent / "all"), weights(poems.parent / "short"))


def test_lines_and_poems_are_made_as_long_as_those_of_the_corpus(poems: Path) -> None:
    where = poems.parent
    assert run("train", poems, *SMALL, "--steps", "3", "-q", "-o", "before", cwd=where).code == 0
    result = run("train", poems, *SMALL, "--steps", "3", "--match-lengths", "-o", "after", cwd=where)
    assert "poemgen: writing poems, to make them as long as those of the corpus\n" in result.err
    length = r"[\d.]+( characters)?, now [\d.]+ \(the corpus: [\d.]+\)"
    told = rf"lines of {length}; poems of {length}"
    assert re.search(rf"(?m)^poemgen: lengths: {told}$", result.err)
    assert re.search(rf"(?m)^lengths +{told}$", run("inspect", "after", cwd=where).out)
    changed = np.flatnonzero(weights(where / "before") != weights(where / "after"))
    vocabulary = load_model(where / "after").vocabulary
    from_the_end = sorted(int(id) - len(vocabulary) for id in (EOS, *vocabulary.encode("\n")))
    assert (changed - weights(where / "after").size).tolist() == from_the_end


def test_lengths_can_be_matched_without_a_step_and_the_training_is_told_as_it_was(folder: Path, poems: Path) -> None:
    before = folder / "poemgen.safetensors"
    for name, corpus in (("same", folder / "poems.txt"), ("other", poems)):
        go_on = ["--from", str(before), "--steps", "0", "--match-lengths", "--poem-limit", "150"]
        said = run("train", corpus, *go_on, "--validation-fraction", "0.2", "-o", name, cwd=poems.parent).err
        assert ("poemgen: lengths: lines of " in said, "learned from" in said) == (True, False)
        old, new = (load_model(file).summary for file in (before, poems.parent / name))
        lengths = new.pop("lengths")
        assert lengths["line_ends"] != 0
        assert lengths["command"].endswith(f"--match-lengths --poem-limit 150 --validation-fraction 0.2 -o {name}")
        assert (new.pop("held_out") == old.pop("held_out")) == (name == "other")
        assert new == old
        assert (lengths["corpus"] == old["corpus"]) == (name == "same")


def test_no_step_at_all_is_for_who_wants_but_that(poems: Path) -> None:
    for options in (["--match-lengths"], ["--from", "x"], ["--match-lengths", "--from", "x", "--fill"]):
        result = run("train", poems, "--steps", "0", *options, cwd=poems.parent)
        assert result.code == 2
        assert "--steps 0 learns nothing; it is for --match-lengths with --from, without --both and" in result.err


def test_only_what_writes_poems_is_matched_and_in_time(filler: Path, tmp_path: Path) -> None:
    command = ["train", str(filler.with_name("poems.txt")), "--match-lengths", "-o", "new"]
    result = run(*command, "--from", filler, "--only", "backward", "--steps", "2", cwd=tmp_path)
    assert result.code == 2
    assert "--match-lengths is for the network that writes poems; leave it out with --only backward" in result.err
    result = run(*command, "--minutes", "0.001", cwd=tmp_path)
    assert (result.code, "--match-lengths alone may take " in result.err) == (1, True)


def test_both_directions_learn_and_the_backward_one_reads_reversed_lines(poems: Path) -> None:
    def reversed_lines(text: str) -> str:
        return "\n".join(line[::-1] for line in text.split("\n"))

    options = [*SMALL, "--steps", "3", "--rng-seed", "4", "--validation-fraction", "0", "-q"]
    (poems.parent / "reversed.txt").write_text(reversed_lines(poems.read_text()))
    for corpus, name, more in ((poems, "both", ["--both"]), ("reversed.txt", "backward", []), (poems, "forward", [])):
        assert run("train", corpus, *options, *more, "-o", name, cwd=poems.parent) == (0, "", "")
    both = load_model(poems.parent / "both")
    assert np.array_equal(both.parameters.flat, weights(poems.parent / "forward"))
    assert both.backward is not None
    assert np.array_equal(both.backward.parameters.flat, weights(poems.parent / "backward"))
    assert both.summary["backward"]["step"] == 3
    said = run("inspect", "both", cwd=poems.parent).out
    assert re.search(r"^backward    1 layer of 8 lstm units", said, re.MULTILINE)
    assert re.search(r"^words       \d+ words, \d+ line ends", said, re.MULTILINE)


def test_going_on_from_a_model_with_two_networks_keeps_the_one_that_is_not_trained(poems: Path) -> None:
    def go_on(name: str, *more: str) -> Path:
        options = ["--from", "base", "--steps", "2", "--learning-rate", "1e-3", "-q", *more]
        assert run("train", "new.txt", *options, "-o", name, cwd=poems.parent) == (0, "", "")
        return poems.parent / name

    assert run("train", poems, *SMALL, "--steps", "2", "--both", "-o", "base", "-q", cwd=poems.parent).code == 0
    (poems.parent / "new.txt").write_text(fortune([f"{poem}\nzwölf züge" for poem in some_poems(12, seed=2)]))
    base, one, both = (load_model(poems.parent / n) for n in ("base", go_on("one"), go_on("both", "--both")))
    assert base.backward and one.backward and both.backward
    assert np.array_equal(one.backward.parameters.layers[0].U, base.backward.parameters.layers[0].U)
    assert not np.array_equal(both.backward.parameters.layers[0].U, base.backward.parameters.layers[0].U)
    assert np.array_equal(one.parameters.flat, both.parameters.flat)
    assert one.backward.config.vocabulary == one.config.vocabulary == len(one.vocabulary) > len(base.vocabulary)
    assert "züge".encode() in one.word_lists.line_ends.split()
    assert set(base.word_lists.words.split()) <= set(one.word_lists.words.split())


@pytest.fixture(scope="session")
def filler(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that fills gaps, beside the two poems that it learned from; to be read only."""
    folder = tmp_path_factory.mktemp("filler")
    (folder / "poems.txt").write_text(fortune(some_poems(2)))
    assert run("train", "poems.txt", *SMALL, "--steps", "2", "--fill", "-o", "base", "-q", cwd=folder).code == 0
    return folder / "base"


def parts(model: PoemModel) -> dict[str, bytes]:
    """The weights of each network."""
    others = {"backward": model.backward, "fill": model.fill}
    found = {name: network.parameters.flat.tobytes() for name, network in others.items() if network}
    return {"forward": model.parameters.flat.tobytes()} | found


@pytest.mark.parametrize("only", ["forward", "backward", "fill"])
def test_one_network_alone_is_trained_and_the_others_stay_bit_for_bit(filler: Path, tmp_path: Path, only: str) -> None:
    command = ["train", str(filler.with_name("poems.txt")), "--from", str(filler), "--only", only, "--steps", "2"]
    result = run(*command, "-o", "new", cwd=tmp_path)
    assert result.code == 0
    old, new = load_model(filler), load_model(tmp_path / "new")
    assert list(parts(new)) == ["forward", "backward", "fill"]
    assert [name for name, numbers in parts(new).items() if numbers != parts(old)[name]] == [only]
    assert ("bits/missing character" in result.err) == (only == "fill")
    assert ("network: bidirectional, 1 layer of" in result.err) == ("dropout" not in result.err) == (only == "fill")
    others = {"forward", "backward", "fill"} - {only}
    told = {name: model.summary if name == "forward" else model.summary[name] for model in (new,) for name in others}
    for name, summary in told.items():
        assert summary["command"] == (old.summary if name == "forward" else old.summary[name])["command"]
    assert new.word_lists == old.word_lists
    assert old.vocabulary == new.vocabulary


def test_what_fills_gaps_is_trained_for_some_time_or_some_epochs(filler: Path, tmp_path: Path) -> None:
    command = ["train", str(filler.with_name("poems.txt")), "--from", str(filler), "--only", "fill", "-q"]
    assert run(*command, "--minutes", "0.03", "-o", "timed", cwd=tmp_path) == (0, "", "")
    assert load_model(tmp_path / "timed").summary["fill"]["step"] > 0
    assert run(*command, "--epochs", "3", "--batch", "2", "--window", "50", "-o", "read", cwd=tmp_path) == (0, "", "")
    new = load_model(tmp_path / "read")
    ids = new.summary["fill"]["corpus"]["characters"] + new.summary["fill"]["corpus"]["poems"]
    assert new.summary["fill"]["recipe"]["steps"] == round(3 * ids / 100)


def test_networks_that_are_trained_one_by_one_come_together(poems: Path) -> None:
    def go_on(name: str, base: str, only: str) -> PoemModel:
        options = ["--from", base, "--only", only, "--steps", "2", "-q", "-o", name]
        assert run("train", poems, *options, cwd=poems.parent) == (0, "", "")
        return load_model(poems.parent / name)

    assert run("train", poems, *SMALL, "--steps", "2", "-o", "one", "-q", cwd=poems.parent).code == 0
    early = run("train", poems, "--from", "one", "--only", "fill", "--steps", "2", "-o", "x", cwd=poems.parent)
    assert (early.code, "nothing to join" in early.err, "--fill" in early.err) == (1, True, True)
    two, three = go_on("two", "one", "backward"), go_on("three", "two", "fill")
    assert {**parts(load_model(poems.parent / "one")), "backward": parts(two)["backward"]} == parts(two)
    assert {**parts(two), "fill": parts(three)["fill"]} == parts(three)
    recipe = three.summary["fill"]["recipe"]
    assert recipe["window"] == FILL_WINDOW
    assert recipe["learning_rate"] == FILL_RATE
    assert not (poems.parent / "x").exists()


@pytest.mark.parametrize("more", [[], ["--from", "base", "--both"], ["--from", "base", "--fill"]])
def test_one_network_alone_is_one_of_another_model(poems: Path, more: list[str]) -> None:
    result = run("train", poems, "--only", "backward", "--steps", "2", *more, cwd=poems.parent)
    assert (result.code, result.out) == (2, "")
    assert "--only trains one network of a model that --from names; it goes without --both and --fill" in result.err
    assert names(poems.parent) == ["poems.txt"]


def test_what_fills_gaps_goes_on_with_fill_and_stays_as_it_is_without(filler: Path, tmp_path: Path) -> None:
    command = ["train", str(filler.with_name("poems.txt")), "--from", str(filler), "--steps", "1"]
    for name, more in (("a", ["--both"]), ("b", ["--fill"])):
        assert run(*command, *more, "-o", name, cwd=tmp_path).code == 0
    before, left, kept = (parts(load_model(path))["fill"] for path in (filler, tmp_path / "a", tmp_path / "b"))
    assert left == before != kept


def test_held_out_poems_may_have_a_file_of_their_own(poems: Path) -> None:
    (poems.parent / "others.txt").write_text(fortune(some_poems(3, seed=3)))
    options = [*SMALL, "--steps", "2", "--validation", "others.txt"]
    assert run("train", poems, *options, cwd=poems.parent).code == 0
    summary = load_model(poems.parent / "poemgen.safetensors").summary
    total = json.loads(run("score", "others.txt", "-f", "jsonl", cwd=poems.parent).out.splitlines()[-1])
    assert summary["held_out"]["bits_per_character"] == total["bits_per_character"]
    refused = run("score", poems, "--held-out", cwd=poems.parent)
    assert refused.code == 1
    assert "score their own file without --held-out" in refused.err
    both = run("train", poems, *options, "--validation-fraction", "0.1", "-o", "x", cwd=poems.parent)
    assert (both.code, "give one of them" in both.err) == (2, True)


def test_other_corpora_than_the_model_learned_from_have_no_held_out_part(folder: Path, poems: Path) -> None:
    refused = run("score", poems, "--held-out", cwd=folder)
    assert refused.code == 1
    assert "not the corpus that the model learned from" in refused.err
    for option in (["--split", "none"], ["--encoding", "latin-1"]):
        assert run("score", "poems.txt", "--held-out", *option, cwd=folder).code == 2


def test_the_log_has_a_line_an_event(poems: Path) -> None:
    result = run("train", poems, *SMALL, "--steps", "120", "--log", "log.jsonl", "-q", cwd=poems.parent)
    assert (result.code, result.err) == (0, "")
    events = [json.loads(line) for line in (poems.parent / "log.jsonl").read_text().splitlines()]
    assert [event["step"] for event in events if event["event"] == "step"] == [50, 100]
    assert [event["step"] for event in events if event["event"] == "validation"] == list(range(10, 121, 10))
    assert events[-1]["event"] == "finished"
    again = run("train", poems, *SMALL, "--steps", "1", "-o", "x", "--log", "log.jsonl", cwd=poems.parent)
    assert (again.code, "'log.jsonl' exists" in again.err) == (1, True)


def test_training_goes_on_when_nobody_reads_what_it_says(poems: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    process = start("train", str(poems), *SMALL, "--steps", "30", cwd=poems.parent, stderr=write)
    os.close(write)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert load_model(poems.parent / "poemgen.safetensors").summary["step"] == 30


@pytest.mark.parametrize(
    ("word", "kept"),
    [("/a/b.txt", "b.txt"), ("--output=/a/b", "--output=b"), ("--quiet", "--quiet"), ("-o", "-o"), ("a\\b", "a\\b")],
)
def test_the_recorded_command_tells_no_folders(word: str, kept: str) -> None:
    assert without_folders(word) == kept


def test_minutes_are_kept_and_printed_as_steps(poems: Path) -> None:
    timed = run("train", poems, *SMALL, "--minutes", "0.01", cwd=poems.parent)
    assert timed.code == 0
    steps = re.findall(r"bit for bit: --steps (\d+)", timed.err)[0]
    model = load_model(poems.parent / "poemgen.safetensors")
    assert model.summary["step"] == int(steps)
    assert model.summary["seconds"] < 5
    assert run("train", poems, *SMALL, "--steps", steps, "-o", "again", cwd=poems.parent).code == 0
    assert np.array_equal(weights(poems.parent / "again"), model.parameters.flat)


def test_the_smallest_corpora_can_be_learned(tmp_path: Path) -> None:
    result = run("train", "-", *SMALL, "--steps", "2", "--min-count", "1", cwd=tmp_path, stdin=b"abcde")
    assert result.code == 0
    assert "1 poem (split: none), 5 characters" in result.err
    assert "held out: nothing" in result.err
    assert result.err.endswith("poemgen: next: poemgen generate\n")  # it cannot spell `moon`


def test_a_loss_that_is_no_number_ends_the_run_and_leaves_no_checkpoint(model: Path, tmp_path: Path) -> None:
    (tmp_path / "poems.txt").write_text(fortune(some_poems(2)))
    wild = load_model(model)
    wild.parameters.flat[:] *= 1e37
    wild.parameters.W_y[:] = 3e38
    save_model(tmp_path / "wild", wild)
    result = run("train", "poems.txt", "--from", "wild", "--steps", "30", cwd=tmp_path)
    assert result.code == 1
    *_, error = result.err.splitlines()
    assert error.startswith("poemgen: error: the loss is no longer a number after step 0: try a lower --learning-rate")
    assert "Warning" not in result.err
    assert names(tmp_path) == ["poemgen.safetensors", "poems.txt", "wild"]
    assert np.array_equal(weights(tmp_path / "poemgen.safetensors"), weights(tmp_path / "wild"))  # the best there is
