"""Themes: every role is there, text is legible, and methods can be told apart by everybody."""

from __future__ import annotations

import re
import tomllib
from itertools import combinations
from typing import Any

import pytest

import minima_resources
from tests.resources.colour import VISION, contrast, difference, lab

SHEET: dict[str, Any] = tomllib.loads(minima_resources.text("themes.toml"))
THEMES: dict[str, dict[str, Any]] = SHEET["themes"]
METHODS: dict[str, dict[str, Any]] = SHEET["methods"]
EIGHT = "gradient-descent sgd momentum nesterov rmsprop adam random-restarts simulated-annealing".split()
ALL = (
    "gradient-descent sgd momentum nesterov adagrad adadelta rmsprop adam amsgrad adamw adamax nadam "
    "radam rprop lion line-search newton bfgs l-bfgs conjugate-gradient trust-region nelder-mead "
    "pattern-search random-search random-restarts multi-start deflation basin-hopping "
    "simulated-annealing dual-annealing genetic-algorithm differential-evolution particle-swarm cma-es "
    "evolution-strategy policy-gradient bayesian-optimization ensemble auto"
).split()
HEADS = {"circle", "square", "diamond", "triangle", "triangle-down", "pentagon", "hexagon", "star"}

each_theme = pytest.mark.parametrize("name", THEMES)


def test_ciede2000_gives_the_published_differences() -> None:
    """Pairs 1, 17, 18, 19, 7 and 23 of the table of Sharma, Wu and Dalal."""
    pairs = (
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((50, 2.5, 0), (61, -5, 29), 22.8977),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((63.0109, -31.0961, -5.8663), (62.8187, -29.7946, -4.0864), 1.2630),
    )
    for one, other, expected in pairs:
        assert difference(one, other) == pytest.approx(expected, abs=5e-5)
        assert difference(other, one) == pytest.approx(expected, abs=5e-5)


def test_all_themes_have_the_same_roles() -> None:
    assert set(THEMES) == {"dark", "light", "slide"}
    assert THEMES["dark"].keys() == THEMES["light"].keys() == THEMES["slide"].keys()


@each_theme
def test_roles_are_colours_shares_or_factors(name: str) -> None:
    for role, value in THEMES[name].items():
        if role == "title":
            assert value
        elif role == "scheme":
            assert value in {"dark", "light"}
        elif role.endswith("_scale"):
            assert 1.0 <= value <= 2.0
        elif role.endswith("_opacity"):
            assert 0.0 < value <= 1.0
            assert role.removesuffix("_opacity") in THEMES[name]
        else:
            assert re.fullmatch("#[0-9a-f]{6}", value), role


def test_the_slide_theme_is_the_light_one_enlarged_on_white() -> None:
    slide = THEMES["slide"]
    assert (slide["scheme"], slide["window"], slide["card"]) == ("light", "#ffffff", "#ffffff")
    assert (slide["type_scale"], slide["line_scale"]) == (1.6, 1.5)


@each_theme
@pytest.mark.parametrize("ground", ["window", "card", "raised", "raised_hover"])
@pytest.mark.parametrize("role", ["text", "muted", "accent", "error", "good", "warning"])
def test_words_are_legible(name: str, ground: str, role: str) -> None:
    assert contrast(THEMES[name][role], THEMES[name][ground]) >= 4.5


@each_theme
def test_what_cannot_be_used_can_be_read_all_the_same(name: str) -> None:
    """On the window and on cards, where such buttons are, and on menus: raised on a dark ground."""
    theme = THEMES[name]
    menu = "raised" if theme["scheme"] == "dark" else "card"
    for ground in ("window", "card", menu):
        assert contrast(theme["disabled"], theme[ground]) >= 4.5
    assert contrast(theme["muted"], theme["card"]) > contrast(theme["disabled"], theme["card"]) + 1


@each_theme
def test_words_on_coloured_ground_are_legible(name: str) -> None:
    theme = THEMES[name]
    assert contrast(theme["on_accent"], theme["accent"]) >= 4.5
    assert contrast(theme["on_accent"], theme["accent_hover"]) >= 4.5
    assert contrast(theme["label_text"], theme["label"]) >= 4.5
    assert contrast(theme["text"], theme["selection"]) >= 4.5
    assert contrast(theme["muted"], theme["label"]) >= 4.5
    for ground in ("window", "card", "raised"):  # rings around what has the keyboard
        assert contrast(theme["focus"], theme[ground]) >= 3
        assert contrast(theme["accent"], theme[ground]) >= 3


