"""The stylesheet of the application's chrome: cards, buttons, sliders, fields and menus, all from one theme.

Widgets say what they are with dynamic properties, and the sheet does the rest:

- `QFrame[card="true"]`: a card, 10 px radius, a line of 1 px; `QFrame[raised="true"]`: a quieter block on it;
  `QFrame[separator="true"]`: a hairline (give it a fixed height or width of 1 px).
- `QPushButton[primary="true"]`: the one accent button; `[quiet="true"]`: text only, until it is hovered;
  `[link="true"]`: a line of text in the accent colour that can be clicked. `QToolButton` is quiet by itself.
- `QLabel[kind="muted" | "title" | "sentence" | "small" | "accent" | "error" | "formula"]`.
- `QLineEdit[formula="true"]` shows a formula; `[wrong="true"]` frames a field whose text cannot be used.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

__all__ = ["stylesheet"]

_ICONS = {
    "down": '<path d="M3.5 6 8 10.5 12.5 6"/>',
    "up": '<path d="M3.5 10 8 5.5 12.5 10"/>',
    "right": '<path d="M6 3.5 10.5 8 6 12.5"/>',
    "check": '<path d="M3 8.5 6.5 12 13 4.5"/>',
}
_folder: list[Path] = []


def stylesheet(colour: Callable[[str], str], points: float, dark: bool) -> str:
    """Return the sheet for `QApplication.setStyleSheet`.

    Parameters
    ----------
    colour
        Gives the colour of a role as text that a stylesheet understands, such as ``"#1a2028"``.
    points
        The size of ordinary text; headings and small print follow it.
    dark
        Whether the ground is dark, which decides how a hovered thing stands out.
    """
    pixel = points / 0.75  # pixels, so that the type has one size on every system
    values = {
        role: colour(role)
        for role in (
            "window card raised line text muted accent accent-text accent-hover accent-press hover press "
            "faint disabled error groove focus"
        ).split()
    }
    values |= {
        "points": f"{pixel:.0f}px",
        "small": f"{pixel * 0.9:.0f}px",
        "title": f"{pixel * 1.12:.0f}px",
        "sentence": f"{pixel * 15 / 10.5:.0f}px",
        "formula": f"{pixel * 1.15:.0f}px",
        "tip": values["raised"] if dark else values["card"],
    }
    for name, role in (("down", "muted"), ("up", "muted"), ("right", "muted"), ("check", "accent-text")):
        values[f"icon-{name}"] = _icon(name, values[role])
    sheet = _SHEET
    for name, value in values.items():
        sheet = sheet.replace(f"@{name}@", value)
    return sheet


def _icon(name: str, colour: str) -> str:
    """Return the path of a small drawing in `colour`; a stylesheet takes pictures from files only."""
    if not _folder:
        _folder.append(Path(tempfile.mkdtemp(prefix="minima-chrome-")))
        atexit.register(shutil.rmtree, _folder[0], ignore_errors=True)
    file = _folder[0] / f"{name}-{colour.lstrip('#')}.svg"
    if not file.exists():
        file.write_text(
            '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16" fill="none" '
            f'stroke="{colour}" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">'
            f"{_ICONS[name]}</svg>",
            encoding="utf-8",
        )
    return file.as_posix()


_SHEET = """
* { font-family: "Inter"; font-size: @points@; }
QMainWindow, QDialog { background: @window@; }
QWidget { color: @text@; }
QWidget:disabled { color: @disabled@; }

QFrame[card="true"] { background: @card@; border: 1px solid @line@; border-radius: 10px; }
QFrame[card="true"][keyboard="true"] { border-color: @accent@; }
QFrame[raised="true"] { background: @raised@; border: none; border-radius: 8px; }
QFrame[separator="true"] { background: @line@; border: none; }

