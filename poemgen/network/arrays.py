"""The two kinds of array that the network knows, for annotations.

Notation, once for every file of this folder. The lecture notes write column vectors; the code keeps rows, so that an
array of shape (B, H) holds the hidden state of B poems with H units and a product reads `a_prev @ U + x @ W + b`.

    T   time steps            x, y_hat      input x<t>, prediction ŷ<t>
    B   poems side by side    a, c          hidden state a<t>, memory cell c<t>
    H   units of a layer      prev          the state of the step before, a<t-1> and c<t-1>
    V   size of the vocabulary

    gate_u, gate_r, gate_f, gate_o   the gates Γu, Γr, Γf, Γo      c_tilde   the candidate c̃<t>
    W, U, b                          the weights on x<t>, the weights on a<t-1>, the bias
    dz                               ∂L/∂z, and so on: d before a name is the gradient of the loss by it

Weights and pre-activations are gate-major: W is (G, inputs, H), U (G, H, H), b (G, H), and z = W x<t> + b + U a<t-1>
of a whole sequence is (G, T, B, H), so that every gate of every step lies in one contiguous block.
"""

from typing import Any, TypeAlias

import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[Any]  # float32 in use, float64 where gradients are checked
Ids: TypeAlias = npt.NDArray[Any]  # unsigned or signed integers
