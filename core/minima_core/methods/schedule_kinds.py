"""The kinds of learning-rate schedules, declared: words, settings, formulas.

Names, settings and formulas are those of ``torch.optim.lr_scheduler``; a step of the method is a step of
the schedule. The method's own learning rate η₀ is the one that PyTorch calls initial, and t counts the steps
since the schedule began, from 0. Where a cycle moves the momentum (``cycle_momentum``), it does so for
methods that have one: ``momentum``, or ``beta1``. A plateau is told the loss after each step.

References
----------
I. Loshchilov, F. Hutter, "SGDR: Stochastic gradient descent with warm restarts", ICLR 2017 (cosine); L. N.
Smith, "Cyclical learning rates for training neural networks", WACV 2017 (cyclic); L. N. Smith, N. Topin,
"Super-convergence", arXiv:1708.07120, 2018 (one cycle).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from minima_core.methods.specification import AUTO, Auto, Setting

__all__ = ["KINDS_BY_NAME", "Kind"]


@dataclass(frozen=True)
class Kind:
    """One kind of schedule: its words, its settings, and the name of PyTorch's class.

    `setting.scale` may also be ``"steps"``: several whole numbers, and ``"schedules"``: several schedules.
    """

    name: str
    title: str
    sentence: str
    formula: str
    torch: str
    settings: tuple[Setting, ...] = ()


def _steps(name: str, symbol: str, meaning: str, default: int) -> Setting:
    return Setting(name, symbol, meaning, default, 1, 1_000_000_000, "integer", span=(1, 10_000))


def _rate(name: str, symbol: str, meaning: str, default: float | Auto) -> Setting:
    return Setting(name, symbol, meaning, default, 0.0, math.inf, "log", span=(1e-6, 1.0))


def _share(name: str, symbol: str, meaning: str, default: float, upper: float = 1.0) -> Setting:
    return Setting(name, symbol, meaning, default, 0.0, upper, span=(0.0, upper))


def _momenta(low: float, high: float) -> tuple[Setting, ...]:
    return (
        Setting("cycle_momentum", "M", "Whether the momentum falls while the rate rises, and back.", True,
                scale="switch"),
        _share("base_momentum", "μ₋", "The momentum where the rate is highest.", low),
        _share("max_momentum", "μ₊", "The momentum where the rate is lowest.", high),
    )  # fmt: skip


_GAMMA = _share("gamma", "γ", "The factor by which the rate falls.", 0.1)

KINDS_BY_NAME: dict[str, Kind] = {each.name: each for each in (
    Kind("none", "None", "The learning rate stays.", "η = η₀", ""),
    Kind("step", "Steps", "The rate falls by a factor every so many steps.", "η = η₀ γ^⌊t/s⌋", "StepLR",
         (_steps("step_size", "s", "Steps between two falls.", 100), _GAMMA)),
    Kind("multi-step", "Milestones", "The rate falls by a factor at each milestone.",
         "η = η₀ γᵏ after k milestones", "MultiStepLR",
         (Setting("milestones", "tₖ", "The steps at which it falls.", (100, 200), 1,  # type: ignore[arg-type]
                  scale="steps"), _GAMMA)),
    Kind("constant", "Held low", "The rate is multiplied by a factor for the first steps.",
         "η = η₀ f while t < T", "ConstantLR",
         (_share("factor", "f", "The factor.", 1.0 / 3.0),
          _steps("total_iters", "T", "The steps for which it holds.", 5))),
    Kind("linear", "Linear warm-up", "The rate goes in a straight line from one share of itself to another.",
         "η = η₀ (a + (b − a) min(t, T)/T)", "LinearLR",
         (_share("start_factor", "a", "The share at the beginning.", 1.0 / 3.0),
          _share("end_factor", "b", "The share at the end.", 1.0),
          _steps("total_iters", "T", "The steps that it takes.", 5))),
    Kind("exponential", "Exponential", "The rate falls by the same factor at every step.", "η = η₀ γᵗ",
         "ExponentialLR", (_share("gamma", "γ", "The factor of a step.", 0.99),)),
    Kind("polynomial", "Polynomial", "The rate falls to 0 along a power.", "η = η₀ (1 − min(t, T)/T)ᵖ",
         "PolynomialLR",
         (_steps("total_iters", "T", "The steps that it takes.", 5),
          Setting("power", "p", "The power: 1 is a straight line.", 1.0, 0.0, 100.0, span=(0.1, 5.0)))),
    Kind("cosine", "Cosine", "The rate swings down along half a cosine, and up again if there is time.",
         "η = ηₘ + (η₀ − ηₘ)(1 + cos(π t/T))/2", "CosineAnnealingLR",
         (_steps("T_max", "T", "The steps down to the lowest rate.", 200),
          _rate("eta_min", "ηₘ", "The lowest rate.", 0.0))),
    Kind("cosine-warm-restarts", "Cosine with warm restarts",
         "The rate falls along half a cosine, jumps back, and falls again, each time for longer.",
         "η = ηₘ + (η₀ − ηₘ)(1 + cos(π u/Tᵢ))/2, u since the last restart", "CosineAnnealingWarmRestarts",
         (_steps("T_0", "T₀", "The steps to the first restart.", 50),
          Setting("T_mult", "k", "How many times longer each next fall takes.", 1, 1, 1000, "integer",
                  span=(1, 4)),
          _rate("eta_min", "ηₘ", "The lowest rate.", 0.0))),
    Kind("one-cycle", "One cycle", "The rate climbs to its peak and falls far below its beginning, once.",
         "ηₘₐₓ/d → ηₘₐₓ → ηₘₐₓ/(d e)", "OneCycleLR",
         (_steps("total_steps", "T", "The steps of the whole cycle.", 200),
          Setting("div_factor", "d", "How many times the peak is higher than the beginning.", 25.0,
                  1e-6, 1e12, "log", span=(1.0, 100.0)),
          Setting("final_div_factor", "e", "How many times the end is lower than the beginning.", 1e4,
                  1e-6, 1e12, "log", span=(1.0, 1e6)),
          _share("pct_start", "a", "The share of the steps that the climb takes.", 0.3),
          Setting("anneal_strategy", "∿", "Along a cosine, or in a straight line.", "cos", scale="choice",
                  choices=("cos", "linear")),
          Setting("three_phase", "3", "Whether it first falls as it climbed, and then on to its end.", False,
                  scale="switch"),
          _rate("max_lr", "ηₘₐₓ", "The peak; unless given, the method’s learning rate.", AUTO),
          *_momenta(0.85, 0.95))),
    Kind("cyclic", "Cyclic", "The rate goes up and down between two rates, in triangles.",
         "η₋ + (η₊ − η₋) × triangle", "CyclicLR",
         (_rate("base_lr", "η₋", "The lowest rate; unless given, a tenth of the highest.", AUTO),
          _rate("max_lr", "η₊", "The highest rate; unless given, the method’s learning rate.", AUTO),
          _steps("step_size_up", "s↑", "The steps of the way up.", 2000),
          Setting("step_size_down", "s↓", "The steps of the way down; unless given, as many.", AUTO, 1,
                  1_000_000_000, "integer", span=(1, 10_000)),
          Setting("mode", "∧", "Triangles that stay, that halve each time, or that fade by γ a step.",
                  "triangular", scale="choice", choices=("triangular", "triangular2", "exp_range")),
          _share("gamma", "γ", "The factor of a step, for triangles that fade.", 1.0),
          *_momenta(0.8, 0.9))),
    Kind("plateau", "Reduce on plateau", "The rate falls by a factor when the loss has stopped falling.",
         "η ← max(f η, ηₘ) after more than p bad steps", "ReduceLROnPlateau",
         (_share("factor", "f", "The factor.", 0.1),
          Setting("patience", "p", "Steps without progress that are borne.", 10, 0, 1_000_000_000, "integer",
                  span=(0, 1000)),
          Setting("threshold", "δ", "By how much the loss must fall to count as progress.", 1e-4, 0.0, 1e12,
                  "log", span=(1e-8, 0.1)),
          Setting("threshold_mode", "±", "Whether that is a share of the loss, or an amount.", "rel",
                  scale="choice", choices=("rel", "abs")),
          Setting("cooldown", "c", "Steps after a fall in which nothing counts.", 0, 0, 1_000_000_000,
                  "integer", span=(0, 1000)),
          _rate("min_lr", "ηₘ", "The lowest rate.", 0.0),
          _rate("eps", "ε", "A fall that is smaller than this is left out.", 1e-8))),
    Kind("sequential", "One after another", "Several schedules, each from its milestone on.",
         "the schedule that is in force, t from its beginning", "SequentialLR",
         (Setting("schedulers", "Sₖ", "The schedules, in their order.", (), scale="schedules"),  # type: ignore[arg-type]
          Setting("milestones", "tₖ", "The step at which each of them but the first begins.", (), 0,  # type: ignore[arg-type]
                  scale="steps"))),
)}  # fmt: skip
