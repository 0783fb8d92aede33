"""Data and the model that learns from them: what makes a landscape the loss of a model over its weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from minima_core.formula import Formula

__all__ = ["DATA", "Examples", "Learning"]

DATA = ("+u", "+d")  # names of a row's numbers: nobody can type them


@dataclass(frozen=True, eq=False)
class Examples:
    """The data that a model learns from.

    Attributes
    ----------
    names, units : tuple of str
        What the two columns are, and what they are measured in.
    data : float64 (m, 2)
        One row for each example: what is known (u), and what is to be predicted (d).
    title, source : str
        What it is, and where it comes from.
    """

    names: tuple[str, str]
    units: tuple[str, str]
    data: NDArray[np.float64]
    title: str
    source: str

    def __len__(self) -> int:
        return len(self.data)


@dataclass(frozen=True, eq=False)
class Learning:
    """What makes a landscape one of learning: data, model, and the loss of a single example.

    Attributes
    ----------
    examples
        The data.
    family, variants
        The name of the model on its data, and the landscapes of its losses: names and short titles.
    weights
        What the two weights are.
    model
        The prediction, a formula in u whose parameters are the weights.
    example
        The loss of one example over the weights; its parameters are those of the landscape, and u and d.
    """

    examples: Examples
    family: str
    variants: tuple[tuple[str, str], ...]
    weights: tuple[str, str]
    model: Formula
    example: Formula

    def predict(self, weights: ArrayLike, u: ArrayLike) -> NDArray[np.float64]:
        """Return the predictions for u, of any shape."""
        return self.model.value_on([np.asarray(u, dtype=np.float64)], weights)

    def rows(self, numbers: Mapping[str, float]) -> NDArray[np.float64]:
        """Return the context of `example` for each row of the data, (m, q)."""
        data = self.examples.data
        columns = dict(zip(DATA, data.T, strict=True))
        names = self.example.parameters
        return np.column_stack([columns.get(name, np.full(len(data), numbers.get(name))) for name in names])

    def with_example(self, example: Formula) -> Learning:
        """Return the same with another loss of one example."""
        return replace(self, example=example)
