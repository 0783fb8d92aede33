"""From the session to the panel of the landscape and the formula bar: parameters, region, changes, wells."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from minima_core.document import Place, place_of
from minima_core.formula.meanings import FUNCTION_MEANINGS
from minima_core.landscapes import Landscape
from minima_core.landscapes.notes import parameter_notes
from minima_core.landscapes.scale import scale_of
from minima_desktop.session import Session
from minima_widgets.panels.completion import Completion, Example
from minima_widgets.panels.landscape_panel import (
    AxisRow,
    ChangesState,
    LandscapePanel,
    SliderRow,
    WellRow,
)

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "rho": "ρ", "sigma": "σ", "phi": "φ",
    "psi": "ψ", "omega": "ω",
}  # fmt: skip

MOST_SMOOTHING = 0.25
"""The end of the slider of smoothing, as a share of the region's diagonal."""

USUAL_SPAN = (-5.0, 5.0)
"""How far the slider of a parameter reaches that nobody has said anything about."""

CONSTANTS = (("pi", "π, 3.14159…"), ("e", "Euler’s number, 2.71828…"), ("tau", "2π"))
VARIABLES = (("x", "the first variable"), ("y", "the second variable: the landscape gets a map"))

EXAMPLES = (
    Example("(x^2 + y - 11)^2 + (x + y^2 - 7)^2", "four equal minima: Himmelblau’s function"),
    Example("x^2 + a y^2", "a bowl; a slider for a appears"),
    Example("sin(x) cos(y) + 0.1 (x^2 + y^2)", "many hollows on a bowl"),
    Example("|x| + |y|", "kinks: no slope at the bottom"),
    Example("x^4 - 2x^2 + 0.5x", "one variable: a curve with two minima"),
    Example("sum(i, 1, 5, sin(i x)/i)", "a sum over an index"),
)


def fill(
    panel: LandscapePanel,
    session: Session,
    ranges: Mapping[str, tuple[float, float]],
    *,
    drawing: bool,
    well: int = -1,
    note: str = "",
) -> None:
    """Show the session's landscape in its panel; `ranges` are the slider ends that a person has moved."""
    place, land = session.exploration.place, session.landscape
    plain = land if not place.changes else _plain(place)
    panel.set_about(plain.sentence, plain.source)
    panel.set_region_problem("")
    variants = land.variants
    panel.set_variants([(name, title, "") for name, title in variants], place.landscape or "")
    rows = parameter_rows(place, ranges)
    panel.set_parameters(rows)
    panel.section("parameters").setVisible(bool(rows) or (place.drawn is None and land.examples is None))
    symbols = ("x", "y") if place.dimension <= 2 else tuple(f"x{k + 1}" for k in range(place.dimension))
    axes = zip(symbols, place.lower, place.upper, strict=False)
    panel.set_region([AxisRow(*axis) for axis in axes], own=is_own_region(place))
    panel.set_changes(changes_state(place, plain, note))
    panel.set_drawing(drawing)
    wells = () if place.drawn is None else place.drawn.wells
    side = min(b - a for a, b in zip(place.lower, place.upper, strict=True))
    deepest = max((abs(each.depth) for each in wells), default=1.0)
    panel.set_wells(
        [WellRow(each.x, each.y, each.depth, each.width) for each in wells],
        well if well < len(wells) else -1,
        most_depth=max(3.0, 2 * deepest),
        most_width=side,
    )
    panel.set_seed(None if place.drawn is None else place.drawn.seed)


def parameter_rows(place: Place, ranges: Mapping[str, tuple[float, float]]) -> tuple[SliderRow, ...]:
    """Return a slider for each parameter; its ends are those of the catalogue, or hold its value."""
    known = parameter_notes(place.landscape) if place.landscape is not None else {}
    rows = []
    for name, value in place.parameters.items():
        told = known.get(name)
        low, high = ranges.get(name) or ((told.lower, told.upper) if told else _span_around(value))
        rows.append(
            SliderRow(
                name,
                symbol_of(name),
                "" if told is None else told.meaning,
                value,
                min(low, value),
                max(high, value),
                default=None if told is None else told.value,
            )
        )
    return tuple(rows)


def symbol_of(name: str) -> str:
    """Return how a parameter is written: alpha is α, a1 is a₁.

    Examples
    --------
    >>> symbol_of("lambda2"), symbol_of("k"), symbol_of("a1")
    ('λ₂', 'k', 'a₁')
    """
    word = name.rstrip("0123456789")
    digits = name[len(word) :].translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
    return GREEK.get(word.rstrip("_"), word.rstrip("_")) + digits


def _span_around(value: float) -> tuple[float, float]:
    """Return ends of a slider in which a value stands well."""
    low, high = USUAL_SPAN
    if low <= value <= high:
        return low, high
    reach = 10.0 ** math.ceil(math.log10(abs(value)))
    return -reach, reach


def is_own_region(place: Place) -> bool:
    """Whether a landscape of the catalogue is shown on its own region; others have no other one."""
    if place.landscape is None:
        return True
    own = place_of(place.landscape, place.dimension)
    return (own.lower, own.upper) == (place.lower, place.upper)


def _plain(place: Place) -> Landscape:
    """The landscape without what was added to it."""
    return type(place)(
        landscape=place.landscape,
        formula=place.formula,
        lower=place.lower,
        upper=place.upper,
        parameters=place.parameters,
        drawn=place.drawn,
    ).landscape_of()


def changes_state(place: Place, plain: Landscape, note: str = "") -> ChangesState:
    """Return what is changed, with sliders that reach as far as matters on this landscape.

    At the end of a penalty's slider the penalty at the region's edge is as high as the landscape's own range
    of losses; a tilt at the end of its slider falls by that much across the region.
    """
    spread = scale_of(plain).spread or 1.0
    half = 0.5 * max(b - a for a, b in zip(place.lower, place.upper, strict=True))
    changes = place.changes
    most = (_round_up(spread / half), _round_up(spread / half**2))
    return ChangesState(
        l1=changes.l1,
        l2=changes.l2,
        towards=changes.towards,
        smoothing=changes.smoothing * plain.diagonal,
        tilt=changes.tilt,
        most_l1=max(most[0], changes.l1),
        most_l2=max(most[1], changes.l2),
        most_smoothing=MOST_SMOOTHING * plain.diagonal,
        most_tilt=max(_round_up(0.5 * spread / half), *(abs(t) for t in changes.tilt), 0.0),
        dimension=place.dimension,
        note=note,
    )


def _round_up(number: float) -> float:
    """Return the next of 1, 2, 5, 10, 20, … that is not smaller.

    Examples
    --------
    >>> _round_up(0.31), _round_up(7.0), _round_up(20.0)
    (0.5, 10.0, 20.0)
    """
    if not 0 < number < math.inf:
        return 1.0
    power = 10.0 ** math.floor(math.log10(number))
    return next((m * power for m in (1, 2, 5) if m * power >= number * (1 - 1e-12)), 10 * power)


def completions(parameters: Iterable[str]) -> tuple[Completion, ...]:
    """Return the words that may be completed in a formula."""
    functions = [Completion(name, f"{name}()", meaning) for name, meaning in FUNCTION_MEANINGS.items()]
    constants = [Completion(name, name, meaning, "constant") for name, meaning in CONSTANTS]
    variables = [Completion(name, name, meaning, "variable") for name, meaning in VARIABLES]
    own = [Completion(name, name, "a parameter of this formula", "parameter") for name in parameters]
    return (*functions, *constants, *variables, *own)
