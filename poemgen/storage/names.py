"""Parameters under PyTorch's names, in its shapes and its order of gates.

    weight_ih_l0   (G·H, V)   the first layer's W; deeper layers (G·H, H): weight_ih_l1, ...
    weight_hh_l0   (G·H, H)   U
    bias_ih_l0     (G·H,)     b
    bias_hh_l0     (G·H,)     zeros: PyTorch adds two biases, of which one is enough
    output.weight  (V, H)     W_y
    output.bias    (V,)       b_y

The network that writes from left to right has these names; another one's begin with its own name, as in
`backward.weight_hh_l0`. What joins the two to fill gaps (see `filling`) is named like layers of `torch.nn.Linear`, and
one of `torch.nn.Embedding`:

    fill.left.weight    (H, H)     W_u        fill.joint.weight   (H, 2H)    W_z and W_m
    fill.left.bias      (H,)       b_u        fill.joint.bias     (H,)       b_z
    fill.right.weight   (H, R)     W_v        fill.output.weight  (V, 2H)    W_y
    fill.right.bias     (H,)       b_v        fill.output.bias    (V,)       b_y
    fill.distance.weight (16, H)   E

PyTorch multiplies W x where this code multiplies x W, so every matrix is transposed. `torch.nn.LSTM` and `torch.nn.RNN`
take the layers as they are. A GRU's go by the same names, but `torch.nn.GRU` is another cell: see `network.gru`.
"""

import numpy as np

from poemgen import filling
from poemgen.filling import FARTHEST, Joint
from poemgen.model import Config, Parameters, zeros
from poemgen.network.arrays import Floats

# PyTorch's order of gates by our indices.
GATE_ORDER = {
    "lstm": [1, 2, 3, 0],  # i, f, g, o: Γu, Γf, c̃, Γo
    "gru": [0, 1, 2],  # r, z, n: Γr, Γu, c̃
    "rnn": [0],
}


def layer_names(config: Config) -> list[str]:
    """What the names of each layer's tensors end with."""
    return [f"l{depth}" for depth in range(config.layers)]


def shapes(config: Config) -> dict[str, tuple[int, ...]]:
    """The name and shape of every tensor of a language model."""
    V, H = config.vocabulary, config.units
    rows = len(GATE_ORDER[config.cell]) * H
    named: dict[str, tuple[int, ...]] = {"output.weight": (V, H), "output.bias": (V,)}
    for depth, name in enumerate(layer_names(config)):
        named[f"weight_ih_{name}"] = rows, (H if depth else V)
        named[f"weight_hh_{name}"] = rows, H
        named[f"bias_ih_{name}"] = named[f"bias_hh_{name}"] = (rows,)
    return named


def to_torch(config: Config, parameters: Parameters) -> dict[str, Floats]:
    """The tensors of `shapes(config)`; some are views of the parameters."""
    order = GATE_ORDER[config.cell]
    named = {"output.weight": parameters.W_y.T, "output.bias": parameters.b_y}
    for name, layer in zip(layer_names(config), parameters.layers, strict=True):
        named[f"weight_ih_{name}"] = _gates_below_each_other(layer.W[order])
        named[f"weight_hh_{name}"] = _gates_below_each_other(layer.U[order])
        named[f"bias_ih_{name}"] = layer.b[order].ravel()
        named[f"bias_hh_{name}"] = 0 * layer.b.ravel()
    return named


def from_torch(config: Config, named: dict[str, Floats]) -> Parameters:
    """Parameters in float32, views of one flat vector, from tensors of `shapes(config)`; bias_hh is left out."""
    order = GATE_ORDER[config.cell]
    parameters = zeros(config)
    for name, layer in zip(layer_names(config), parameters.layers, strict=True):
        layer.W[order] = _gates_apart(named[f"weight_ih_{name}"], len(order))
        layer.U[order] = _gates_apart(named[f"weight_hh_{name}"], len(order))
        layer.b[order] = named[f"bias_ih_{name}"].reshape(layer.b.shape)
    parameters.W_y[:] = named["output.weight"].T
    parameters.b_y[:] = named["output.bias"]
    return parameters


def joint_shapes(config: Config, right: int) -> dict[str, tuple[int, ...]]:
    """The name and shape of every tensor of what joins a language model of this config and one of `right` units."""
    H, V = config.units, config.vocabulary
    return {
        "left.weight": (H, H),
        "left.bias": (H,),
        "right.weight": (H, right),
        "right.bias": (H,),
        "distance.weight": (FARTHEST, H),
        "joint.weight": (H, 2 * H),
        "joint.bias": (H,),
        "output.weight": (V, 2 * H),
        "output.bias": (V,),
    }


def joint_to_torch(joint: Joint) -> dict[str, Floats]:
    """The tensors under their names; all but joint.weight are views of the parameters."""
    return {
        "left.weight": joint.W_u.T,
        "left.bias": joint.b_u,
        "right.weight": joint.W_v.T,
        "right.bias": joint.b_v,
        "distance.weight": joint.E,
        "joint.weight": np.concatenate([joint.W_z, joint.W_m]).T,
        "joint.bias": joint.b_z,
        "output.weight": joint.W_y.T,
        "output.bias": joint.b_y,
    }


def joint_from_torch(config: Config, named: dict[str, Floats]) -> Joint:
    """What joins two language models, in float32, from tensors of `joint_shapes(config, ...)`."""
    joint = filling.zeros(config, right=named["right.weight"].shape[1])
    for name, view in joint_to_torch(joint).items():
        view[:] = named[name]  # of joint.weight, which is none, to no effect
    joint.W_z[:], joint.W_m[:] = np.split(named["joint.weight"].T, 2)
    return joint


def _gates_below_each_other(W: Floats) -> Floats:
    """(G, inputs, H) to (G·H, inputs)."""
    return W.transpose(0, 2, 1).reshape(-1, W.shape[1])


def _gates_apart(weight: Floats, gates: int) -> Floats:
    """(G·H, inputs) to (G, inputs, H)."""
    return weight.reshape(gates, -1, weight.shape[1]).transpose(0, 2, 1)
