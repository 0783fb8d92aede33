"""Loads the fonts that ship with the program, so that text looks the same everywhere, pictures included.

Inter is the one family of the program, STIX Two is for formulas. Hinting and subpixel colours are off: a line
of text then has the same shape on a screen, in an image and at four times the size.
"""

from __future__ import annotations

import os

from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication

from minima_resources import data, names

__all__ = ["FORMULA", "MATH", "TEXT", "application", "load_fonts", "make_font"]

TEXT = "Inter"
FORMULA = "STIX Two Text"
MATH = "STIX Two Math"

_loaded: list[int] = []
_applications: list[QGuiApplication] = []  # one made here must outlive every picture


def application() -> QGuiApplication:
    """Return the process's Qt application; without one, make one that needs no display."""
    running = QGuiApplication.instance()
    if isinstance(running, QGuiApplication):
        return running
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    made = QGuiApplication([])
    _applications.append(made)
    return made


def load_fonts() -> None:
    """Hand the shipped fonts to Qt, once a process; further calls cost nothing.

    Raises
    ------
    RuntimeError
        When a font file is there but Qt cannot read it.
    """
    if _loaded:
        return
    application()
    for name in names("fonts"):
        if not name.endswith((".ttf", ".otf")):
            continue
        number = QFontDatabase.addApplicationFontFromData(data(f"fonts/{name}"))
        if number < 0:
            raise RuntimeError(f"The font “{name}” could not be read; the installation is damaged.")
        _loaded.append(number)


def make_font(*, bold: bool = False, formula: bool = False, italic: bool = False) -> QFont:
    """Return a shipped font without a size: Inter with figures of equal width, or STIX Two for formulas.

    Bold is Inter's semibold: the bold of headings and of words beside things.
    """
    load_fonts()
    font = QFont([FORMULA, MATH] if formula else [TEXT, MATH])
    if bold:
        font.setWeight(QFont.Weight.DemiBold if not formula else QFont.Weight.Bold)
    font.setItalic(italic)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setStyleStrategy(
        QFont.StyleStrategy(QFont.StyleStrategy.PreferAntialias | QFont.StyleStrategy.NoSubpixelAntialias)
    )
    if not formula:
        # Figures of equal width: a number that changes does not make its neighbours tremble.
        font.setFeature(QFont.Tag.fromString("tnum"), 1)
    return font
