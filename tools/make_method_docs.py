"""Write `docs/methods.md` and `docs/landscapes.md` from what methods and landscapes declare about themselves.

Run it after a change of a declaration, in the environment that `make setup` makes:

    .venv/bin/python tools/make_method_docs.py

`tests/test_docs.py` fails while a page says something else than its source.
"""

from __future__ import annotations

import importlib
import inspect
import math
import re
import sys
import textwrap
import tomllib
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / folder) for folder in ("core", "resources")]

import numpy as np  # noqa: E402

import minima_core as mc  # noqa: E402
import minima_resources  # noqa: E402
from minima_core.landscapes import Landscape  # noqa: E402
from minima_core.methods import AUTO, Method, Setting, describe_schedule  # noqa: E402

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
MADE = "<!-- Made by tools/make_method_docs.py from the declarations; change those, and run it again. -->"

METHODS_INTRO = """\
What each method does at a step, and what can be set. In the window the settings of a method unfold from its
line in the race; on the command line and in Python they go by the name in the first column:
`--run adam,lr=0.01`, `mc.method("adam", lr=0.01)`. A default “from the landscape” is worked out from the
landscape’s own heights and slopes, so that every method starts sensibly everywhere; the window, legends and
files show the number that was used.

Here x is the point, f(x) its value, g = ∇f(x) the gradient. Names of settings are PyTorch’s where it has
them.
"""
SCHEDULES_INTRO = """\
What `schedule` can be, for every gradient method: `--run adam,lr=0.01,schedule=cosine(T_max=50)`, or in
Python `mc.method("adam", lr=0.01, schedule=mc.schedule("cosine", T_max=50))`. Names and formulas are those of
`torch.optim.lr_scheduler`, whose class names are understood as well. η₀ is the method’s learning rate, t
counts its steps from 0 since the schedule began; a schedule begins anew when it is changed, and in each loop
of restarts. A cycle also moves the momentum (`momentum` or `beta1`) of methods that have one. Lists stand in
brackets: `multi-step(milestones=(30,80))`,
`sequential(schedulers=(linear(total_iters=10),cosine(T_max=90)),milestones=(10))`.
"""
LANDSCAPES_INTRO = """\
The {count} landscapes that come with the program, in the groups of its gallery. Each is data: a formula that
is read and compiled like one that you type. The data, with the source of each landscape and of its minima,
stand in [landscapes.toml](../resources/minima_resources/landscapes.toml), those of learning in
[learning.toml](../resources/minima_resources/learning.toml). The first column gives the title,
and the name by which the command line and Python know it: `--landscape himmelblau`,
`mc.landscape("himmelblau")`.

Landscapes marked ⁿ exist for any number of variables: `mc.landscape("rastrigin", dimension=5)`. A letter
beside the variables is a parameter; its value is given.
"""


# -- numbers and cells ---------------------------------------------------------------------------------------


def number(value: float, digits: int = 6) -> str:
    """Write a number for a reader: few digits, powers of ten raised, a true minus.

    >>> number(-2.903534027771177), number(1e15), number(2.5e-7), number(1e-8)
    ('−2.90353', '10¹⁵', '2.5 × 10⁻⁷', '10⁻⁸')
    """
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    short = f"{value + 0.0:.{digits}g}" if abs(value) < 1e5 else f"{value:.{digits - 1}e}"
    mantissa, _, exponent = short.partition("e")
    if "." in mantissa and exponent:
        mantissa = mantissa.rstrip("0").rstrip(".")
    if exponent:
        power = f"10{str(int(exponent)).translate(RAISED)}"
        short = {"1": power, "-1": f"-{power}"}.get(mantissa, f"{mantissa} × {power}")
    return short.replace("-", "−", 1) if short.startswith("-") else short


def cell(text: str) -> str:
    """Make a text safe inside a table."""
    for sign, written in (("|", "\\|"), ("<", "&lt;"), ("*", "\\*")):
        text = text.replace(sign, written)
    return text


