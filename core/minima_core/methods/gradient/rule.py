"""What all gradient methods share: their common settings, and the loop around their rule."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from typing import Any

from minima_core.compiled.drivers import alter, constants, descend, drawing_batches
from minima_core.compiled.faces import settings_pointer
from minima_core.compiled.kernel import Kernel
from minima_core.compiled.schedule import follow, obey
from minima_core.methods.schedules import NONE
from minima_core.methods.specification import AUTO, Auto, Setting, Value

__all__ = [
    "Loop",
    "common",
    "decoupled",
    "learning_rate",
    "loop",
    "normal",
    "uncoupled",
    "uncoupled_if_asked",
    "with_common",
]


TINY = 1e-290


@Kernel
def normal(x: float) -> float:
    """Return x, or 0 for numbers so small that they change nothing: processors are slow on denormal ones."""
    return 0.0 if -TINY < x < TINY else x


@Kernel
def momentum_setting(s: Any) -> float:
    """Return the momentum of a rule that calls it so."""
    momentum: float = s.momentum
    return momentum


@Kernel
def put_momentum_setting(s: Any, scalars: Any, momentum: float, steps: int) -> None:
    """Use another momentum."""
    s.momentum = momentum


@Kernel
def beta1_setting(s: Any) -> float:
    """Return the momentum of a rule that calls it β₁."""
    beta1: float = s.beta1
    return beta1


@Kernel
def put_beta1(s: Any, scalars: Any, momentum: float, steps: int) -> None:
    """Use another β₁."""
    s.beta1 = momentum


@Kernel
def put_beta1_corrected(s: Any, scalars: Any, momentum: float, steps: int) -> None:
    """Use another β₁, and 1 − β₁ᵗ of the one that is used now, as PyTorch does: it is the first scalar."""
    s.beta1 = momentum
    scalars[0] = 1.0 - math.pow(momentum, steps)


@Kernel
def uncoupled(s: Any) -> float:
    """Add no weight decay to the gradient: the rule decays the point itself."""
    return 0.0


@Kernel
def uncoupled_if_asked(s: Any) -> float:
    """Add the weight decay to the gradient, unless the rule is asked to decay the point itself."""
    return 0.0 if s.decoupled_weight_decay != 0.0 else s.weight_decay


def decoupled() -> Setting:
    """Whether weight decay is AdamW's."""
    return Setting(
        "decoupled_weight_decay",
        "W",
        "Whether weight decay shrinks the point itself, as AdamW’s does, and not by way of the gradient.",
        False,
        scale="switch",
    )


def learning_rate() -> Setting:
    """The setting that all gradient methods begin with."""
    return Setting(
        "lr",
        "η",
        "The learning rate: how far a step goes for a gradient of a given size.",
        AUTO,
        0.0,
        math.inf,
        "log",
        span=(1e-5, 1.0),
    )


def common(noise: float = 0.0, clip: Value | Auto = AUTO, pull: float = 0.0) -> tuple[Setting, ...]:
    """Return the settings that every gradient method has besides its own."""
    return (
        Setting(
            "schedule",
            "η(t)",
            "How the learning rate changes from step to step, such as cosine(T_max=200).",
            NONE,
            scale="schedule",
        ),
        Setting(
            "weight_decay",
            "λ",
            "Adds λ times the point to the gradient, which pulls towards the origin.",
            pull, 0.0, 1e6, "log", span=(1e-4, 1.0),
        ),
        Setting(
            "clip_norm",
            "c",
            "Longest gradient that is believed: a longer one is shortened to this length; 0 switches it off.",
            clip, 0.0, math.inf, "log", span=(1e-2, 1e4),
        ),
        Setting(
            "clip_value",
            "cᵢ",
            "Largest value of each coordinate of the gradient; 0 switches it off.",
            0.0, 0.0, math.inf, "log", span=(1e-2, 1e4),
        ),
        Setting(
            "noise",
            "σ",
            "Random noise added to each gradient, as a share of the landscape’s typical slope.",
            noise, 0.0, 1e6, "log", span=(1e-2, 10.0),
        ),
        Setting(
            "averaging",
            "x̄",
            "Evaluates the average of the points as well: their mean, or with the late ones counting more.",
            "off", scale="choice", choices=("off", "mean", "ema"),
        ),
        Setting(
            "ema_decay",
            "d",
            "How long the average “ema” remembers: closer to 1 is longer.",
            0.99, 0.0, 1.0, span=(0.5, 0.9999), below=True,
        ),
        Setting(
            "averaging_start",
            "t̄",
            "How many steps are done before points are averaged.",
            0, 0, 1_000_000_000, "integer", span=(0, 10_000),
        ),
    )  # fmt: skip


