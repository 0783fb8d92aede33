"""Cards: the quiet frames of views and panels, the tabs they fold to, and the gaps between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QSplitter,
    QSplitterHandle,
    QVBoxLayout,
    QWidget,
)

from minima_widgets.panels import look
from minima_widgets.panels.controls import Button, keeps_press
from minima_widgets.panels.icons import icons, paint_icon
from minima_widgets.panels.texts import Line
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["Card", "GapSplitter", "Shelf", "ShelfTab"]

SIDES = {"left": "Move to the left", "right": "Move to the right", "bottom": "Move to the bottom"}


class Card(QFrame):
    """A frame with a title, tools at its right, and any widget inside.

    `fold_wanted` when its fold button is pressed, `move_wanted` with a side from its menu.
    """

    fold_wanted = Signal()
    move_wanted = Signal(str)

    def __init__(
        self,
        theme: Theme,
        title: str,
        content: QWidget,
        *,
        icon: str = "",
        header: QWidget | None = None,
        tools: Sequence[QWidget] = (),
        movable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.title = title
        self.icon = icon
        self.content = content
        self.side = ""
        self.setProperty("card", True)
        self.setAccessibleName(title)
        self.header = header if header is not None else Line(theme, title, size="bold")
        self.fold = Button(theme, icon="minus", kind="quiet", tip=f"Fold “{title}” to a tab")
        self.fold.clicked.connect(self.fold_wanted)
        self.menu_button: Button | None = None
        row = QHBoxLayout()
        row.setContentsMargins(2, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.header, 1)
        for tool in tools:
            row.addWidget(tool)
        if movable:
            self.menu_button = Button(theme, icon="more", kind="quiet", tip=f"Move “{title}” to another side")
            self.menu_button.clicked.connect(self._open_menu)
            row.addWidget(self.menu_button)
        row.addWidget(self.fold)
        self._row = row
        self._layout = QVBoxLayout(self)
        self._layout.addLayout(row)
        self._layout.addWidget(content, 1)
        self._fit()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`; the content is somebody else's."""
        self._theme = theme
        look.pass_on(self, theme, stop=lambda child: child is self.content)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Keep the keys of the button that has the keyboard."""
        return keeps_press(event) or super().event(event)

    def _fit(self) -> None:
        edge = look.px(self._theme, 10)
        self._layout.setContentsMargins(edge, look.px(self._theme, 7), look.px(self._theme, 8), edge)
        self._layout.setSpacing(look.px(self._theme, 4))

    def _open_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for side, words in SIDES.items():
            if side != self.side:
                menu.addAction(words).triggered.connect(
                    lambda _checked=False, side=side: self.move_wanted.emit(side)
                )
        menu.addSeparator()
        menu.addAction(icons("minus", self._theme.hex("text")), "Fold to a tab").triggered.connect(
            self.fold_wanted
        )
        assert self.menu_button is not None
        menu.popup(self.menu_button.mapToGlobal(QPoint(0, self.menu_button.height())))


class ShelfTab(QAbstractButton):
    """The tab that a folded card leaves at the edge; a click brings the card back."""

    def __init__(self, theme: Theme, title: str, icon: str, *, upright: bool) -> None:
        super().__init__()
        self._theme = theme
        self._icon = icon
        self._upright = upright
        self._hovered = False
        self.setText(title)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(f"Show {title}")
        self.set_key("")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_key(self, key: str) -> None:
        """Say which key brings the card back."""
        self.setToolTip(look.tip(f"Show “{self.text()}” again", key))

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Thin, and as long as its words."""
        theme = self._theme
        words = round(QFontMetricsF(look.small(theme)).horizontalAdvance(self.text()))
        long, thin = words + look.px(theme, 26 + (20 if self._icon else 0)), look.px(theme, 28)
        return QSize(thin, long) if self._upright else QSize(long, thin)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Answer the pointer."""
        self._hovered = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Rest again."""
        self._hovered = False
        self.update()
        super().leaveEvent(event)

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw a small card with icon and words, turned a quarter where it stands upright."""
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(theme.colour("line"))
        painter.setBrush(theme.colour("hover" if self._hovered else "card"))
        painter.drawRoundedRect(rect, 8, 8)
        if self.hasFocus():
            look.ring(painter, QRectF(self.rect()), theme.colour("accent"), 8)
        side, edge = look.px(theme, 16), look.px(theme, 13)
        ink = theme.colour("text" if self._hovered or self.hasFocus() else "muted")
        long, thin = (self.height(), self.width()) if self._upright else (self.width(), self.height())
        at = edge
        if self._icon:
            # The icon stays upright, the words turn.
            spot = (
                QRectF((thin - side) / 2, at, side, side)
                if self._upright
                else QRectF(at, (thin - side) / 2, side, side)
            )
            paint_icon(painter, spot, self._icon, ink)
            at += side + look.px(theme, 6)
        if self._upright:
            painter.translate(self.width(), 0)
            painter.rotate(90)
        painter.setFont(look.small(theme))
        painter.setPen(ink)
        painter.drawText(QRectF(at, 0, long - at, thin), Qt.AlignmentFlag.AlignVCenter, self.text())


class Shelf(QWidget):
    """The strip of tabs of what is folded at one side; gone when there are none."""

    def __init__(self, theme: Theme, *, upright: bool) -> None:
        super().__init__()
        self._theme = theme
        self._upright = upright
        self._tabs: dict[str, ShelfTab] = {}
        layout = QVBoxLayout(self) if upright else QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addStretch(1)
        self._line = layout
        self.hide()

    def tab(self, name: str) -> ShelfTab | None:
        """Return the tab of the card `name`, if it is folded here."""
        return self._tabs.get(name)

    def show_tabs(
        self, folded: Sequence[tuple[str, str, str, str]], open_card: Callable[[str], None]
    ) -> None:
        """Have a tab for each of `folded` (name, title, icon, key), which a click gives to `open_card`."""
        wanted = {name for name, *_ in folded}
        for name in [name for name in self._tabs if name not in wanted]:
            tab = self._tabs.pop(name)
            self._line.removeWidget(tab)
            tab.hide()
            tab.deleteLater()
        for name, title, icon, key in folded:
            if name not in self._tabs:
                tab = ShelfTab(self._theme, title, icon, upright=self._upright)
                tab.set_key(key)
                tab.clicked.connect(lambda _checked=False, name=name: open_card(name))
                self._line.insertWidget(self._line.count() - 1, tab)
                self._tabs[name] = tab
        self.setVisible(bool(self._tabs))

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)


class _Gap(QSplitterHandle):
    """A splitter's handle that looks like a gap, and shows a grip when the pointer is on it."""

    def __init__(self, orientation: Qt.Orientation, splitter: GapSplitter) -> None:
        super().__init__(orientation, splitter)
        self._hovered = False

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hovered = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = False
        self.update()
        super().leaveEvent(event)

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._hovered:
            return
        splitter = self.splitter()
        assert isinstance(splitter, GapSplitter)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(splitter.theme.colour("muted"))
        long, thin = 36.0, 4.0
        wide = self.orientation() == Qt.Orientation.Vertical
        size = (long, thin) if wide else (thin, long)
        centre = QRectF(self.rect()).center()
        painter.drawRoundedRect(
            QRectF(centre.x() - size[0] / 2, centre.y() - size[1] / 2, *size), thin / 2, thin / 2
        )


class GapSplitter(QSplitter):
    """A splitter whose handles are the gaps between the cards."""

    def __init__(self, theme: Theme, orientation: Qt.Orientation) -> None:
        super().__init__(orientation)
        self.theme = theme
        self.setHandleWidth(look.GAP)
        self.setChildrenCollapsible(False)
        self.setOpaqueResize(True)

    def set_theme(self, theme: Theme) -> None:
        """Take colours from `theme`, and hand it to what is inside."""
        self.theme = theme
        look.pass_on(self, theme)

    def createHandle(self) -> QSplitterHandle:
        """Make a gap."""
        return _Gap(self.orientation(), self)