QLabel { background: transparent; border: none; }
QLabel[kind="muted"] { color: @muted@; }
QLabel[kind="small"] { color: @muted@; font-size: @small@; }
QLabel[kind="title"] { font-size: @title@; font-weight: 600; }
QLabel[kind="sentence"] { font-size: @sentence@; font-weight: 600; }
QLabel[kind="accent"] { color: @accent@; font-weight: 600; }
QLabel[kind="error"] { color: @error@; }
QLabel[kind="formula"] { font-family: "STIX Two Text", "STIX Two Math"; font-size: @formula@; }

QPushButton {
    background: @raised@; color: @text@; border: 1px solid transparent; border-radius: 7px;
    padding: 6px 13px; min-height: 18px;
}
QPushButton:hover { background: @hover@; }
QPushButton:pressed, QPushButton:checked { background: @press@; }
QPushButton:focus { border-color: @accent@; outline: none; }
QPushButton:disabled { background: transparent; color: @disabled@; border-color: @line@; }
QPushButton[primary="true"] {
    background: @accent@; color: @accent-text@; font-weight: 600; padding: 6px 17px;
}
QPushButton[primary="true"]:hover { background: @accent-hover@; }
QPushButton[primary="true"]:pressed { background: @accent-press@; }
QPushButton[primary="true"]:focus { border-color: @text@; }
QPushButton[primary="true"]:disabled { background: transparent; color: @disabled@; }
QPushButton[quiet="true"]:disabled, QPushButton[link="true"]:disabled { border-color: transparent; }
QPushButton[quiet="true"] { background: transparent; color: @muted@; padding: 4px 8px; }
QPushButton[quiet="true"]:hover { background: @hover@; color: @text@; }
QPushButton[quiet="true"]:checked { background: @raised@; color: @text@; }
QPushButton[link="true"] {
    background: transparent; color: @accent@; font-weight: 600; padding: 0; border: none; text-align: left;
}
QPushButton[link="true"]:hover, QPushButton[link="true"]:focus { text-decoration: underline; }
QPushButton::menu-indicator {
    image: url("@icon-down@"); width: 12px; subcontrol-position: right center; right: 8px;
}

QToolButton { background: transparent; border: 1px solid transparent; border-radius: 7px; padding: 5px; }
QToolButton:hover { background: @hover@; }
QToolButton:pressed, QToolButton:checked { background: @press@; }
QToolButton:focus { border-color: @accent@; outline: none; }
QToolButton[popupMode="2"] { padding-right: 5px; }
QToolButton::menu-indicator { image: none; width: 0; }

QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QComboBox {
    background: @window@; color: @text@; border: 1px solid @line@; border-radius: 7px; padding: 5px 9px;
    selection-background-color: @accent@; selection-color: @accent-text@; placeholder-text-color: @muted@;
}
QLineEdit:hover, QAbstractSpinBox:hover, QComboBox:hover { border-color: @muted@; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QAbstractSpinBox:focus, QComboBox:focus {
    border-color: @accent@;
}
QLineEdit[wrong="true"], QLineEdit[wrong="true"]:focus { border-color: @error@; }
QLineEdit[formula="true"] {
    background: @card@; font-family: "STIX Two Text", "STIX Two Math"; font-size: @formula@;
    padding: 4px 11px;
}
QAbstractSpinBox QLineEdit { border: none; background: transparent; padding: 0; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {
    subcontrol-origin: border; width: 18px; border: none; background: transparent; border-radius: 6px;
}
QAbstractSpinBox::up-button { subcontrol-position: top right; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: @hover@; }
QAbstractSpinBox::up-arrow { image: url("@icon-up@"); width: 9px; height: 9px; }
QAbstractSpinBox::down-arrow { image: url("@icon-down@"); width: 9px; height: 9px; }
QComboBox { background: @raised@; border-color: transparent; padding-right: 26px; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: url("@icon-down@"); width: 11px; height: 11px; }
QComboBox QAbstractItemView {
    background: @tip@; border: 1px solid @line@; border-radius: 7px; padding: 4px; outline: none;
    selection-background-color: @hover@; selection-color: @text@;
}

QSlider { background: transparent; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: @groove@; }
QSlider::sub-page:horizontal { border-radius: 2px; background: @accent@; }
QSlider::add-page:horizontal { border-radius: 2px; background: @groove@; }
QSlider::handle:horizontal {
    width: 12px; height: 12px; margin: -5px 0; border-radius: 7px; background: @card@;
    border: 1px solid @muted@;
}
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:pressed {
    border: 1px solid @accent@; background: @accent@;
}
QSlider::handle:horizontal:focus { border: 2px solid @accent@; width: 10px; height: 10px; }
QSlider::sub-page:horizontal:disabled { background: @disabled@; }
QSlider::handle:horizontal:disabled { border-color: @disabled@; }
QSlider::groove:vertical { width: 4px; border-radius: 2px; background: @groove@; }
QSlider::handle:vertical {
    width: 12px; height: 12px; margin: 0 -5px; border-radius: 7px; background: @card@;
    border: 1px solid @muted@;
}

QCheckBox, QRadioButton { background: transparent; spacing: 7px; }
QCheckBox::indicator, QRadioButton::indicator {
    width: 14px; height: 14px; border: 1px solid @muted@; border-radius: 4px; background: @window@;
}
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover,
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border-color: @accent@; }
QCheckBox::indicator:checked { background: @accent@; border-color: @accent@; image: url("@icon-check@"); }
QRadioButton::indicator:checked { background: @card@; border: 5px solid @accent@; width: 6px; height: 6px; }
QCheckBox::indicator:disabled { border-color: @disabled@; }

QProgressBar {
    background: @groove@; border: none; border-radius: 3px; max-height: 6px; min-height: 6px;
    color: transparent;
}
QProgressBar::chunk { background: @accent@; border-radius: 3px; }

QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget { background: transparent; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 2px; border: none; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 2px; border: none; }
QScrollBar::handle { background: @faint@; border-radius: 3px; }
QScrollBar::handle:hover, QScrollBar::handle:pressed { background: @muted@; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; background: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: none; }

QListView, QTreeView, QTableView { background: transparent; border: none; outline: none; }
QListView::item, QTreeView::item { border-radius: 6px; padding: 4px 6px; }
QListView::item:hover, QTreeView::item:hover { background: @hover@; }
QListView::item:selected, QTreeView::item:selected { background: @press@; color: @text@; }
QHeaderView::section { background: transparent; color: @muted@; border: none; padding: 4px 6px; }

QMenuBar { background: @window@; border: none; }
QMenuBar::item { padding: 5px 9px; border-radius: 6px; background: transparent; }
QMenuBar::item:selected { background: @hover@; }
QMenu { background: @tip@; border: 1px solid @line@; border-radius: 8px; padding: 5px; }
QMenu::item { padding: 6px 26px 6px 12px; border-radius: 5px; }
QMenu::item:selected { background: @hover@; }
QMenu::item:disabled { color: @disabled@; }
QMenu::separator { height: 1px; background: @line@; margin: 5px 8px; }
QMenu::right-arrow { image: url("@icon-right@"); width: 11px; height: 11px; }
QMenu::icon { padding-left: 8px; }
QToolTip { background: @tip@; color: @text@; border: 1px solid @line@; padding: 3px 5px; }

QTabWidget::pane { border: none; }
QTabBar { background: transparent; qproperty-drawBase: 0; }
QTabBar::tab {
    background: transparent; color: @muted@; border-radius: 6px; padding: 5px 11px; margin-right: 3px;
}
QTabBar::tab:hover { color: @text@; }
QTabBar::tab:selected { background: @raised@; color: @text@; }

QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: @line@; }
QDockWidget { color: @text@; titlebar-close-icon: none; titlebar-normal-icon: none; }
QDockWidget::title { background: transparent; padding: 6px 4px; font-weight: 600; }
QMainWindow::separator { background: @window@; width: 12px; height: 12px; }
QMainWindow::separator:hover { background: @hover@; }
QStatusBar { background: @window@; color: @muted@; }
QStatusBar::item { border: none; }
QGroupBox { border: none; margin-top: 18px; font-weight: 600; }
"""
