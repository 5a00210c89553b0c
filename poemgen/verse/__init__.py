"""What verse sounds like: words, syllables, stresses, rhymes, meters and forms. Strings only; it knows no network."""
