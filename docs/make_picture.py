"""Makes docs/run.svg, the picture in the README: a real terminal in which poemgen trains and then writes.

python docs/make_picture.py      (wants tmux, and poemgen on the path)
"""

import io
import re
import subprocess
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parent.parent
COLUMNS, ROWS = 100, 42
COMMANDS = (
    "poemgen train ballads.txt quatrains.txt --epochs 12",
    "poemgen inspect | tail -3",
    'poemgen generate --model embedded --seed "moon" --rng-seed 1 --max-length 300',
)


def tmux(*arguments: str) -> str:
    """Runs a tmux command on a server of its own."""
    return subprocess.run(["tmux", "-L", "picture", *arguments], check=True, capture_output=True, text=True).stdout


def screen() -> str:
    """What the terminal shows now, colours included."""
    return tmux("capture-pane", "-p", "-e", "-t", "run").rstrip("\n ")


def wait_for(pattern: str, seconds: float) -> None:
    """Waits until the screen ends in a line that matches."""
    deadline = time.monotonic() + seconds
    while not re.search(pattern, tmux("capture-pane", "-p", "-t", "run").rstrip("\n")):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{pattern!r} did not appear within {seconds} s")
        time.sleep(0.2)


def record(folder: str) -> str:
    """Types the commands into a terminal and returns its last screen."""
    shell = ["env", "PS1=$ ", "bash", "--norc", "--noprofile"]
    tmux("new-session", "-d", "-s", "run", "-x", str(COLUMNS), "-y", str(ROWS), "-c", folder, *shell)
    try:
        for command in COMMANDS:
            tmux("send-keys", "-t", "run", command, "Enter")
            time.sleep(1)
            wait_for(r"\n\$ ?$", seconds=120)
        return screen().removesuffix("$")
    finally:
        tmux("kill-server")


def svg(ansi: str) -> str:
    """The screen as a picture that loads nothing from elsewhere."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO())
    console.print(Text.from_ansi(ansi), soft_wrap=True)
    picture = console.export_svg(title="poemgen")
    picture = re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)
    return picture.replace("Fira Code, monospace", "ui-monospace, Menlo, Consolas, monospace")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for poem_file in (ROOT / "corpora").glob("*.txt"):
            (Path(folder) / poem_file.name).write_bytes(poem_file.read_bytes())
        (ROOT / "docs" / "run.svg").write_text(svg(record(folder)), encoding="utf-8")


if __name__ == "__main__":
    main()
