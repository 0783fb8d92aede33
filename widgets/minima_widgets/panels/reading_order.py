"""The order in which Tab goes about a window: as one reads it, card by card, whatever was made first.

Panels are made when they are first seen, so that the order in which widgets were made is none for a person.
"""

from __future__ import annotations

from functools import cmp_to_key

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QScrollArea, QWidget

__all__ = ["go_on", "stops"]


def stops(root: QWidget) -> list[QWidget]:
    """Return what takes the keyboard inside `root`, in the order in which it is read."""
    found: list[QWidget] = []
    children = [
        child
        for child in root.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        if child.isVisibleTo(root) and not child.isWindow() and not child.size().isEmpty()
    ]
    for child in sorted(children, key=cmp_to_key(_before)):
        takes = bool(child.focusPolicy() & Qt.FocusPolicy.TabFocus)
        if takes and child.isEnabled() and child.focusProxy() is None:
            found.append(child)
        found += stops(child)
    return found


def go_on(root: QWidget, forward: bool) -> QWidget | None:
    """Give the keyboard to the next of the stops in `root`, or to the last; from the end it comes round."""
    order = stops(root)
    if not order:
        return None
    outside = -1 if forward else 0
    at = next((k for k, each in enumerate(order) if each.hasFocus()), outside)
    wanted = order[(at + (1 if forward else -1)) % len(order)]
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    wanted.setFocus(reason)
    holder = wanted.parentWidget()
    while holder is not None and holder is not root:
        if isinstance(holder, QScrollArea):
            holder.ensureWidgetVisible(wanted)
        holder = holder.parentWidget()
    return wanted


def _before(one: QWidget, other: QWidget) -> int:
    """Compare two neighbours: what lies wholly above or at the left of the other comes first."""
    a, b = _place(one), _place(other)
    if a.bottom() <= b.top() or b.bottom() <= a.top():
        return -1 if a.top() < b.top() else 1
    if a.left() != b.left():
        return -1 if a.left() < b.left() else 1
    return (a.top() > b.top()) - (a.top() < b.top())


def _place(widget: QWidget) -> QRect:
    return QRect(widget.pos(), widget.size())
