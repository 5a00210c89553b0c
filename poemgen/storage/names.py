"""Parameters under PyTorch's names, in its shapes and its order of gates.

    weight_ih_l0   (G·H, V)   the first layer's W; deeper layers (G·H, H): weight_ih_l1, ...
    weight_hh_l0   (G·H, H)   U
    bias_ih_l0     (G·H,)     b
    bias_hh_l0     (G·H,)     zeros: PyTorch adds two biases, of which one is enough
    output.weight  (V, H)     W_y
    output.bias    (V,)       b_y

The network that writes from left to right has these names; another one's begin with its own name, as in
`backward.weight_hh_l0`. The network that fills gaps (see `filling`) is named like a bidirectional one of PyTorch, the
layers of its right side as in `fill.weight_hh_l0_reverse`; what joins the sides, like layers of `torch.nn.Linear`, and
one of `torch.nn.Embedding`:

    fill.left.weight    (H, H)     W_u        fill.joint.weight   (H, 2H)    W_z and W_m
    fill.left.bias      (H,)       b_u        fill.joint.bias     (H,)       b_z
    fill.right.weight   (H, R)     W_v        fill.output.weight  (V, 2H)    W_y
    fill.right.bias     (H,)       b_v        fill.output.bias    (V,)       b_y
    fill.distance.weight (16, H)   E

PyTorch multiplies W x where this code multiplies x W, so every matrix is transposed. `torch.nn.LSTM` and `torch.nn.RNN`
take the layers as they are. A GRU's go by the same names, but `torch.nn.GRU` is another cell: see `network.gru`.
"""

from collections.abc import Sequence

import numpy as np

from poemgen import filling
from poemgen.filling import FARTHEST, Filler, Joint
from poemgen.model import Config, Parameters, zeros
from poemgen.network.arrays import Floats
from poemgen.network.stack import Layer

# PyTorch's order of gates by our indices.
GATE_ORDER = {
    "lstm": [1, 2, 3, 0],  # i, f, g, o: Γu, Γf, c̃, Γo
    "gru": [0, 1, 2],  # r, z, n: Γr, Γu, c̃
    "rnn": [0],
}
REVERSE = "_reverse"  # what the names of the right side end with


def layer_names(config: Config, suffix: str = "") -> list[str]:
    """What the names of each layer's tensors end with."""
    return [f"l{depth}{suffix}" for depth in range(config.layers)]


def shapes(config: Config) -> dict[str, tuple[int, ...]]:
    """The name and shape of every tensor of a language model."""
    V, H = config.vocabulary, config.units
    return {"output.weight": (V, H), "output.bias": (V,)} | _layer_shapes(config)


def to_torch(config: Config, parameters: Parameters) -> dict[str, Floats]:
    """The tensors of `shapes(config)`; some are views of the parameters."""
    named = {"output.weight": parameters.W_y.T, "output.bias": parameters.b_y}
    return named | _layers_to_torch(config, parameters.layers)


def from_torch(config: Config, named: dict[str, Floats]) -> Parameters:
    """Parameters in float32, views of one flat vector, from tensors of `shapes(config)`; bias_hh is left out."""
    parameters = zeros(config)
    _layers_from_torch(config, named, parameters.layers)
    parameters.W_y[:] = named["output.weight"].T
    parameters.b_y[:] = named["output.bias"]
    return parameters


def filler_shapes(config: Config, right: Config) -> dict[str, tuple[int, ...]]:
    """The name and shape of every tensor of a network that fills gaps, whose sides are of these configs."""
    H, V = config.units, config.vocabulary
    joint: dict[str, tuple[int, ...]] = {
        "left.weight": (H, H),
        "left.bias": (H,),
        "right.weight": (H, right.units),
        "right.bias": (H,),
        "distance.weight": (FARTHEST, H),
        "joint.weight": (H, 2 * H),
        "joint.bias": (H,),
        "output.weight": (V, 2 * H),
        "output.bias": (V,),
    }
    return _layer_shapes(config) | _layer_shapes(right, REVERSE) | joint


def filler_to_torch(filler: Filler) -> dict[str, Floats]:
    """The tensors under their names; some are views of the parameters."""
    parameters = filler.parameters
    layers = _layers_to_torch(filler.config, parameters.left)
    layers |= _layers_to_torch(filler.right, parameters.right, REVERSE)
    return layers | _joint_to_torch(parameters.joint)


def filler_from_torch(config: Config, right: Config, named: dict[str, Floats]) -> Filler:
    """A network that fills gaps, in float32, from tensors of `filler_shapes(config, right)`; bias_hh is left out."""
    parameters = filling.zeros(config, right.units)
    _layers_from_torch(config, named, parameters.left)
    _layers_from_torch(right, named, parameters.right, REVERSE)
    joint = parameters.joint
    for name, view in _joint_to_torch(joint).items():
        view[:] = named[name]  # of joint.weight, which is none, to no effect
    joint.W_z[:], joint.W_m[:] = np.split(named["joint.weight"].T, 2)
    return Filler(config, parameters)


def _joint_to_torch(joint: Joint) -> dict[str, Floats]:
    """All but joint.weight are views of the parameters."""
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


def _layer_shapes(config: Config, suffix: str = "") -> dict[str, tuple[int, ...]]:
    V, H = config.vocabulary, config.units
    rows = len(GATE_ORDER[config.cell]) * H
    named: dict[str, tuple[int, ...]] = {}
    for depth, name in enumerate(layer_names(config, suffix)):
        named[f"weight_ih_{name}"] = rows, (H if depth else V)
        named[f"weight_hh_{name}"] = rows, H
        named[f"bias_ih_{name}"] = named[f"bias_hh_{name}"] = (rows,)
    return named


def _layers_to_torch(config: Config, layers: Sequence[Layer], suffix: str = "") -> dict[str, Floats]:
    order, named = GATE_ORDER[config.cell], dict[str, Floats]()
    for name, layer in zip(layer_names(config, suffix), layers, strict=True):
        named[f"weight_ih_{name}"] = _gates_below_each_other(layer.W[order])
        named[f"weight_hh_{name}"] = _gates_below_each_other(layer.U[order])
        named[f"bias_ih_{name}"] = layer.b[order].ravel()
        named[f"bias_hh_{name}"] = 0 * layer.b.ravel()
    return named


def _layers_from_torch(config: Config, named: dict[str, Floats], layers: Sequence[Layer], suffix: str = "") -> None:
    order = GATE_ORDER[config.cell]
    for name, layer in zip(layer_names(config, suffix), layers, strict=True):
        layer.W[order] = _gates_apart(named[f"weight_ih_{name}"], len(order))
        layer.U[order] = _gates_apart(named[f"weight_hh_{name}"], len(order))
        layer.b[order] = named[f"bias_ih_{name}"].reshape(layer.b.shape)


def _gates_below_each_other(W: Floats) -> Floats:
    """(G, inputs, H) to (G·H, inputs)."""
    return W.transpose(0, 2, 1).reshape(-1, W.shape[1])


def _gates_apart(weight: Floats, gates: int) -> Floats:
    """(G·H, inputs) to (G, inputs, H)."""
    return weight.reshape(gates, -1, weight.shape[1]).transpose(0, 2, 1)
