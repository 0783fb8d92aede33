"""The view of a talk: views, words and nothing else, over the whole screen, in type for the last row.

It shows what it is given and tells what was pressed and clicked; what that means is decided elsewhere. It is
a window of its own over the other one: what lies below it stays as it is.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QCursor, QGuiApplication, QKeyEvent, QMouseEvent, QResizeEvent, QScreen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from minima_core.scene.scenes import ProfileScene, RaceScene
from minima_widgets.ballot_board import Answer, BallotBoard
from minima_widgets.map_view import MapView
from minima_widgets.presenter_keys import act_of, keys_words
from minima_widgets.presenter_overlays import Black, Note, Spot
from minima_widgets.presenter_words import Heading, VerdictLine, Verdicts
from minima_widgets.profile_view import ProfileView
from minima_widgets.surface_view import SurfaceView
from minima_widgets.theme import BASE_POINTS, Theme

__all__ = ["ARRANGEMENTS", "Presenter", "theme_for"]

ARRANGEMENTS = ("both", "map", "surface")
"""Which views there are, in the order in which a key goes through them."""
GROWTH = 1.8
"""How many times as large as on a desk type is, on a picture of 1920 × 1080."""
SLIDE_SCALE = 1.6
"""How much larger than others the slide theme's type is by itself."""
KEYS_SECONDS = 4.0
MOUSE_MS = 16
"""Milliseconds between two looks at where the mouse is."""
REST_SECONDS = 2.5
"""After so long without a move the arrow of the mouse goes."""
HELD_SECONDS = 0.35
"""A key that is held for longer than this works for as long as it is held."""
LET_GO_MS = 50
"""So long it waits whether a key that was let go is pressed again by the keyboard itself."""


def theme_for(name: str, width: int, height: int, larger: float = 1.0) -> Theme:
    """Return a theme whose type fits a screen of so many pixels; `larger` is the person's own factor."""
    size = BASE_POINTS * GROWTH * larger * max(min(width / 1920, height / 1080), 0.45)
    chosen = size / SLIDE_SCALE if name == "slide" else size
    return Theme.load(name, round(2 * chosen) / 2)


class _Map(MapView):
    """A map whose axes are not for editing."""

    editable_axes = ()


class _Profile(ProfileView):
    """A profile whose axes are not for editing."""

    editable_axes = ()


