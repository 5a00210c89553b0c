"""Learning from poems: batches of windows, an optimizer, two workers, a checkpoint, and the trainer that leads them."""
