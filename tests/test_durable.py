"""Durable writes: the whole new file or the old one, whatever goes wrong, and errors that say what to do."""

import errno
import os
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from poemgen.durable import check_writable, remove_leftovers, shown, write_atomically
from poemgen.errors import PoemgenError

posix = pytest.mark.skipif(os.name != "posix", reason="permissions, links and pipes as POSIX knows them")


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def run(code: str, folder: Path) -> str:
    """What a new Python process prints that runs this code in a folder."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    command = [sys.executable, "-c", "import os\nfrom poemgen.durable import *\n" + dedent(code)]
    return subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("data", [b"moon", bytearray(b"moon"), memoryview(b"moon"), [b"mo", b"", b"on"]])
def test_a_file_is_made_or_replaced_and_nothing_else_is_left(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "poem.txt"
    for _ in range(2):
        write_atomically(file, data)
        assert file.read_bytes() == b"moon"
        assert names(tmp_path) == ["poem.txt"]
        file.write_bytes(b"an older and longer poem")


@posix
@pytest.mark.parametrize(("umask", "expected"), [("077", 0o600), ("027", 0o640), ("002", 0o664)])
def test_a_new_file_follows_the_umask(tmp_path: Path, umask: str, expected: int) -> None:
    run(f"os.umask(0o{umask}); write_atomically('poem', b'moon')", tmp_path)
    assert mode(tmp_path / "poem") == expected


@posix
@pytest.mark.parametrize("permissions", [0o600, 0o666, 0o755])
def test_a_replaced_file_keeps_its_permissions_from_the_first_byte_on(tmp_path: Path, permissions: int) -> None:
    file = tmp_path / "poem"
    file.touch()
    file.chmod(permissions)

    def chunks() -> Iterator[bytes]:
        (temporary,) = set(tmp_path.iterdir()) - {file}
        assert mode(temporary) == permissions
        yield b"moon"

    write_atomically(file, chunks())
    assert (mode(file), file.read_bytes()) == (permissions, b"moon")


@posix
@pytest.mark.parametrize("exists", [True, False])
def test_a_symbolic_link_stays_and_the_file_behind_it_is_replaced(tmp_path: Path, exists: bool) -> None:
    real, link = tmp_path / "real" / "poem", tmp_path / "link"
    real.parent.mkdir()
    if exists:
        real.write_bytes(b"old")
    link.symlink_to(real)
    write_atomically(link, b"moon")
    assert link.is_symlink()
    assert real.read_bytes() == b"moon"


@posix
def test_a_pipe_is_written_to_directly(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    check_writable(pipe)
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_bytes()))
    reader.start()
    write_atomically(pipe, [b"mo", b"on"])
    reader.join()
    assert received == [b"moon"]
    assert names(tmp_path) == ["pipe"]


@posix
def test_standard_output_may_be_a_pipe_or_nothing(tmp_path: Path) -> None:
    assert run("check_writable('/dev/stdout'); write_atomically('/dev/stdout', b'moon')", tmp_path) == "moon"
    write_atomically(os.devnull, b"moon")
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


@posix
def test_a_reader_that_has_gone_is_left_to_the_caller(tmp_path: Path) -> None:
    code = """
    reader, writer = os.pipe()
    os.close(reader)
    try:
        write_atomically(f"/dev/fd/{writer}", b"moon")
    except BrokenPipeError:
        print("gone")
    """
    assert run(code, tmp_path) == "gone\n"


def test_content_is_on_the_disk_before_it_takes_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "poem"
    synced: list[tuple[bool, bool]] = []

    def fsync(descriptor: int) -> None:
        synced.append((stat.S_ISDIR(os.fstat(descriptor).st_mode), file.exists()))

    monkeypatch.setattr(os, "fsync", fsync)
    write_atomically(file, b"moon")
    assert synced[:1] == [(False, False)]
    assert synced[1:] == [(True, True)] * (os.name == "posix")


@pytest.mark.parametrize("failure", [KeyboardInterrupt, PoemgenError, ValueError])
def test_an_interruption_leaves_the_old_file_alone(tmp_path: Path, failure: type[BaseException]) -> None:
    file = tmp_path / "poem"
    file.write_bytes(b"old")

    def chunks() -> Iterator[bytes]:
        yield b"new"
        raise failure

    with pytest.raises(failure):
        write_atomically(file, chunks())
    assert file.read_bytes() == b"old"
    assert names(tmp_path) == ["poem"]


@posix
def test_a_full_disk_leaves_the_old_file_alone(tmp_path: Path) -> None:
    (tmp_path / "poem").write_bytes(b"old")
    code = """
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
    try:
        write_atomically("poem", bytes(100_000))
    except PoemgenError as error:
        print(error)
    """
    assert run(code, tmp_path).startswith("cannot write 'poem': it would be larger than files may be here")
    assert (tmp_path / "poem").read_bytes() == b"old"
    assert names(tmp_path) == ["poem"]


@posix
@pytest.mark.parametrize(("folder_mode", "file_mode"), [(0o555, 0o666), (0o777, 0o444)])
def test_protected_folders_and_files_are_respected(folder_mode: int, file_mode: int) -> None:
    code = """
    if os.getuid() == 0:
        os.setuid(65534)
    for act in (lambda: check_writable("poem"), lambda: write_atomically("poem", b"new")):
        try:
            act()
        except PoemgenError as error:
            print(error)
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "poem").write_bytes(b"old")
        (folder / "poem").chmod(file_mode)
        folder.chmod(folder_mode)
        output = run(code, folder).splitlines()
        assert len(output) == 2
        assert all(line.startswith("cannot write 'poem': permission is denied; ") for line in output)
        assert (folder / "poem").read_bytes() == b"old"
        assert names(folder) == ["poem"]
        folder.chmod(0o700)


