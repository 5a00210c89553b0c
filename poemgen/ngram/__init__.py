"""A character n-gram, the plain model that a network is measured against."""

from poemgen.ngram.fitting import fit
from poemgen.ngram.foretelling import log_probabilities, next_probabilities
from poemgen.ngram.poems import sample
from poemgen.ngram.tree import NGram, Order

__all__ = ["NGram", "Order", "fit", "log_probabilities", "next_probabilities", "sample"]
