"""What a key means in front of a room: clickers, votes, and the line that shows the keys.

Clickers are keyboards with few keys: Page Down and Page Up, and a full stop or B for a black screen.
"""

from __future__ import annotations

from PySide6.QtCore import Qt

__all__ = ["act_of", "keys_words"]

Key = Qt.Key

_ALWAYS = {
    Key.Key_PageDown: "next",
    Key.Key_Right: "next",
    Key.Key_Down: "next",
    Key.Key_N: "next",
    Key.Key_PageUp: "previous",
    Key.Key_Left: "previous",
    Key.Key_Up: "previous",
    Key.Key_Home: "first",
    Key.Key_End: "last",
    Key.Key_Space: "play",
    Key.Key_R: "reset",
    Key.Key_H: "hide",
    Key.Key_M: "views",
    Key.Key_T: "throw",
    Key.Key_L: "pointer",
    Key.Key_B: "black",
    Key.Key_Period: "black",
    Key.Key_BracketRight: "faster",
    Key.Key_BracketLeft: "slower",
    Key.Key_F: "fit",
    Key.Key_F1: "keys",
    Key.Key_Question: "keys",
    Key.Key_Escape: "leave",
    Key.Key_P: "leave",
}
_WITH_CONTROL = {
    Key.Key_T: "theme",
    Key.Key_Plus: "larger",
    Key.Key_Equal: "larger",
    Key.Key_Minus: "smaller",
    Key.Key_0: "usual-type",
}
_ASKED = {
    Key.Key_Backspace: "take-back",
    Key.Key_V: "close",
    Key.Key_Return: "close",
    Key.Key_Enter: "close",
}


def act_of(key: Qt.Key, modifiers: Qt.KeyboardModifier, letters: str = "") -> str:
    """Return what a key asks for, or "".

    While there are `letters` to vote for, they and the figures are votes ("vote:B", with Shift "unvote:B"),
    whatever they mean otherwise.

    Examples
    --------
    >>> plain, shift = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
    >>> act_of(Qt.Key.Key_B, plain), act_of(Qt.Key.Key_B, plain, "ABC"), act_of(Qt.Key.Key_3, plain, "ABC")
    ('black', 'vote:B', 'vote:C')
    >>> act_of(Qt.Key.Key_A, shift, "ABC"), act_of(Qt.Key.Key_D, plain, "ABC")
    ('unvote:A', '')
    """
    modifiers &= ~Qt.KeyboardModifier.KeypadModifier
    shift = modifiers == Qt.KeyboardModifier.ShiftModifier
    if modifiers & Qt.KeyboardModifier.ControlModifier:
        return _WITH_CONTROL.get(key, "")
    if modifiers and not shift:
        return ""
    for k, letter in enumerate(letters):
        if key in (Key(Key.Key_A.value + k), Key(Key.Key_1.value + k)):
            return f"{'unvote' if shift else 'vote'}:{letter}"
    if letters and key in _ASKED:
        return _ASKED[key]
    return _ALWAYS.get(key, "")


def keys_words(letters: str = "") -> tuple[tuple[str, str], ...]:
    """Return the keys and what each does, for the line at the bottom: more where there are votes to count."""
    if letters:
        span = f"{letters[0]}–{letters[-1]}"
        return (
            (span, "count a vote"),
            ("Shift", "take one back"),
            ("V", "close and play"),
            ("R", "reveal"),
            ("H", "no vote"),
            (".", "black"),
            ("Esc", "leave"),
        )
    return (
        ("Page ↓ ↑", "scenes"),
        ("Space", "play"),
        ("R", "reset"),
        ("H", "hide and vote"),
        ("M", "map, surface"),
        ("L", "pointer"),
        ("B", "black"),
        ("Ctrl+T", "colours"),
        ("Esc", "leave"),
    )
