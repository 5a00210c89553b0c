"""The card of a model: figures about its poems beside those of people and of an 8-gram. See docs/card.md."""
