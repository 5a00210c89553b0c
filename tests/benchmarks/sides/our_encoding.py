"""Encoding text that is repeated to so many characters: `our_encoding.py characters latin|mixed`."""

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from interleaved import seconds_of, serve

from poemgen.text.tokenizer import Vocabulary

ALPHABETS = {"latin": " etaoinshrdlu,.\n", "mixed": " етаоинслр月夜山水春,.\nשלום🌙"}

characters, alphabet = int(sys.argv[1]), ALPHABETS[sys.argv[2]]
piece = "".join(random.Random(0).choices(alphabet, k=1 << 20))
text = (piece * (characters // len(piece) + 1))[:characters]
vocabulary = Vocabulary("".join(sorted(set(alphabet))))
serve(lambda: seconds_of(lambda: vocabulary.encode(text)))
