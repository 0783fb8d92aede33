"""What the hand does on views and panels, and which change of the session it means.

Signals of the widgets end here. Nothing is drawn and nothing is decided about methods.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

if TYPE_CHECKING:
    from minima_desktop.window import MainWindow

CURSOR_STEPS = (1 / 100, 1 / 20)
"""How far an arrow key moves the cursor, as a share of what is visible: alone, and with Shift."""

ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, 1.0),
    Qt.Key.Key_Down: (0.0, -1.0),
}


class Gestures(QObject):
    """The hand of the person at the window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.cursor: tuple[float, float] | None = None
        self.last = ""
        """What was done last, for suggestions; empty after opening a document."""
        self._connect()

    def _connect(self) -> None:
        window, deck = self._window, self._window.deck
        session = window.session
        for view in deck.views:
            view.pointed.connect(self._point)
            view.left.connect(self._leave)
            view.clicked.connect(self.click)
            view.start_dragged.connect(self.drag_start)
            view.selected.connect(self.select)
        deck.map.region_changed.connect(self._zoomed)
        deck.profile.region_changed.connect(self._zoomed)
        deck.surface.camera_changed.connect(lambda camera: session.look(camera=tuple(camera)))
        deck.trace.scrubbed.connect(self.scrub)
        deck.trace.axis_toggled.connect(self.turn_trace_axis)
        deck.race.toggled.connect(session.toggle)
        deck.race.setting_changed.connect(self._setting_changed)
        deck.race.duplicated.connect(self.duplicate)
        deck.race.removed.connect(session.remove)
        deck.race.selected.connect(self.select)
        deck.race.go_on_requested.connect(self._go_on)
        deck.race.add_requested.connect(self.add_method)
        deck.timeline.play_toggled.connect(lambda: window.do("play"))
        deck.timeline.stepped.connect(self.step_by)
        deck.timeline.scrubbed.connect(self.scrub)
        deck.timeline.speed_changed.connect(self._set_speed)
        deck.timeline.end_changed.connect(self._set_horizon)
        deck.header.picker_requested.connect(lambda: window.do("landscape"))
        deck.try_next.acted.connect(self._follow_hint)
        deck.toast.acted.connect(self._toast_acted)

    def _point(self, x: float, y: float) -> None:
        self._set_cursor((x, y))

    def _leave(self) -> None:
        self._set_cursor(None)

    def _set_cursor(self, point: tuple[float, float] | None) -> None:
        window = self._window
        self.cursor = point
        sender = self.sender()
        for view in window.deck.views:
            if view is not sender:
                view.set_cursor(point)
        window.speak_soon()

    def click(self, x: float, y: float, add: bool) -> None:
        """Starts the race at a point of a view, or adds a start there."""
        self._start_from(self._position(x, y), add)

    def _position(self, x: float, y: float) -> tuple[float, ...]:
        """A point of a view as a point of the landscape: the profile's height is not a coordinate."""
        window = self._window
        dimension = window.session.exploration.place.dimension
        if dimension == 1:
            return (x,)
        rest = tuple(float(p) for p in window.session.landscape.start[2:])
        return (x, y, *rest)

    def _start_from(self, position: tuple[float, ...], add: bool) -> None:
        window = self._window
        done = window.session.add_start(position) if add else window.session.start_at(position)
        if done:
            self.last = "clicked"
            window.player.restart()

    def drag_start(self, index: int, x: float, y: float, finished: bool) -> None:
        """Moves a start; the runs follow."""
        window = self._window
        if window.session.move_start(index, self._position(x, y), finished):
            self.last = "start-moved"
            if window.player.step == 0:
                window.player.scrub(window.player.horizon)

    def select(self, entry: int) -> None:
        """Makes a line of the race the one that is looked at."""
        window = self._window
        window.session.look(selected=entry)
        window.show_exploration()
        window.touch()

    def _zoomed(self, region: tuple[float, float, float, float]) -> None:
        window = self._window
        window.session.look(zoom=None if region == window.projector.whole() else region)
        window.touch()

    def _setting_changed(self, entry: int, name: str, value: object, finished: bool) -> None:
        window = self._window
        step = window.player.step
        changed = window.session.change_setting(entry, step, name, value, finished)
        if changed and finished and 0 < step < window.player.horizon:
            window.deck.toast.say(
                f"Changed from step {step} on; what lies before stays.",
                "From the start instead",
                f"from-start {entry}",
            )
        self.last = "setting"

    def _toast_acted(self, action: str) -> None:
        window = self._window
        word, _, entry = action.partition(" ")
        if word == "from-start":
            window.session.from_the_start(int(entry))

    def duplicate(self, entry: int) -> None:
        """Puts a line into the race once more."""
        window = self._window
        made = window.session.duplicate(entry)
        if made is not None:
            self.select(made)

    def _go_on(self, entry: int, method: str) -> None:
        window = self._window
        if window.session.go_on(entry, window.player.step, method):
            window.player.playing = True
            self.last = "went-on"

    def add_method(self, method: str) -> None:
        """Adds a method to the race, by name."""
        window = self._window
        made = window.session.add_method(method)
        if made is not None:
            self.select(made)
            window.player.restart()

    def _follow_hint(self, link: str) -> None:
        window = self._window
        action, _, argument = link.partition(" ")
        if action == "landscape" and argument:
            self.choose(argument)
        elif action == "add-method" and argument:
            self.add_method(argument)
        else:
            window.do(action)

    def choose(self, landscape: str) -> None:
        """Moves the race to another landscape."""
        window = self._window
        if window.session.set_landscape(landscape):
            self.last = "landscape"
            window.session.look(zoom=None)
            window.do("fit")
            window.player.restart()

    def step_by(self, by: int) -> None:
        """Goes some steps on or back, and holds there."""
        window = self._window
        window.player.scrub(window.player.step + by)
        window.touch()

    def scrub(self, step: int) -> None:
        """Goes to a step, and holds there."""
        window = self._window
        window.player.scrub(int(step))
        window.touch()

    def _set_speed(self, speed: float) -> None:
        window = self._window
        window.player.speed = 0.0 if speed == float("inf") else speed
        window.session.look(speed=window.player.speed)
        window.touch()

    def _set_horizon(self, steps: int) -> None:
        window = self._window
        further = steps > window.player.horizon
        if window.session.set_steps(int(steps)) and further:
            window.player.playing = True

    def turn_trace_axis(self, axis: str) -> None:
        """Changes an axis of the trace: "x" steps or evaluations, "y" logarithmic or linear."""
        window = self._window
        view = window.session.view
        if axis == "x":
            window.session.look(x_axis="evaluations" if view.x_axis == "steps" else "steps")
        else:
            window.session.look(y_axis="linear" if view.y_axis == "log" else "log")
        window.touch()

    def move_cursor(self, key: Qt.Key, fast: bool) -> bool:
        """Moves the cursor by an arrow key; false for every other key."""
        if key not in ARROWS:
            return False
        window = self._window
        across, up = ARROWS[key]
        share = CURSOR_STEPS[fast]
        x0, x1, y0, y1 = window.projector.visible()
        at = self.cursor or ((x0 + x1) / 2, (y0 + y1) / 2)
        x = min(max(at[0] + across * share * (x1 - x0), x0), x1)
        y = min(max(at[1] + up * share * (y1 - y0), y0), y1)
        if window.session.exploration.place.dimension == 1:
            y = float(window.session.landscape.value([x]))
        self.cursor = (x, y)
        for view in window.deck.views:
            view.set_cursor(self.cursor)
        window.speak_soon()
        return True