@pytest.mark.parametrize("name", SHEET["maps"])
@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_heights_grow_lighter_from_low_to_high(name: str, scheme: str) -> None:
    colours = SHEET["maps"][name][scheme]
    assert len(colours) >= 7
    lightness = [lab(colour)[0] for colour in colours]
    assert lightness == sorted(lightness)
    assert lightness[-1] - lightness[0] > 50


def test_every_method_has_a_colour_a_dash_and_a_head() -> None:
    assert list(METHODS) == ALL
    for method in METHODS.values():
        assert set(method) == {"dark", "light", "dash", "head", "wanders"}
        assert method["head"] in HEADS
        assert len(method["dash"]) % 2 == 0
        assert all(length > 0 for length in method["dash"])
    looks = {(tuple(method["dash"]), method["head"]) for method in METHODS.values()}
    assert len(looks) == len(METHODS)


@each_theme
def test_methods_stand_out_from_the_card(name: str) -> None:
    theme = THEMES[name]
    for method, look in METHODS.items():
        for ground in ("card", "window"):
            assert contrast(look[theme["scheme"]], theme[ground]) >= 3, method


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("vision", VISION)
def test_the_eight_can_be_told_apart_with_every_kind_of_vision(scheme: str, vision: str) -> None:
    least = 20 if vision == "usual" else 5
    for one, other in combinations(EIGHT, 2):
        seen = difference(lab(METHODS[one][scheme], vision), lab(METHODS[other][scheme], vision))
        assert seen >= least, (one, other)
    for part in ("dash", "head"):
        assert len({str(METHODS[method][part]) for method in EIGHT}) == len(EIGHT)


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_any_two_methods_can_be_told_apart(scheme: str) -> None:
    for one, other in combinations(METHODS, 2):
        assert difference(lab(METHODS[one][scheme]), lab(METHODS[other][scheme])) >= 5, (one, other)


INSIDES = ("inside", "memory", "model", "trial", "parent", "child", "push")


@each_theme
@pytest.mark.parametrize("vision", VISION)
def test_insides_of_methods_can_be_told_apart_with_every_kind_of_vision(name: str, vision: str) -> None:
    theme = THEMES[name]
    least = 20 if vision == "usual" else 7
    for one, other in combinations(INSIDES, 2):
        assert difference(lab(theme[one], vision), lab(theme[other], vision)) >= least, (one, other)
    assert all(contrast(theme[role], theme["casing"]) >= 3.5 for role in INSIDES)


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("vision", VISION)
def test_basins_can_be_told_apart_with_every_kind_of_vision(scheme: str, vision: str) -> None:
    basins = [*SHEET["basins"][scheme], SHEET["basins"]["none"][scheme]]
    assert len(basins) == 13
    least = 12 if vision == "usual" else 6
    for one, other in combinations(basins, 2):
        assert difference(lab(one, vision), lab(other, vision)) >= least, (one, other)


@each_theme
def test_basins_are_muted_below_paths_and_lines_of_the_map(name: str) -> None:
    theme = THEMES[name]
    scheme = theme["scheme"]
    for basin in SHEET["basins"][scheme]:
        _, a, b = lab(basin)
        assert (a * a + b * b) ** 0.5 < 40, basin
        assert contrast(theme["contour_strong"], basin) >= 3, basin
        for method in EIGHT:
            assert difference(lab(METHODS[method][scheme]), lab(basin)) >= 7, (method, basin)


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_palettes_of_veils_go_one_way_or_both_ways_from_a_neutral_middle(scheme: str) -> None:
    assert set(SHEET["veils"]) == {"slope", "curvature", "density", "chances"}
    for name, veil in SHEET["veils"].items():
        labs = [lab(colour) for colour in veil[scheme]]
        lightness = [each[0] if scheme == "dark" else -each[0] for each in labs]
        if "zero" not in veil:
            assert lightness == sorted(lightness), name
            continue
        middle = round(veil["zero"] * (len(labs) - 1))
        assert max(abs(labs[middle][1]), abs(labs[middle][2])) < 8, name
        assert lightness[: middle + 1] == sorted(lightness[: middle + 1], reverse=True), name
        assert lightness[middle:] == sorted(lightness[middle:]), name
        assert difference(labs[0], labs[-1]) > 40, name


def test_type_and_strokes_are_complete() -> None:
    assert all(size > 0 for size in SHEET["strokes"].values())
    assert SHEET["type"]["small"] < SHEET["type"]["base"] < SHEET["type"]["headline"]
    fonts = {f"fonts/{name}" for name in minima_resources.names("fonts") if name.endswith(".ttf")}
    assert set(SHEET["type"]["files"]) == fonts
    assert 0 < SHEET["motion"]["longest"] <= 250
