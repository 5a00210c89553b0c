"""Runs the campaigns of faults, all of them or those that are named, and prints a line of counts for each.

python -m tests.campaigns [NAME ...] [--seed N] [--scale F] [--markdown]
"""

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from campaigns.running import main

    sys.exit(main())