def typeset(text: str) -> str:
    """Give prose from a source file curly quotes, and one kind of code marks."""
    text = re.sub(r"(?<=\w)'(?=\w)|(?<=s)'(?= )", "’", text.replace("``", "`"))
    return re.sub(r'"([^"]*)"', r"“\1”", text)


def row(*cells: str) -> str:
    """Write one row of a table."""
    return f"| {' | '.join(cells)} |"


def heading(*cells: str) -> list[str]:
    """Write the head of a table."""
    return [row(*cells), row(*("---" for _ in cells))]


# -- methods -------------------------------------------------------------------------------------------------


def default_of(setting: Setting) -> str:
    """Write the default of a setting."""
    value = setting.default
    if value is AUTO:
        return "from the landscape"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, int | float):
        return number(float(value))
    return f"`{value}`"


def range_of(setting: Setting) -> str:
    """Write what is allowed."""
    if setting.scale == "switch":
        return "on, off"
    if setting.scale == "choice":
        return ", ".join(f"`{choice}`" for choice in setting.choices)
    if setting.scale == "method":
        return "any method but itself"
    if setting.scale == "schedule":
        return "any schedule"
    below = "below " if setting.below else ""
    whole = "whole, " if setting.scale == "integer" else ""
    return f"{whole}{number(setting.lower)} to {below}{number(setting.upper)}"


def rows_of(settings: list[Setting], defaults: dict[str, str] | None = None) -> list[str]:
    """Write settings as a table; `defaults` stands in for a default that is not the same everywhere."""
    lines = heading("setting", "symbol", "default", "range", "meaning")
    for each in settings:
        default = (defaults or {}).get(each.name, default_of(each))
        lines.append(row(f"`{each.name}`", each.symbol, default, range_of(each), cell(each.meaning)))
    return lines


def parts_of(method: Method) -> tuple[list[str], str]:
    """Return how a method works, and its references, from the first words of its file."""
    module = importlib.import_module(f"minima_core.methods.{method.name.replace('-', '_')}")
    if module.METHOD is not method:
        raise ValueError(f"{module.__name__} does not declare {method.name}.")
    body, _, references = inspect.cleandoc(module.__doc__ or "").partition("\nReferences\n----------\n")
    lines: list[str] = []
    for block in re.split(r"\n\n+", body.strip()):
        indented = all(line.startswith("    ") for line in block.splitlines())
        if indented:
            lines += ["```text", *textwrap.dedent(block).splitlines(), "```", ""]
        else:
            lines += [typeset(" ".join(block.split())), ""]
    return lines, typeset(" ".join(references.split()))


def shared_settings(methods: list[Method]) -> tuple[list[Setting], dict[str, str]]:
    """Return the settings that all these methods have, and what to write where their defaults differ."""
    counted = Counter(setting.name for method in methods for setting in method.settings)
    shared = [each for each in methods[0].settings if counted[each.name] == len(methods)]
    differing = {}
    for each in shared:
        defaults = {default_of(method.setting(each.name)) for method in methods}
        if len(defaults) > 1:
            differing[each.name] = "differs, see below"
    return shared, differing


def schedules_section() -> list[str]:
    """Return the section on learning-rate schedules."""
    lines = ["## Learning-rate schedules", "", SCHEDULES_INTRO]
    lines += heading("schedule", "learning rate at step t", "settings and their defaults", "PyTorch")
    for name in mc.schedule_names():
        kind = describe_schedule(name)
        said = []
        for each in kind.settings:
            left_out = each.meaning.rpartition("unless given, ")[2].rstrip(".")
            said.append(
                f"`{each.name}` {each.symbol} {left_out if each.default is AUTO else default_of(each)}"
            )
        torch = f"`{kind.torch}`" if kind.torch else ""
        lines.append(row(f"**{kind.title}**<br>`{name}`<br>{kind.sentence}", cell(kind.formula),
                         "<br>".join(said), torch))  # fmt: skip
    return [*lines, ""]


