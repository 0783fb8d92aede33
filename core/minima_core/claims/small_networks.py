"""Small networks in plain numpy, many at once: with batch normalisation or dropout, or without.

All arrays begin with the axis of networks, so that networks with different first weights are trained side by
side. Examples are one full batch: whatever varies is the landscape, or the dropout.

References
----------
S. Ioffe, C. Szegedy, "Batch normalization", ICML 2015; N. Srivastava et al., "Dropout", JMLR 15, 2014; X.
Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Network", "rings"]

Array: TypeAlias = NDArray[np.float64]

EPS = 1e-5
"""Added to variances, as in the paper."""


def rings(count: int, seed: int) -> tuple[Array, Array]:
    """Return points in the plane (count, 2) and what to predict of them (count, 1): ring or middle, ±1."""
    rng = np.random.default_rng(seed)
    points = rng.standard_normal((count, 2))
    inside = np.linalg.norm(points, axis=1) < np.sqrt(2.0 * np.log(2.0))
    return points, np.where(inside, 1.0, -1.0)[:, None]


@dataclass(frozen=True)
class Network:
    """A network of tanh layers and a linear one on top; the loss is the mean square over the examples.

    Attributes
    ----------
    widths
        Neurons of each layer, from the inputs to the one output.
    normalised
        Whether what enters a tanh is normalised over the batch, then scaled and shifted (γ, β).
    """

    widths: tuple[int, ...]
    normalised: bool = False

    @property
    def sizes(self) -> tuple[tuple[int, int], ...]:
        """Rows and columns of the weights of each layer."""
        return tuple(zip(self.widths[:-1], self.widths[1:], strict=True))

    @property
    def count(self) -> int:
        """How many numbers the weights are: for each layer its matrix, shifts β, and scales γ."""
        return sum(a * b + 2 * b for a, b in self.sizes)

    def first(self, networks: int, seed: int) -> Array:
        """Return first weights, (networks, count): Xavier's, with β = 0 and γ = 1."""
        rng = np.random.default_rng(seed)
        parts = []
        for a, b in self.sizes:
            parts.append(rng.standard_normal((networks, a * b)) * np.sqrt(2.0 / (a + b)))
            parts.append(np.zeros((networks, b)))
            parts.append(np.ones((networks, b)))
        return np.concatenate(parts, axis=1)

    def _layers(self, w: Array) -> list[tuple[Array, Array, Array]]:
        """Return matrix, β and γ of each layer, with the axis of networks first."""
        layers, at, m = [], 0, len(w)
        for a, b in self.sizes:
            matrix = w[:, at : at + a * b].reshape(m, a, b)
            at += a * b
            layers.append((matrix, w[:, None, at : at + b], w[:, None, at + b : at + 2 * b]))
            at += 2 * b
        return layers

    def loss(
        self, w: Array, points: Array, wanted: Array, *, drop: float = 0.0, seed: int = 0
    ) -> tuple[Array, Array]:
        """Return the loss (m,) and its gradient (m, count) at the weights w (m, count).

        With `drop`, each hidden neuron is left out with that chance, and the others speak louder by
        1/(1 − drop); which ones is decided by the seed, for each example anew.
        """
        m, examples = len(w), len(points)
        layers, rng = self._layers(w), np.random.default_rng(seed)
        h = np.broadcast_to(points, (m, *points.shape))
        kept: list[tuple[Array, Array, Array, Array, Array]] = []
        for k, (matrix, beta, gamma) in enumerate(layers):
            z = h @ matrix
            spread = np.ones((m, 1, z.shape[2]))
            last = k == len(layers) - 1
            if self.normalised and not last:
                z = z - z.mean(axis=1, keepdims=True)
                spread = np.sqrt((z * z).mean(axis=1, keepdims=True) + EPS)
                z = z / spread
            out = gamma * z + beta
            mask = np.ones(1)
            if not last:
                out = np.tanh(out)
                if drop:
                    mask = (rng.random(out.shape) >= drop) / (1.0 - drop)
            kept.append((h, z, spread, out, mask))
            h = out * mask
        off = h - wanted
        values = (off * off).mean(axis=(1, 2))
        back = 2.0 * off / examples
        parts: list[Array] = []
        for k in reversed(range(len(layers))):
            matrix, _, gamma = layers[k]
            before, z, spread, out, mask = kept[k]
            last = k == len(layers) - 1
            if not last:
                back = back * mask * (1.0 - out * out)
            into_beta = back.sum(axis=1)
            into_gamma = (back * z).sum(axis=1)
            back = back * gamma
            if self.normalised and not last:
                back = back - back.mean(axis=1, keepdims=True) - z * (back * z).mean(axis=1, keepdims=True)
                back = back / spread
            into_matrix = before.transpose(0, 2, 1) @ back
            parts[:0] = [into_matrix.reshape(m, -1), into_beta, into_gamma]
            back = back @ matrix.transpose(0, 2, 1)
        return values, np.concatenate(parts, axis=1)