class Presenter(QWidget):
    """Shows a race, a profile, verdicts and votes in a size for a room."""

    acted = Signal(str)
    """What a key asked for (see `presenter_keys`); "leave" also when the window is closed."""
    clicked = Signal(float, float, bool)
    """A start at a point; true: in addition to what runs."""
    start_dragged = Signal(int, float, float, bool)
    """The start of this index is moved to a point; true: the hand let go."""
    selected = Signal(int)
    """The line of the race whose path was clicked with the other button."""
    region_changed = Signal(tuple)
    """What the map shows now."""
    resized = Signal()
    """There is another size to choose type for."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self.theme = theme
        self.letters = ""
        """The letters that are voted for now; "" when nobody votes."""
        self.setWindowTitle("Minima Desktop: talk")
        self.setWindowModality(Qt.WindowModality.ApplicationModal)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAutoFillBackground(True)
        self._arrangement = "both"
        self._flat = False
        self._profile: ProfileView | None = None
        self.map = _Map(theme)
        self.surface = SurfaceView(theme)
        self.heading, self.verdicts = Heading(theme), Verdicts(theme)
        self.board = BallotBoard(theme)
        self.note, self.spot, self.black = Note(theme, self), Spot(self), Black(self)
        self.note.visible_changed.connect(self.verdicts.set_covered)
        self._views = QHBoxLayout()
        self._views.addWidget(self.map, 11)
        self._views.addWidget(self.surface, 10)
        self._views.addWidget(self.board, 7)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.heading)
        self._column.addLayout(self._views, 1)
        self._column.addWidget(self.verdicts)
        self.board.hide()
        self._take(self.map)
        self.map.region_changed.connect(self.region_changed)
        self._take(self.surface)
        self._pointing = False
        self._pressed_at = 0.0
        self._released = (0, 0)  # which key was let go last, and when
        self._let_go = QTimer(self)
        self._let_go.setSingleShot(True)
        self._let_go.setInterval(LET_GO_MS)
        self._let_go.timeout.connect(lambda: self.set_pointing(False))
        self._mouse, self._moved_at, self._blank = QPoint(), 0.0, False
        self._mouse_timer = QTimer(self)
        self._mouse_timer.setInterval(MOUSE_MS)
        self._mouse_timer.timeout.connect(self._look_at_mouse)
        self._dress()

    def _take(self, view: MapView | ProfileView | SurfaceView) -> None:
        """Hand on what a hand does on a view; keys stay with the window."""
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        view.clicked.connect(self.clicked)
        view.start_dragged.connect(self.start_dragged)
        view.selected.connect(self.selected)

    @property
    def profile(self) -> ProfileView:
        """The view of landscapes of one variable, made when there is one."""
        if self._profile is None:
            self._profile = _Profile(self.theme)
            self._views.insertWidget(0, self._profile, 21)
            self._take(self._profile)
            self._profile.region_changed.connect(self.region_changed)
        return self._profile

    # -- what is shown -------------------------------------------------------------------------------------

    def open_on(self, screen: QScreen) -> None:
        """Fill a screen; where no window manager makes it full, it is as large as the screen all the same."""
        self.setScreen(screen)
        self.setGeometry(screen.geometry())
        self.showFullScreen()
        self.setGeometry(screen.geometry())
        self.raise_()
        self.activateWindow()
        self.setFocus()
        self._mouse_timer.start()
        self._moved_at = time.monotonic()
        self.show_keys()

    def show_race(self, scene: RaceScene) -> None:
        """Show a race on the views that there are for it."""
        self._set_flat(False)
        if self.map.isVisibleTo(self):
            self.map.show_scene(scene)
        if self.surface.isVisibleTo(self):
            self.surface.show_scene(scene)

    def show_profile(self, scene: ProfileScene) -> None:
        """Show a race on a landscape of one variable."""
        self._set_flat(True)
        self.profile.show_scene(scene)

    def set_verdicts(self, lines: Sequence[VerdictLine]) -> None:
        """Say what became of the lines of the race."""
        self.verdicts.set_lines(lines)

    def set_ballot(self, answers: Sequence[Answer], total: str, letters: str = "") -> None:
        """Show a board with answers, or none; while there are `letters` their keys are votes."""
        self.letters = letters
        self.board.set_answers(answers, total)
        self.board.setVisible(bool(answers))

    @property
    def arrangement(self) -> str:
        """Which views there are: both, map, surface."""
        return self._arrangement

    def set_arrangement(self, name: str) -> None:
        """Show both views, or one of them."""
        self._arrangement = name
        self._arrange()

    def _set_flat(self, flat: bool) -> None:
        if flat != self._flat:
            self._flat = flat
            self._arrange()

    def _arrange(self) -> None:
        both = self._arrangement == "both"
        for view, share in ((self.map, 11 if both else 21), (self.surface, 10 if both else 21)):
            self._views.setStretchFactor(view, share)
        self.map.setVisible(not self._flat and self._arrangement != "surface")
        self.surface.setVisible(not self._flat and self._arrangement != "map")
        if self._profile is not None or self._flat:
            self.profile.setVisible(self._flat)

    def fit(self) -> None:
        """Show the whole region, from the usual side."""
        for view in (self.map, self.surface, self._profile):
            if view is not None:
                view.fit()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and type from `theme`."""
        self.theme = theme
        for part in (
            self.map, self.surface, self._profile, self.heading, self.verdicts, self.board, self.note,
        ):  # fmt: skip
            if part is not None:
                part.set_theme(theme)
        self._dress()

    def _dress(self) -> None:
        theme = self.theme
        palette = theme.palette()
        palette.setColor(palette.ColorRole.Window, theme.colour("card"))
        self.setPalette(palette)
        edge, gap = round(theme.points(15)), round(theme.points(7))
        self._column.setContentsMargins(edge, round(theme.points(8)), edge, round(theme.points(9)))
        self._column.setSpacing(gap)
        self._views.setSpacing(round(theme.points(12)))

    # -- for a moment --------------------------------------------------------------------------------------

    def show_keys(self) -> None:
        """Show the keys that there are now."""
        self.note.show_for(keys_words(self.letters), KEYS_SECONDS)

    def say(self, sentence: str) -> None:
        """Show a sentence for as long as it takes to read it."""
        self.note.show_for([("", sentence)], max(3.0, 0.08 * len(sentence)))

    @property
    def is_black(self) -> bool:
        """Whether the screen is black."""
        return self.black.isVisible()

    def set_black(self, on: bool) -> None:
        """Make the screen black, or bring the picture back."""
        self.black.setGeometry(self.rect())
        self.black.setVisible(on)
        if on:
            self.black.raise_()

    @property
    def pointing(self) -> bool:
        """Whether the spot follows the mouse."""
        return self._pointing

    def set_pointing(self, on: bool) -> None:
        """Let the spot follow the mouse, or put it away."""
        self._pointing = on
        self.spot.setVisible(False)
        self._look_at_mouse()

    def _look_at_mouse(self) -> None:
        """Move the spot to where the mouse is, and hide the arrow of a mouse that rests."""
        at, now = QCursor.pos(), time.monotonic()
        if at != self._mouse:
            self._mouse, self._moved_at = at, now
        if self._pointing and not self.is_black:
            self.spot.show_at(self.mapFromGlobal(at).toPointF(), round(self.theme.points(48)))
        resting = self._pointing or now - self._moved_at > REST_SECONDS
        self._set_blank(resting and self.isActiveWindow() and self.rect().contains(self.mapFromGlobal(at)))

    def _set_blank(self, blank: bool) -> None:
        if blank != self._blank:
            self._blank = blank
            if blank:
                QGuiApplication.setOverrideCursor(Qt.CursorShape.BlankCursor)
            else:
                QGuiApplication.restoreOverrideCursor()

    # -- Qt ------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Take every key before anything else can: here keys have meanings of their own."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Keep the keyboard here: some clickers send Tab."""
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tell what a key asks for; on a black screen every key brings the picture back."""
        event.accept()
        repeats = self._repeats(event)
        if self.is_black:
            if not repeats:
                self.set_black(False)
            return
        act = act_of(Qt.Key(event.key()), event.modifiers(), self.letters)
        if repeats:
            if act == "pointer":
                self._let_go.stop()
            return
        if act == "pointer":
            self._pressed_at = 0.0 if self._pointing else time.monotonic()
            self.set_pointing(not self._pointing)
        elif act == "black":
            self.set_black(True)
        elif act == "keys":
            if self.note.isVisible():
                self.note.dismiss()
            else:
                self.show_keys()
        elif act == "fit":
            self.fit()
        elif act:
            self.acted.emit(act)

    def _repeats(self, event: QKeyEvent) -> bool:
        """Whether a keyboard repeats a key that is held; where Qt does not see it, by the time."""
        released = (event.key(), event.timestamp())
        return event.isAutoRepeat() or (released == self._released and event.timestamp() > 0)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Put the spot away if its key was held."""
        event.accept()
        self._released = (event.key(), event.timestamp())
        held = self._pressed_at > 0 and time.monotonic() - self._pressed_at > HELD_SECONDS
        if event.key() == Qt.Key.Key_L and not event.isAutoRepeat() and held:
            self._let_go.start()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Bring a black screen back."""
        event.accept()
        if self.is_black:
            self.set_black(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cover everything that there is now."""
        super().resizeEvent(event)
        self.black.setGeometry(QRect(QPoint(), event.size()))
        if self.note.isVisible():
            self.note.place()
        self.resized.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closed by the system: that is leaving."""
        event.ignore()
        self.acted.emit("leave")

    def shut(self) -> None:
        """Give everything back, and go."""
        self._mouse_timer.stop()
        self._let_go.stop()
        self._set_blank(False)
        self.note.dismiss()
        self.surface.shut()
        self.hide()
        self.deleteLater()
