"""Resolves roles into colours, lines and type: the one place that decides how anything looks.

A scene speaks in roles (``"text"``, ``"contour"``, ``"run:adam:0"``); a `Theme` says what a role looks like
on a dark, a light or a projected ground. The values are data, in ``themes.toml`` of the resources.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QFont, QPalette

from minima_resources import text
from minima_widgets import chrome
from minima_widgets.cores import CORES
from minima_widgets.fonts import make_font
from minima_widgets.shades import lightness_of, mix, shift

__all__ = ["BASE_POINTS", "DASHES", "THEMES", "RunStyle", "Theme"]

THEMES = ("dark", "light", "slide")
BASE_POINTS = 10.5

DASHES: dict[str, tuple[float, ...]] = {
    "solid": (),
    "dash": (5.0, 2.0),
    "dot": (1.5, 2.0),
    "short": (2.8, 1.6),
    "dash-dot": (7.0, 2.0, 1.5, 2.0),
    "long": (16.0, 3.0),
    "pairs": (4.0, 1.6, 4.0, 4.0),
    "dash-dot-dot": (7.0, 2.0, 1.5, 2.0, 1.5, 2.0),
}
"""Patterns of dashes, in widths of the line: drawn, left out, drawn, ..."""

# How the copies of a method in one race differ: lightness (away from the ground), turn of the hue, dash.
# Shades alone are too near to each other on a map that has shades of its own: the hue turns too. And no
# difference is one of colour alone: each copy has a dash of its own, and something cut out of its head.
_SLOTS = (
    (0.0, 0.0, ""),
    (0.13, 20.0, "short"),
    (0.0, -40.0, "pairs"),
    (0.0, 45.0, "dash-dot"),
    (-0.14, -20.0, "dot"),
    (0.1, 75.0, "long"),
    (0.05, -75.0, "dash-dot-dot"),
)
# Dashes of copies whose way wanders: fine, for the lines are thin, and no two alike.
_FINE = (
    (1.5, 2.0),
    (6.0, 2.0),
    (3.0, 2.0, 1.0, 2.0),
    (10.0, 3.0),
    (1.5, 4.5),
    (5.0, 5.0),
    (12.0, 2.5, 1.5, 2.5),
)
_READABLE = {True: (0.58, 0.93), False: (0.22, 0.6)}
"""Lightness (Oklab) that the copies keep on a dark and on a light ground."""


@dataclass(frozen=True)
class RunStyle:
    """How a line of the race is drawn everywhere: colour, dash (widths of the line), head, and core.

    `fine` is the dash of a thin line, for what wanders; `core` is what is cut out of the head of a copy
    (`minima_widgets.cores`).
    """

    colour: QColor
    dash: tuple[float, ...]
    head: str
    wanders: bool
    """Whether its way is a search and not a descent: drawn thin, so that it does not shout."""
    fine: tuple[float, ...] = ()
    core: str = ""


class Theme:
    """Colours, pens and type for one ground; made with `Theme.load`, never changed afterwards.

    Attributes
    ----------
    name : str
        ``"dark"``, ``"light"`` or ``"slide"``.
    dark : bool
        Whether the ground is dark.
    type_size : float
        Points of ordinary text, with the theme's own scale already in it.
    palette_titles : tuple of (str, str)
        Name and title of each palette of heights.
    line_scale : float
        What widths of lines and sizes of dots are multiplied with: the theme's own factor (1.5 for slides),
        times the gentle growth of the type over `BASE_POINTS`.
    """

    def __init__(self, name: str, type_size: float, sheet: dict[str, Any]) -> None:
        own = sheet["themes"][name]
        scheme = own["scheme"]
        self.name = name
        self.dark = scheme == "dark"
        self.chosen_size = type_size
        self.type_size = type_size * own["type_scale"]
        self.line_scale = own["line_scale"] * (type_size / BASE_POINTS) ** 0.5
        self.strokes: dict[str, float] = dict(sheet["strokes"])
        self._methods: dict[str, dict[str, Any]] = sheet["methods"]
        self._runs = {method: QColor(values[scheme]) for method, values in self._methods.items()}
        self._heights = {
            palette: [QColor(value) for value in values[scheme]] for palette, values in sheet["maps"].items()
        }
        self.palette_titles = tuple((palette, values["title"]) for palette, values in sheet["maps"].items())
        self._veils = {
            palette: _numbers(map(QColor, values[scheme])) for palette, values in sheet["veils"].items()
        }
        self._basins = [QColor(value) for value in sheet["basins"][scheme]]
        self._resolved: dict[str, QColor] = {"basin:none": QColor(sheet["basins"]["none"][scheme])}
        for key, value in own.items():
            if isinstance(value, str) and value.startswith("#"):
                colour = QColor(value)
                colour.setAlphaF(own.get(f"{key}_opacity", 1.0))
                self._resolved[key.replace("_", "-")] = colour
        self._derive()
        self._resolved["marble:none"] = self._resolved["muted"]

    @staticmethod
    def load(name: str, type_size: float = BASE_POINTS) -> Theme:
        """Return the theme `name` for text of `type_size` points; the same object each time.

        Raises
        ------
        ValueError
            When there is no such theme; the sentence names those that exist.

        Examples
        --------
        >>> Theme.load("slide").colour("card").name()
        '#ffffff'
        """
        if name not in THEMES:
            raise ValueError(f"There is no theme called “{name}”; there are: {', '.join(THEMES)}.")
        return _load(name, float(type_size))

    def with_type_size(self, type_size: float) -> Theme:
        """Return the same theme for text of another size, in points."""
        return Theme.load(self.name, type_size)

    # -- colours -------------------------------------------------------------------------------------------

    def colour(self, role: str, opacity: float = 1.0) -> QColor:
        """Return the colour of `role`, with `opacity` (0 to 1).

        Raises
        ------
        ValueError
            When nothing is called so.
        """
        colour = self._resolved.get(role)
        if colour is None:
            colour = self._resolve(role)
            self._resolved[role] = colour
        answer = QColor(colour)
        if opacity < 1.0:
            answer.setAlphaF(answer.alphaF() * max(opacity, 0.0))
        return answer

    def numbers(self, roles: Iterable[str]) -> NDArray[np.float64]:
        """Return the colours (m, 3) of roles, channels in 0..255."""
        return _numbers(self.colour(role) for role in roles)

    def hex(self, role: str) -> str:
        """Return the colour of `role` as text for a stylesheet, ``"#rrggbb"``."""
        return self.colour(role).name()

    def run_style(self, role: str) -> RunStyle:
        """Return how ``run:<method>:<slot>`` is drawn: slot 1, 2, ... differ in hue, dash and core.

        Examples
        --------
        >>> theme = Theme.load("dark")
        >>> theme.run_style("run:adam:0").dash != theme.run_style("run:adam:1").dash
        True
        """
        method, slot = _run_of(role)
        known = self._methods.get(method, {})
        own = tuple(known.get("dash", ()))
        dash = DASHES[_SLOTS[slot % len(_SLOTS)][2]] if slot % len(_SLOTS) else own
        if slot % len(_SLOTS) and dash == own:
            dash = DASHES["solid"]
        return RunStyle(
            self.colour(role),
            dash,
            known.get("head", "circle"),
            known.get("wanders", False),
            _FINE[slot % len(_FINE)],
            CORES[slot % len(CORES)],
        )

    def heights(self, palette: str = "chart") -> list[QColor]:
        """Return the colours of heights, from low to high; an unknown palette is the chart's.

        The palettes of the slide theme are the light ones.
        """
        return [QColor(colour) for colour in self._heights.get(palette, self._heights["chart"])]

    @property
    def palettes(self) -> tuple[str, ...]:
        """The names of the palettes of heights."""
        return tuple(self._heights)

    def ramp(self, palette: str, at: NDArray[np.floating]) -> NDArray[np.uint8]:
        """Return the colours (..., 3) of heights `at` (...) in 0..1, blended between the palette's own."""
        return _blended(_numbers(self.heights(palette)), at)

    def veil(self, palette: str, at: NDArray[np.floating]) -> NDArray[np.uint8]:
        """Return the colours (..., 3) of values `at` (...) in 0..1 in a palette of veils.

        Raises
        ------
        ValueError
            When there is no such palette; the sentence names those that exist.
        """
        stops = self._veils.get(palette)
        if stops is None:
            raise ValueError(
                f"There is no palette of veils called “{palette}”; there are: {', '.join(self._veils)}."
            )
        return _blended(stops, at)

    def _resolve(self, role: str) -> QColor:
        if role.startswith("run:"):
            return self._shade(*_run_of(role))
        kind, _, number = role.partition(":")
        if kind in {"basin", "marble"} and number.isdecimal():
            basin = self._basins[int(number) % len(self._basins)]
            return QColor(basin) if kind == "basin" else shift(basin, 0.24 if self.dark else -0.28)
        raise ValueError(
            f"No theme knows a colour called “{role}”; it knows: {', '.join(sorted(self._resolved))}."
        )

    def _shade(self, method: str, slot: int) -> QColor:
        base = self._runs.get(method)
        if (
            base is None
        ):  # a method that the themes do not name: the colour of one of the others, always the same
            names = sorted(self._runs)
            base = self._runs[names[sum(method.encode()) % len(names)]]
        lightness, turn, _ = _SLOTS[slot % len(_SLOTS)]
        if not slot % len(_SLOTS):
            return QColor(base)
        away = lightness if self.dark else -lightness  # away from the ground is where a copy reads best
        least, most = _READABLE[self.dark]
        present = lightness_of(base)
        if not least <= present + away <= most and least <= present - away <= most:
            away = -away
        return shift(base, min(max(present + away, least), most) - present, turn)

    def _derive(self) -> None:
        """Work out the roles that follow from others, unless the data names them."""
        known = self._resolved
        ink = QColor("#ffffff") if self.dark else QColor("#000000")
        derived = {
            "hover": known["raised-hover"],
            "press": mix(known["raised-hover"], ink, 0.06),
            "accent-text": known["on-accent"],
            "accent-press": mix(known["accent"], QColor("#000000"), 0.14),
            "faint": mix(known["line"], known["muted"], 0.25),
            "groove": mix(known["line"], known["card"], 0.15),
            "grid": mix(known["line"], known["card"], 0.5),
            "label-line": known["line"],
            "start": known["label-text"],
            "minimum-global": known["label-text"],
            "minimum-local": known["label-text"],
            "minimum-border": known["muted"],
            "accepted": known["label-text"],
            "refused": known["muted"],
            "curve": known["text"],
        }
        for role, colour in derived.items():
            known.setdefault(role, colour)

    # -- type ----------------------------------------------------------------------------------------------

    def font(
        self,
        points: float | None = None,
        *,
        bold: bool = False,
        italic: bool = False,
        formula: bool = False,
    ) -> QFont:
        """Return a shipped font of `points`, or of the theme's ordinary size; figures have equal width.

        Its size is set in reference pixels (1/96 inch, 0.75 points), so that it is the same on every system,
        and in pictures, whose painters scale. `bold` is semibold; `formula` is STIX Two.
        """
        font = make_font(bold=bold, formula=formula, italic=italic)
        font.setPixelSize(max(1, round((self.type_size if points is None else points) / 0.75)))
        return font

    def points(self, points: float) -> float:
        """Return a size as at `BASE_POINTS` (15: the one sentence, 9: small print) in this theme's type."""
        return self.type_size * points / BASE_POINTS

    # -- Qt's own widgets ----------------------------------------------------------------------------------

    def palette(self) -> QPalette:
        """Return the palette for `QApplication.setPalette`, to be used with the Fusion style."""
        palette = QPalette()
        roles = QPalette.ColorRole
        for role, name in (
            (roles.Window, "window"),
            (roles.WindowText, "text"),
            (roles.Base, "card"),
            (roles.AlternateBase, "raised"),
            (roles.Text, "text"),
            (roles.Button, "raised"),
            (roles.ButtonText, "text"),
            (roles.BrightText, "error"),
            (roles.Highlight, "accent"),
            (roles.HighlightedText, "accent-text"),
            (roles.Link, "accent"),
            (roles.LinkVisited, "accent"),
            (roles.ToolTipBase, "raised"),
            (roles.ToolTipText, "text"),
            (roles.PlaceholderText, "muted"),
            (roles.Light, "line"),
            (roles.Midlight, "line"),
            (roles.Mid, "line"),
            (roles.Dark, "line"),
            (roles.Shadow, "window"),
            (roles.Accent, "accent"),
        ):
            palette.setColor(role, self.colour(name))
        for role in (roles.WindowText, roles.Text, roles.ButtonText, roles.HighlightedText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.colour("disabled"))
        palette.setColor(QPalette.ColorGroup.Disabled, roles.Highlight, self.colour("line"))
        return palette

    def stylesheet(self) -> str:
        """Return the sheet for `QApplication.setStyleSheet`; `chrome` says which properties it knows."""
        return chrome.stylesheet(self.hex, self.type_size, self.dark)


