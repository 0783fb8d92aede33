"""The plain values that the race is fed with: its lines, their settings, the methods to add."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Groups", "InsideItem", "MethodItem", "RaceLine", "SettingRow", "Value"]

Value = float | int | bool | str
Groups = tuple[tuple[str, tuple["MethodItem", ...]], ...]


@dataclass(frozen=True)
class SettingRow:
    """What a panel needs to know of one setting.

    Attributes
    ----------
    name, symbol, meaning
        ``"lr"``, ``"η"``, and one sentence.
    value, default
        A number, a switch's bool, a choice's value, or a nested method's name; `default` offers the way back.
    lower, upper
        The range that is allowed, ends included; infinite ends are fine.
    scale
        ``"linear"``, ``"log"``, ``"square"`` (finer near 0), ``"integer"``, ``"switch"``, ``"choice"`` or
        ``"method"``.
    choices
        Of a choice or a nested method: pairs of value and title.
    inner
        The settings of the nested method; they report themselves as ``"<name>.<inner name>"``.
    live
        Moves by itself while a run goes on (the temperature of annealing), and can be held and moved by hand.
    more
        Seldom needed: stands behind “More settings”.
    title
        What it is called on screen; empty: its name, with spaces.
    """

    name: str
    symbol: str
    meaning: str
    value: Value
    lower: float = 0.0
    upper: float = 1.0
    scale: str = "linear"
    choices: tuple[tuple[str, str], ...] = ()
    default: Value | None = None
    inner: tuple[SettingRow, ...] = ()
    live: bool = False
    more: bool = False
    title: str = ""


@dataclass(frozen=True)
class InsideItem:
    """One thing inside a method: name, title, one sentence, the role of its colour, and whether chosen."""

    name: str
    title: str
    meaning: str
    role: str
    on: bool


@dataclass(frozen=True)
class RaceLine:
    """What one line of the race shows.

    Attributes
    ----------
    id
        The entry's number in the exploration.
    role
        The role of its colour, ``"run:adam:0"``; the head shape comes with it.
    name, settings_text, verdict
        "Adam", "lr 0.05 · β₁ 0.9", "at the global minimum, step 88".
    enabled, selected
        In the race or out of it; the one that is looked at.
    settings
        What it unfolds to.
    tip
        A few words on the method, for hover.
    insides, insides_on
        What it has inside that can be drawn, and whether anything is.
    """

    id: int
    role: str
    name: str
    settings_text: str = ""
    verdict: str = ""
    enabled: bool = True
    selected: bool = False
    settings: tuple[SettingRow, ...] = ()
    tip: str = ""
    insides: tuple[InsideItem, ...] = ()
    insides_on: bool = False


@dataclass(frozen=True)
class MethodItem:
    """A method that can be chosen: its name, its title, a few words, and the role of its colour."""

    name: str
    title: str
    short: str
    role: str