def methods_page() -> str:
    """Return `docs/methods.md`."""
    methods = [mc.describe(name) for name in mc.method_names()]
    gradient = [method for method in methods if method.kind == "gradient"]
    shared, differing = shared_settings(gradient)
    lines = [
        "# Methods",
        "",
        MADE,
        "",
        METHODS_INTRO,
        "## Settings of all gradient methods",
        "",
        f"For {', '.join(method.title for method in gradient[:-1])} and {gradient[-1].title}.",
        "",
        *rows_of(shared, differing),
        "",
        *schedules_section(),
    ]
    for method in methods:
        how, references = parts_of(method)
        gradient_method = method.kind == "gradient"
        own = [s for s in method.settings if not (gradient_method and s in shared) or s.name in differing]
        lines += [
            f"## {method.title}",
            "",
            f"`{method.name}` · {method.short}",
            "",
            method.sentence,
            "",
            *how,
        ]
        if own:
            lines += [*rows_of(own), ""]
        if gradient_method:
            lines += ["And the settings of all gradient methods, above.", ""]
        lines += [f"*Source: {references}*", ""]
    return "\n".join(lines)


# -- landscapes ----------------------------------------------------------------------------------------------


def region_of(land: Landscape) -> str:
    """Write the box of a landscape."""
    bounds = zip(land.lower.tolist(), land.upper.tolist(), strict=True)
    return " × ".join(f"[{number(lower)}, {number(upper)}]" for lower, upper in bounds)


def minimum_of(land: Landscape) -> str:
    """Write the lowest value in the region and where it is taken."""
    value = min(float(land.value(point)) for point in land.minima)
    value = 0.0 if abs(value) < 1e-12 else value
    places = []
    for point in land.minima:
        coordinates = ", ".join(number(0.0 if abs(float(p)) < 1e-12 else float(p)) for p in point)
        places.append(f"({coordinates})" if land.dimension > 1 else coordinates)
    on_border = bool(np.any((land.minima == land.lower) | (land.minima == land.upper)))
    where = ", ".join(places[:-1]) + " and " + places[-1] if len(places) > 1 else places[0]
    return f"{number(value)} at {where}{', on the border' if on_border else ''}"


def landscapes_page() -> str:
    """Return `docs/landscapes.md`."""
    data = tomllib.loads(minima_resources.text("landscapes.toml"))
    learning = tomllib.loads(minima_resources.text("learning.toml"))
    data = {key: [*data[key], *learning[key]] for key in ("group", "landscape")}
    general = {entry["name"] for entry in data["landscape"] if "any_dimension" in entry}
    lines = [
        "# Landscapes",
        "",
        MADE,
        "",
        LANDSCAPES_INTRO.format(count=len(data["landscape"])),
    ]
    for group in data["group"]:
        lines += [f"## {group['title']}", "", group["sentence"], ""]
        lines += heading("landscape", "f", "region", "global minimum in the region", "what it shows")
        for entry in data["landscape"]:
            if entry["teaches"] != group["name"]:
                continue
            land = mc.landscape(entry["name"])
            assert land.formula is not None
            formula = cell(land.formula.unicode())
            values = ", ".join(f"{name} = {number(value)}" for name, value in land.parameters.items())
            mark = " ⁿ" if land.name in general else ""
            lines.append(
                row(
                    f"**{land.title}**{mark}<br>`{land.name}`",
                    f"{formula}<br>{values}" if values else formula,
                    region_of(land),
                    minimum_of(land),
                    cell(land.sentence),
                )
            )
        lines.append("")
    return "\n".join(lines)


PAGES = {"docs/methods.md": methods_page, "docs/landscapes.md": landscapes_page}


def main() -> None:
    """Write the pages."""
    for name, page in PAGES.items():
        (ROOT / name).write_text(page(), encoding="utf-8")
        print(name)


if __name__ == "__main__":
    main()
