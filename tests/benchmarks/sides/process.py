"""A whole process, its output thrown away: `process.py command ...`."""

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from interleaved import seconds_of, serve

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package comes with its bytecode
serve(
    lambda: seconds_of(
        lambda: subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    )
)
