"""Faults, hostile files and odd text by the thousand: see `__main__` for how to run them."""
