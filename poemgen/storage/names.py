"""Parameters under PyTorch's names, in its shapes and its order of gates.

    weight_ih_l0   (G·H, V)   the first layer's W; deeper layers (G·H, H): weight_ih_l1, ...
    weight_hh_l0   (G·H, H)   U
    bias_ih_l0     (G·H,)     b
    bias_hh_l0     (G·H,)     zeros: PyTorch adds two biases, of which one is enough
    output.weight  (V, H)     W_y
    output.bias    (V,)       b_y

The network that writes from left to right has these names; another one's begin with its own name, as in
`backward.weight_hh_l0`. In the one that fills gaps the layers that read from the end have a suffix,
`fill.weight_hh_l0_reverse`, and its output.weight is (V, 2H); with one layer it is a bidirectional `torch.nn.LSTM`.

PyTorch multiplies W x where this code multiplies x W, so every matrix is transposed. `torch.nn.LSTM` and `torch.nn.RNN`
take the layers as they are. A GRU's go by the same names, but `torch.nn.GRU` is another cell: see `network.gru`.
"""

from poemgen import filling
from poemgen.model import Config, Parameters, zeros
from poemgen.network.arrays import Floats

# PyTorch's order of gates by our indices.
GATE_ORDER = {
    "lstm": [1, 2, 3, 0],  # i, f, g, o: Γu, Γf, c̃, Γo
    "gru": [0, 1, 2],  # r, z, n: Γr, Γu, c̃
    "rnn": [0],
}


def layer_names(config: Config, ways: int) -> list[str]:
    """What the names of each layer's tensors end with; `ways` is 2 for a network that also reads from the end."""
    return [f"l{depth}{suffix}" for suffix in ("", "_reverse")[:ways] for depth in range(config.layers)]


def shapes(config: Config, ways: int = 1) -> dict[str, tuple[int, ...]]:
    """The name and shape of every tensor of a network."""
    V, H = config.vocabulary, config.units
    rows = len(GATE_ORDER[config.cell]) * H
    named: dict[str, tuple[int, ...]] = {"output.weight": (V, ways * H), "output.bias": (V,)}
    for index, name in enumerate(layer_names(config, ways)):
        named[f"weight_ih_{name}"] = rows, (H if index % config.layers else V)
        named[f"weight_hh_{name}"] = rows, H
        named[f"bias_ih_{name}"] = named[f"bias_hh_{name}"] = (rows,)
    return named


def to_torch(config: Config, parameters: Parameters) -> dict[str, Floats]:
    """The tensors of `shapes(config)`; some are views of the parameters."""
    order = GATE_ORDER[config.cell]
    named = {"output.weight": parameters.W_y.T, "output.bias": parameters.b_y}
    ways = len(parameters.layers) // config.layers
    for name, layer in zip(layer_names(config, ways), parameters.layers, strict=True):
        named[f"weight_ih_{name}"] = _gates_below_each_other(layer.W[order])
        named[f"weight_hh_{name}"] = _gates_below_each_other(layer.U[order])
        named[f"bias_ih_{name}"] = layer.b[order].ravel()
        named[f"bias_hh_{name}"] = 0 * layer.b.ravel()
    return named


def from_torch(config: Config, named: dict[str, Floats], ways: int = 1) -> Parameters:
    """Parameters in float32, views of one flat vector, from tensors of `shapes(config, ways)`; bias_hh is left out."""
    order = GATE_ORDER[config.cell]
    parameters = zeros(config) if ways == 1 else filling.zeros(config)
    for name, layer in zip(layer_names(config, ways), parameters.layers, strict=True):
        layer.W[order] = _gates_apart(named[f"weight_ih_{name}"], len(order))
        layer.U[order] = _gates_apart(named[f"weight_hh_{name}"], len(order))
        layer.b[order] = named[f"bias_ih_{name}"].reshape(layer.b.shape)
    parameters.W_y[:] = named["output.weight"].T
    parameters.b_y[:] = named["output.bias"]
    return parameters


def _gates_below_each_other(W: Floats) -> Floats:
    """(G, inputs, H) to (G·H, inputs)."""
    return W.transpose(0, 2, 1).reshape(-1, W.shape[1])


def _gates_apart(weight: Floats, gates: int) -> Floats:
    """(G·H, inputs) to (G, inputs, H)."""
    return weight.reshape(gates, -1, weight.shape[1]).transpose(0, 2, 1)
