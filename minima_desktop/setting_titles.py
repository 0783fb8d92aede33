"""What settings and their choices are called on screen: words, where their names are those of a program.

The names themselves stay what they are: they are typed, saved and passed to the core.
"""

from __future__ import annotations

__all__ = ["choice_title", "setting_title"]

SETTINGS = {
    "alpha": "memory",
    "beta1": "memory of slopes",
    "beta2": "memory of squares",
    "c1": "least fall",
    "c2": "flatness",
    "clip_norm": "longest gradient",
    "clip_value": "largest entry",
    "ema_decay": "memory of mean",
    "eps": "safety term",
    "eta": "least success",
    "eta_mean": "rate of mean",
    "eta_shape": "rate of shape",
    "eta_sigma": "rate of width",
    "etaminus": "shrink",
    "etaplus": "grow",
    "initial_accumulator_value": "first sum",
    "kappa": "boldness",
    "least_sigma": "least width",
    "line_search_fn": "line search",
    "lr_decay": "decay of rate",
    "lr_mean": "rate of mean",
    "lr_sigma": "rate of width",
    "max_eval": "most evaluations",
    "max_iter": "most iterations",
    "max_radius": "largest radius",
    "rho": "memory",
    "sigma": "spacing",
    "sigma0": "first width",
    "step_size_max": "longest step",
    "step_size_min": "shortest step",
    "tolerance_change": "least change",
    "tolerance_grad": "least gradient",
    "tolfun": "least change",
    "tolx": "least step",
    "xi": "least gain",
}
"""Settings whose names are abbreviations or Greek letters spelled out; the others are words already."""

SCHEDULES = {
    "anneal_strategy": "way down",
    "base_lr": "lowest lr",
    "cycle_momentum": "momentum cycles",
    "div_factor": "rise",
    "eps": "least fall",
    "eta_min": "lowest lr",
    "final_div_factor": "fall",
    "gamma": "factor",
    "max_lr": "highest lr",
    "min_lr": "lowest lr",
    "pct_start": "share of climb",
    "step_size_down": "steps down",
    "step_size_up": "steps up",
    "T_0": "first fall",
    "T_max": "steps",
    "T_mult": "longer by",
    "total_iters": "steps",
    "total_steps": "steps",
}
"""The same of learning-rate schedules."""

CHOICES = {
    "abs": "An amount",
    "bipop": "Large and small (BIPOP)",
    "cos": "Cosine",
    "DY": "Dai–Yuan",
    "ema": "Fading mean",
    "exp_range": "Fading triangles",
    "FR": "Fletcher–Reeves",
    "hooke-jeeves": "Hooke–Jeeves",
    "HS": "Hestenes–Stiefel",
    "ipop": "Ever larger (IPOP)",
    "matern": "Matérn",
    "PR+": "Polak–Ribière, plus",
    "rel": "A share",
    "saddle-free": "Saddle-free",
    "strong_wolfe": "Strong Wolfe",
    "triangular": "Triangles",
    "triangular2": "Halved triangles",
}


def setting_title(name: str, *, of_schedule: bool = False) -> str:
    """What a setting of a method is called, or one of a schedule.

    Examples
    --------
    >>> setting_title("tolerance_grad"), setting_title("history_size"), setting_title("lr")
    ('least gradient', 'history size', 'lr')
    """
    return (SCHEDULES if of_schedule else SETTINGS).get(name, name.replace("_", " "))


def choice_title(choice: str) -> str:
    """What one of several choices is called.

    Examples
    --------
    >>> choice_title("strong_wolfe"), choice_title("saddle-free"), choice_title("rand/1")
    ('Strong Wolfe', 'Saddle-free', 'rand/1')
    """
    if choice in CHOICES or "/" in choice:
        return CHOICES.get(choice, choice)  # a slash belongs to a notation, in which small letters count
    words = choice.replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:]