def with_common(
    *own: Setting, noise: float = 0.0, clip: Value | Auto = AUTO, pull: float = 0.0
) -> tuple[Setting, ...]:
    """Return a gradient method's settings: the rate, its own, then those that all have."""
    return (learning_rate(), *own, *common(noise, clip, pull))


class Loop:
    """The compiled loops of a rule: for one run, and for tiles of runs side by side.

    ``update(n, x, g, state, scalars, s)`` moves the point ``x`` (n,) along the gradient ``g`` (n,),
    coordinate by coordinate; ``state`` (slots, n) and ``scalars`` are what the method remembers, ``s`` its
    settings by name, switches as 0.0 and 1.0. In a tile n is the number of all coordinates of all runs.
    With a setting `batch` among them, the loop of a run draws examples where a landscape has some.
    ``decay(s)`` is the weight decay that is added to the gradient, where it is not simply the setting.
    `corrected` says that the first scalar is 1 − β₁ᵗ, which a schedule that cycles β₁ has to keep up.
    """

    def __init__(
        self,
        name: str,
        update: Callable[..., None],
        settings: Sequence[Setting],
        decay: Kernel | None = None,
        *,
        corrected: bool = False,
    ) -> None:
        self.name = name
        names = {each.name for each in settings}
        self._of_runs = cycling(names, corrected)
        self._of_tiles = {name: word for name, word in self._of_runs.items() if name != "follow"}
        if "batch" in names:
            self._of_runs |= drawing_batches
        if decay is not None:
            self._of_runs |= {"alter": alter.specialised(decay.name, coupled=decay)}
            self._of_tiles |= {"coupled": decay}
        self._rule = Kernel(update, name=f"update_{name}")
        self._pointer = settings_pointer([each.name for each in settings])

    def __call__(self, dimension: int) -> Kernel:
        """Return the loop of one run in so many variables."""
        return self._specialised(descend, dimension, **self._of_runs)

    def tiles(self, dimension: int, driver: Kernel | None = None) -> Kernel:
        """Return the loop over tiles of runs (`minima_core.compiled.tiles`), or another one like it."""
        from minima_core.compiled.tiles import descend_tiles  # runs do without

        return self._specialised(driver or descend_tiles, dimension, **self._of_tiles)

    def _specialised(self, driver: Kernel, dimension: int, **more: Any) -> Kernel:
        substitutions: dict[str, Any] = {
            **constants(dimension), "update": self._rule, "settings_pointer": self._pointer, **more,
        }  # fmt: skip
        return driver.specialised(f"{self.name}_{substitutions['DIMENSION']}", **substitutions)


def cycling(names: Collection[str], corrected: bool) -> dict[str, Any]:
    """Return what a loop means by its rule's momentum, for schedules that cycle it; β₁ comes first."""
    if "beta1" in names:
        words = {
            "momentum_of": beta1_setting,
            "put_momentum": put_beta1_corrected if corrected else put_beta1,
        }
    elif "momentum" in names:
        words = {"momentum_of": momentum_setting, "put_momentum": put_momentum_setting}
    else:
        return {}
    name = words["put_momentum"].name
    obeyed = obey.specialised(name, **words)
    return {**words, "obey": obeyed, "follow": follow.specialised(name, obey=obeyed)}


def loop(
    name: str,
    update: Callable[..., None],
    settings: Sequence[Setting],
    decay: Kernel | None = None,
    *,
    corrected: bool = False,
) -> Loop:
    """Return the compiled loops of a rule; the arguments are those of `Loop`."""
    return Loop(name, update, settings, decay, corrected=corrected)
