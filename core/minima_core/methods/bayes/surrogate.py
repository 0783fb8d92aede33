"""The model inside Bayesian optimisation, as pictures and sentences need it: from what a moment remembers.

The compiled loop predicts at the points it looks at; here whole maps are predicted, with numpy, by the same
formulas (`minima_core.compiled.gaussian_process`).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.methods.insides import Field, Geometry, Glimpse, Inside, Points, Stage, said, said_point

__all__ = ["INSIDES", "SCALARS", "Surrogate", "narrate"]

Array: TypeAlias = NDArray[np.float64]

SCALARS: tuple[tuple[str, float], ...] = (
    ("kept", 0.0),
    ("learned", 0.0),
    ("factored", 0.0),
    ("fitted_at", 0.0),
    ("began", 0.0),
    ("forgotten", 0.0),
    ("refitted", 0.0),
    ("variance", 1.0),
    ("log_likelihood", math.nan),
    ("centre", 0.0),
    ("spread", 1.0),
    ("lowest", 0.0),
    ("unit", 1.0),
    ("next_by_model", 0.0),
    ("next_mean", math.nan),
    ("next_deviation", math.nan),
    ("next_score", math.nan),
    ("by_model", 0.0),
    ("expected", math.nan),
    ("low", math.nan),
    ("high", math.nan),
    ("merit", math.nan),
    ("value_observed", math.nan),
    ("best_before", math.nan),
)

BAND = 2.0  # standard deviations to either side
DECADES = 6.0  # of the acquisition below its highest that its map shows
WORK = 250_000  # products that a matrix product is given at once: more, and it starts threads, which wait


class Surrogate:
    """A Gaussian process conditioned on what a run has seen.

    Attributes
    ----------
    points : float64 (N, n)
        The observations kept, in the landscape's coordinates.
    targets : float64 (N,)
        Their heights as the model sees them: warped, less their mean, over their standard deviation.
    variance : float
        σ_f².

    Examples
    --------
    >>> import minima_core as mc
    >>> from minima_core.methods.insides import Glimpse
    >>> run = mc.start(mc.landscape("himmelblau"), "bayesian-optimization", x0=(0, 0))
    >>> _ = run.advance(10)
    >>> model = Surrogate(Glimpse(None, run.state_at(10), run.specification.settings, run.landscape))
    >>> mean, deviation = model.predict(model.points)
    >>> len(mean), bool(abs(mean - model.targets).max() < 1e-2)
    (11, True)
    """

    def __init__(self, glimpse: Glimpse) -> None:
        count = int(glimpse.number("kept"))
        self.points = glimpse.array("observations")[:count]
        self.targets = glimpse.array("targets")[:count]
        self.variance = glimpse.number("variance")
        self._weights = glimpse.array("weights")[:count]
        self._scales = glimpse.array("scales")
        self._centre, self._spread = glimpse.number("centre"), glimpse.number("spread")
        self._lowest, self._unit = glimpse.number("lowest"), glimpse.number("unit")
        self._smooth = glimpse.settings["kernel"] == "squared-exponential"
        self._log = glimpse.settings["warp"] == "log"
        self._bound = glimpse.settings["acquisition"] == "lower-bound"
        self._xi, self._kappa = glimpse.setting("xi"), glimpse.setting("kappa")
        factor = np.zeros((count, count))
        factor[np.tril_indices(count)] = glimpse.array("factor")[: count * (count + 1) // 2]
        self._inverse = np.linalg.solve(factor, np.eye(count)).T if count else factor
        self._middle = self.points.mean(axis=0) if count else self._scales
        self._scaled = (self.points - self._middle) * self._scales
        self._asked: tuple[Array, Array, Array] | None = None

    def _correlations(self, points: Array) -> Array:
        """Return k(x, X), (m, N)."""
        scaled = (points - self._middle) * self._scales
        square = scaled @ (-2.0 * self._scaled.T)
        square += np.einsum("ij,ij->i", scaled, scaled)[:, None]
        square += np.einsum("ij,ij->i", self._scaled, self._scaled)
        np.maximum(square, 0.0, out=square)
        if self._smooth:
            square *= -0.5
            return np.exp(square, out=square)
        square *= 5.0
        root = np.sqrt(square)
        square /= 3.0
        square += root
        square += 1.0
        np.negative(root, out=root)
        square *= np.exp(root, out=root)
        return square

    def predict(self, points: Array) -> tuple[Array, Array]:
        """Return mean and standard deviation of the targets at points (m, n): both (m,).

        Several maps are usually made of the same points: the last answer is kept.
        """
        points = np.asarray(points, dtype=np.float64)
        if self._asked is not None and np.array_equal(self._asked[0], points):
            return self._asked[1], self._asked[2]
        mean, deviation = np.empty(len(points)), np.empty(len(points))
        for part in self._parts(points, len(self.points)):
            k = self._correlations(points[part])
            mean[part] = k @ self._weights
            v = k @ self._inverse
            deviation[part] = 1.0 - np.einsum("ij,ij->i", v, v)
        deviation = np.sqrt(self.variance * np.maximum(deviation, 0.0))
        self._asked = points.copy(), mean, deviation
        return mean, deviation

    def means(self, points: Array) -> Array:
        """Return the mean of the targets at points (m, n): (m,)."""
        points = np.asarray(points, dtype=np.float64)
        mean = np.empty(len(points))
        for part in self._parts(points, points.shape[1]):
            mean[part] = self._correlations(points[part]) @ self._weights
        return mean

    def _parts(self, points: Array, columns: int) -> Iterator[slice]:
        """Cut points into parts for products of their (m, N) correlations with (N, columns)."""
        size = min(max(WORK // max(len(self.points) * columns, 1), 8), 2048)
        return (slice(i, i + size) for i in range(0, len(points), size))

    def heights(self, targets: Array) -> Array:
        """Return the heights that belong to targets."""
        t = self._centre + self._spread * np.asarray(targets, dtype=np.float64)
        if self._log:
            t = np.expm1(np.minimum(t, 700.0))
        return np.asarray(self._lowest + self._unit * t)

    def bound(self, points: Array, deviations: float) -> Array:
        """Return the height so many standard deviations above the mean, at points (m, n): (m,)."""
        if deviations == 0.0:
            return self.heights(self.means(points))
        mean, deviation = self.predict(points)
        return self.heights(mean + deviations * deviation)

    def acquisition(self, points: Array) -> Array:
        """Return what the next proposal makes as high as possible, at points (m, n): (m,).

        The expected improvement, in standard deviations of the targets; or κ σ − μ.
        """
        mean, deviation = self.predict(points)
        if self._bound:
            return self._kappa * deviation - mean
        gain = self.targets.min() - self._xi - mean
        z = np.clip(gain / np.maximum(deviation, 1e-300), -1e8, 1e8)
        density = np.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)
        improvement = deviation * density + gain * _normal_below(z)
        return np.asarray(np.maximum(improvement, 0.0))

    def promise(self, points: Array) -> Array:
        """Return the acquisition as its map shows it, at points (m, n): (m,).

        Of an expected improvement log₁₀, no more than six decades below the highest of these points: late in
        a run it is next to nothing almost everywhere. A bound, which may be negative, stays as it is.
        """
        merit = self.acquisition(points)
        if self._bound:
            return merit
        highest = float(merit.max(initial=0.0))
        if not highest > 0.0:
            return np.full(len(merit), -DECADES)
        return np.asarray(np.log10(np.maximum(merit, highest * 10.0**-DECADES)))


_complement = np.frompyfunc(math.erfc, 1, 1)


def _normal_below(z: Array) -> Array:
    """Return Φ(z)."""
    return 0.5 * np.asarray(_complement(z * -math.sqrt(0.5)), dtype=np.float64)


@functools.lru_cache(maxsize=4)
def _model(glimpse: Glimpse) -> Surrogate | None:
    """Return the model, where there are two observations to make one of."""
    return Surrogate(glimpse) if glimpse.number("kept") >= 2 and glimpse.number("spread") > 0.0 else None


def _field(
    read: Callable[[Surrogate, Array], Array], unit: str, dimensions: Callable[[int], bool] = bool
) -> Callable[[Glimpse], Geometry | None]:
    """Return what makes a field of a model, on landscapes of such dimensions."""

    def field(glimpse: Glimpse) -> Geometry | None:
        model = _model(glimpse) if dimensions(glimpse.land.dimension) else None
        return None if model is None else Field(lambda points: read(model, points), unit)

    return field


def _promise(glimpse: Glimpse) -> Geometry | None:
    """Return the acquisition, whose unit says whether it is a logarithm."""
    bound = glimpse.settings["acquisition"] == "lower-bound"
    unit = "standard deviations" if bound else "log₁₀ of standard deviations"
    return _field(Surrogate.promise, unit)(glimpse)


def _one(dimension: int) -> bool:
    return dimension == 1


def _several(dimension: int) -> bool:
    return dimension > 1


def _observations(glimpse: Glimpse) -> Geometry | None:
    count = int(glimpse.number("kept"))
    return Points(glimpse.array("observations")[:count]) if count else None


def _evaluated(glimpse: Glimpse) -> Geometry | None:
    return Points(glimpse.array("evaluated")[None]) if glimpse.number("learned") else None


def _next(glimpse: Glimpse) -> Geometry | None:
    return Points(glimpse.array("proposal")[None]) if glimpse.number("learned") else None


INSIDES = (
    Inside(
        "observations", "Observations", "The points whose heights the model knows.", "points",
        _observations, "memory",
    ),
    Inside(
        "evaluated", "Newest observation", "The point that this step evaluated.", "points",
        _evaluated, "accepted",
    ),
    Inside("next", "Next point", "Where the next step will evaluate.", "points", _next, "trial"),
    Inside(
        "mean", "Expected height", "What the model expects: half of what it holds possible is lower.",
        "field", _field(lambda model, p: model.bound(p, 0.0), "height"), "model",
    ),
    Inside(
        "deviation", "Uncertainty",
        "The model’s standard deviation, as a share of that of the heights seen: none at observations.",
        "field",
        _field(lambda model, p: model.predict(p)[1], "standard deviations", _several), "model",
    ),
    Inside(
        "acquisition", "Acquisition",
        "What the next point is chosen by: the higher, the more is promised. An expected improvement is "
        "shown as its logarithm, over six decades.",
        "field", _promise, "model",
    ),
    Inside(
        "low", "Lower bound", "Two standard deviations below what the model expects, of one variable.",
        "field", _field(lambda model, p: model.bound(p, -BAND), "height", _one), "model",
    ),
    Inside(
        "high", "Upper bound", "Two standard deviations above what the model expects, of one variable.",
        "field", _field(lambda model, p: model.bound(p, BAND), "height", _one), "model",
    ),
)  # fmt: skip


def narrate(glimpse: Glimpse) -> tuple[Stage, ...]:
    """Tell one step: what was expected at the point chosen, what came out, and what follows from it."""
    if glimpse.before is None:
        return (_first(glimpse), _coming(glimpse))
    return (*_chosen(glimpse), _came_out(glimpse), _learned(glimpse), _coming(glimpse))


def _first(glimpse: Glimpse) -> Stage:
    point, value = said_point(glimpse.now.position), said(glimpse.now.value)
    return Stage(f"The best point known is {point}: f = {value}.", ("observations",))


def _chosen(glimpse: Glimpse) -> tuple[Stage, ...]:
    """Say why the point was chosen."""
    point = said_point(glimpse.array("evaluated"))
    if not glimpse.number("by_model"):
        done, total = int(glimpse.number("learned")), int(glimpse.setting("initial"))
        return (
            Stage(
                f"The first {total} points are spread evenly over the region, whatever their heights: "
                f"this is number {done}, {point}.",
                ("evaluated",),
            ),
        )
    low, expected, high = (said(glimpse.number(name)) for name in ("low", "expected", "high"))
    return (
        Stage(
            f"At {point} the model expected f = {expected}, and held all from {low} to {high} possible.",
            ("evaluated", "mean"),
        ),
        Stage(_reason(glimpse), ("evaluated", "acquisition")),
    )


def _reason(glimpse: Glimpse) -> str:
    """Say what the chosen point was best at."""
    merit = glimpse.number("merit")
    if glimpse.settings["acquisition"] == "lower-bound":
        kappa = said(glimpse.setting("kappa"))
        return (
            f"Nowhere was the bound of {kappa} standard deviations below the mean deeper: {said(-merit)} "
            "standard deviations of the heights seen from their mean."
        )
    return (
        f"Nowhere was a greater improvement to be expected: {said(merit)} standard deviations of the "
        "heights seen."
    )


def _came_out(glimpse: Glimpse) -> Stage:
    value, before = glimpse.number("value_observed"), glimpse.number("best_before")
    if not math.isfinite(value):
        sentence = "There is no finite height there: the model takes it for as high as the worst seen."
    elif value < before:
        sentence = f"What came out is f = {said(value)}: the lowest so far; before, it was {said(before)}."
    else:
        sentence = f"What came out is f = {said(value)}: not below {said(before)}, the lowest so far."
    return Stage(sentence, ("evaluated",))


def _learned(glimpse: Glimpse) -> Stage:
    """Say how the model took it in."""
    kept, forgotten = int(glimpse.number("kept")), int(glimpse.number("forgotten"))
    forgot = f"It has forgotten the {forgotten} oldest of the higher ones. " if forgotten else ""
    if glimpse.number("refitted"):
        lengths = said_point(glimpse.array("length_scales"))
        how = (
            f"The model knows {kept} observations, and is fitted anew: heights are alike over distances of "
            f"{lengths} times the region’s widths (log-likelihood {said(glimpse.number('log_likelihood'))})."
        )
    else:
        how = f"The model takes it in: it knows {kept} observations, and its length scales stay."
    return Stage(forgot + how, ("observations", "mean", "deviation"))


def _coming(glimpse: Glimpse) -> Stage:
    """Say where the next step evaluates, and why."""
    point = said_point(glimpse.array("proposal"))
    model = _model(glimpse)
    if not glimpse.number("next_by_model") or model is None:
        return Stage(f"Next comes {point}, a point of the first design.", ("next",))
    mean, reach = glimpse.number("next_mean"), BAND * glimpse.number("next_deviation")
    low, expected, high = (
        said(float(each)) for each in model.heights(np.array([mean - reach, mean, mean + reach]))
    )
    return Stage(
        f"Next comes {point}, where f = {expected} is expected, and from {low} to {high} possible.",
        ("next", "acquisition"),
    )
