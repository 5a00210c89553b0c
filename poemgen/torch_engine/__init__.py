"""PyTorch as the engine of training: the same network, batches, dropout and update, on any of its devices and in many
processes. Nothing else imports torch, and nothing imports this unless it is asked for."""