def _numbers(colours: Iterable[QColor]) -> NDArray[np.float64]:
    """Return colours as (m, 3), channels in 0..255."""
    rows = [(colour.red(), colour.green(), colour.blue()) for colour in colours]
    return np.array(rows, dtype=np.float64).reshape(-1, 3)


def _blended(stops: NDArray[np.float64], at: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Return the colours (..., 3) of places 0..1 between equally spaced stops (n, 3)."""
    places = np.clip(np.nan_to_num(np.asarray(at, dtype=np.float64)), 0.0, 1.0) * (len(stops) - 1)
    lower = np.minimum(places.astype(np.intp), len(stops) - 2)
    share = (places - lower)[..., None]
    return np.rint(stops[lower] * (1 - share) + stops[lower + 1] * share).astype(np.uint8)


def _run_of(role: str) -> tuple[str, int]:
    """Split ``run:<method>:<slot>``."""
    kind, _, rest = role.partition(":")
    method, _, slot = rest.rpartition(":")
    if kind != "run" or not method or not slot.isdecimal():
        raise ValueError(f"“{role}” is no role of a run; one looks like “run:adam:0”.")
    return method, int(slot)


@cache
def _sheet() -> dict[str, Any]:
    return tomllib.loads(text("themes.toml"))


@cache
def _load(name: str, type_size: float) -> Theme:
    return Theme(name, type_size, _sheet())