def test_a_protected_file_is_respected_though_its_folder_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "poem").write_bytes(b"old")
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(PoemgenError, match="permission is denied"):
        write_atomically(tmp_path / "poem", b"new")
    assert (tmp_path / "poem").read_bytes() == b"old"


def test_a_rare_failure_is_told_in_the_systems_words(tmp_path: Path) -> None:
    def chunks() -> Iterator[bytes]:
        raise OSError(errno.EIO, "Input/output error")
        yield b""

    with pytest.raises(PoemgenError, match=r"^cannot write '.*poem': input/output error; choose another place$"):
        write_atomically(tmp_path / "poem", chunks())
    assert names(tmp_path) == []


IMPOSSIBLE = {
    "missing/poem": r"the folder '.*missing' does not exist; create it first",
    "file/poem": r"'.*file' is not a folder; choose another place",
    "folder": r"it is a folder; name a file inside it",
    "": r"it is a folder; name a file inside it",
    "x" * 300: r"the name is too long; choose a shorter one",
    "nul\0": r"that cannot be the name of a file; choose another",
    "half\ud800": r"that cannot be the name of a file; choose another",
    "circle": r"its symbolic links lead in a circle; choose another place",
    "no\nline\x1b[31m\u202e{0}/poem": r"the folder '.*no\\nline\\x1b\[31m\\u202e\{0\}' does not exist; create it first",
}


@posix
@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_impossible_places_are_refused_in_one_line_before_and_at_writing(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "circle").symlink_to("circle")
    for attempt in (check_writable, lambda path: write_atomically(path, b"moon")):
        with pytest.raises(PoemgenError, match=f"^cannot write '.*': {IMPOSSIBLE[name]}$") as caught:
            attempt(tmp_path / name)
        assert str(caught.value).isprintable()
    assert names(tmp_path) == ["circle", "file", "folder"]


def test_looking_whether_a_place_is_writable_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "poem"
    check_writable(file)
    assert names(tmp_path) == []
    file.write_bytes(b"old")
    check_writable(file)
    assert (names(tmp_path), file.read_bytes()) == (["poem"], b"old")


def test_leftovers_of_this_path_alone_are_removed(tmp_path: Path) -> None:
    killed = "import signal; write_atomically('a[1]', (os.kill(os.getpid(), signal.SIGKILL) for _ in range(1)))"
    with pytest.raises(subprocess.CalledProcessError):
        run(killed, tmp_path)
    (leftover,) = names(tmp_path)
    others = [
        "a[1]",
        leftover.replace("a[1]", "a1"),
        leftover.replace("a[1]", "a[1].b"),
        ".a[1].tmp",
        leftover + ".tmp",
    ]
    for name in others:
        (tmp_path / name).touch()
    remove_leftovers(tmp_path / "a[1]")
    assert names(tmp_path) == sorted(others)


@pytest.mark.parametrize("name", ["missing/poem", ".", "nul\0"])
def test_where_nothing_can_be_left_over_nothing_happens(tmp_path: Path, name: str) -> None:
    remove_leftovers(tmp_path / name)


def test_paths_are_shown_without_control_characters() -> None:
    assert shown(Path("a\x1b b")) == r"'a\x1b b'"
