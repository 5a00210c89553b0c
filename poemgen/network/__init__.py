"""Recurrent networks by hand: arrays in, arrays out; nothing here knows of poems. Notation: see `arrays`."""
