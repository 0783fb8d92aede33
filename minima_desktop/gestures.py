"""What the hand does on views and panels, and which change of the session it means.

Signals of the widgets end here. Nothing is drawn and nothing is decided about methods.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from minima_core.document import Clock, Insides
from minima_core.scene import declared_insides
from minima_desktop.hub import Hub
from minima_desktop.insider import switched

if TYPE_CHECKING:
    from minima_widgets.map_view import MapView
    from minima_widgets.profile_view import ProfileView
    from minima_widgets.surface_view import SurfaceView
    from minima_widgets.trace_view import TraceView

CURSOR_STEPS = (1 / 100, 1 / 20)
"""How far an arrow key moves the cursor, as a share of what is visible: alone, and with Shift."""

USUAL_MICROSECONDS = 2000
"""How long a race by computing time is at first."""

ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, 1.0),
    Qt.Key.Key_Down: (0.0, -1.0),
}


class Gestures(QObject):
    """The hand of the person at the hub."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub.deck)
        self._hub = hub
        self._horizons: dict[str, int] = {}  # how far the race went by each clock
        self._connect()

    def _connect(self) -> None:
        hub, deck = self._hub, self._hub.deck
        session = hub.session
        self._take_view(deck.surface)
        deck.map_place.made.connect(self._take_chart)
        deck.profile_place.made.connect(self._take_chart)
        deck.trace_place.made.connect(self._take_trace)
        deck.surface.camera_changed.connect(lambda camera: session.look(camera=tuple(camera)))
        deck.race.toggled.connect(session.toggle)
        deck.race.setting_changed.connect(self._setting_changed)
        deck.race.duplicated.connect(self.duplicate)
        deck.race.removed.connect(self.remove)
        deck.race.selected.connect(self.select)
        deck.race.go_on_requested.connect(self._go_on)
        deck.border.chosen.connect(session.set_border)
        deck.race.add_requested.connect(self.add_method)
        deck.race.inside_switched.connect(self._switch_inside)
        deck.timeline.play_toggled.connect(lambda: hub.do("play"))
        deck.timeline.stepped.connect(self.step_by)
        deck.timeline.scrubbed.connect(self.scrub)
        deck.timeline.speed_changed.connect(self._set_speed)
        deck.timeline.end_changed.connect(self._set_horizon)
        deck.timeline.clock_changed.connect(self._set_clock)
        deck.header.picker_requested.connect(lambda: hub.do("landscape"))
        deck.try_next.acted.connect(self._follow_hint)
        deck.toast.acted.connect(self._toast_acted)

    def _take_view(self, view: MapView | ProfileView | SurfaceView) -> None:
        view.pointed.connect(self._point)
        view.left.connect(self._leave)
        view.clicked.connect(self.click)
        view.start_dragged.connect(self.drag_start)
        view.selected.connect(self.select)

    def _take_chart(self, view: MapView | ProfileView) -> None:
        self._take_view(view)
        view.region_changed.connect(self._zoomed)

    def _take_trace(self, trace: TraceView) -> None:
        trace.scrubbed.connect(self.scrub)
        trace.axis_toggled.connect(self.turn_trace_axis)

    def _point(self, x: float, y: float) -> None:
        self._set_cursor((x, y))

    def _leave(self) -> None:
        self._set_cursor(None)

    def _set_cursor(self, point: tuple[float, float] | None) -> None:
        hub = self._hub
        hub.cursor = point
        sender = self.sender()
        for view in hub.deck.views:
            if view is not sender:
                view.set_cursor(point)
        hub.speak_soon()

    def click(self, x: float, y: float, add: bool) -> None:
        """Starts the race at a point of a view, or adds a start there; others may claim the click first."""
        if not add and any(claim(x, y) for claim in self._hub.claims):
            return
        self._start_from(self._position(x, y), add)

    def _position(self, x: float, y: float) -> tuple[float, ...]:
        """A point of a view as a point of the landscape: the profile's height is not a coordinate."""
        hub = self._hub
        dimension = hub.session.exploration.place.dimension
        if dimension == 1:
            return (x,)
        rest = tuple(float(p) for p in hub.session.landscape.start[2:])
        return (x, y, *rest)

    def _start_from(self, position: tuple[float, ...], add: bool) -> None:
        hub = self._hub
        done = hub.session.add_start(position) if add else hub.session.start_at(position)
        if done:
            hub.last_act = "clicked"
            hub.player.restart()

    def drag_start(self, index: int, x: float, y: float, finished: bool) -> None:
        """Moves a start; the runs follow."""
        hub = self._hub
        if hub.session.move_start(index, self._position(x, y), finished):
            hub.last_act = "start-moved"
            if hub.player.step == 0:
                hub.player.scrub(hub.player.horizon)

    def select(self, entry: int) -> None:
        """Makes a line of the race the one that is looked at."""
        hub = self._hub
        hub.session.look(selected=entry)
        hub.show_exploration()
        hub.touch()

    def switch_insides(self, on: bool) -> None:
        """Draws insides, or none; where no line is selected, the first one becomes so."""
        hub = self._hub
        insides = hub.session.view.insides
        hub.session.look(insides=Insides(on, insides.off, insides.also))
        enabled = [entry.id for entry in hub.session.exploration.entries if entry.enabled]
        if on and enabled and hub.session.view.selected not in enabled:
            hub.session.look(selected=enabled[0])
        self._show_insides()

    def _switch_inside(self, entry: int, name: str, on: bool) -> None:
        """Draws one thing inside a line, or not; without a name, all of them."""
        hub = self._hub
        session = hub.session
        session.look(selected=entry)
        if not name:
            self.switch_insides(on)
            return
        step = hub.projector.step_of(entry, hub.player.step)
        specification = session.segment_at(session.exploration.entry(entry), step)
        usual = next((each.usual for each in declared_insides(specification) if each.name == name), True)
        session.look(insides=switched(session.view.insides, name, on, usual=usual))
        self._show_insides()

    def _show_insides(self) -> None:
        hub = self._hub
        hub.last_act = "insides"
        hub.show_exploration()
        hub.touch()

    def _zoomed(self, region: tuple[float, float, float, float]) -> None:
        hub = self._hub
        hub.session.look(zoom=None if region == hub.projector.whole() else region)
        hub.touch()

    def _setting_changed(self, entry: int, name: str, value: object, finished: bool) -> None:
        hub = self._hub
        tick, end = hub.player.step, hub.player.horizon
        step = 0 if tick >= end else hub.projector.step_of(entry, tick)
        if hub.session.view.selected != entry:
            hub.session.look(selected=entry)
        changed = hub.session.change_setting(entry, step, name, value, finished)
        if changed and finished and step > 0:
            hub.deck.toast.say(
                f"Changed from step {step} on; what lies before stays.",
                "From the start instead",
                f"from-start {entry}",
            )
        elif changed and finished:
            hub.deck.toast.dismiss()
        hub.last_act = "setting"

    def _toast_acted(self, action: str) -> None:
        hub = self._hub
        word, _, entry = action.partition(" ")
        if word == "from-start":
            hub.session.from_the_start(int(entry))

    def duplicate(self, entry: int) -> None:
        """Puts a line into the race once more."""
        hub = self._hub
        made = hub.session.duplicate(entry)
        if made is not None:
            self.select(made)

    def remove(self, entry: int) -> None:
        """Takes a line out of the race for good."""
        session = self._hub.session
        if session.remove(entry) and session.view.selected == entry:
            session.look(selected=None)

    def _go_on(self, entry: int, method: str) -> None:
        hub = self._hub
        tick = hub.player.step
        if hub.session.go_on(entry, hub.projector.step_of(entry, tick), method, tick):
            hub.player.playing = True
            hub.last_act = "went-on"

    def add_method(self, method: str) -> None:
        """Adds a method to the race, by name."""
        hub = self._hub
        made = hub.session.add_method(method)
        if made is not None:
            self.select(made)
            hub.player.restart()

    def _follow_hint(self, link: str) -> None:
        hub = self._hub
        action, _, argument = link.partition(" ")
        if action == "landscape" and argument:
            self.choose(argument)
        elif action == "add-method" and argument:
            self.add_method(argument)
        else:
            hub.do(action)

    def choose(self, landscape: str) -> None:
        """Moves the race to another landscape."""
        hub = self._hub
        if hub.session.set_landscape(landscape):
            hub.last_act = "landscape"
            hub.session.look(zoom=None)
            hub.do("fit")
            hub.player.restart()

    def step_by(self, by: int) -> None:
        """Goes some steps on or back, and holds there."""
        hub = self._hub
        hub.player.scrub(hub.projector.neighbour(hub.player.step, by))
        hub.touch()

    def scrub(self, step: int) -> None:
        """Goes to a step, and holds there."""
        hub = self._hub
        hub.player.scrub(int(step))
        hub.touch()

    def _set_speed(self, speed: float) -> None:
        hub = self._hub
        hub.player.speed = 0.0 if speed == float("inf") else speed
        hub.session.look(speed=hub.player.speed)
        hub.touch()

    def _set_horizon(self, steps: int) -> None:
        hub = self._hub
        further = steps > hub.player.horizon
        if hub.session.set_steps(int(steps)) and further:
            hub.player.playing = True

    def _set_clock(self, unit: str, gradient: float, hessian: float) -> None:
        """Measures the race by another clock; its length is what it was the last time, or a usual one."""
        hub = self._hub
        exploration = hub.session.exploration
        before = exploration.clock.unit
        clock = Clock(unit, gradient, hessian)  # type: ignore[arg-type]
        self._horizons[before] = exploration.steps
        usual = {
            "steps": exploration.steps,
            "evaluations": round(exploration.steps * (1.0 + gradient)),
            "time": USUAL_MICROSECONDS,
        }
        ticks = exploration.steps if unit == before else self._horizons.get(unit, usual[unit])
        speed = hub.player.speed * ticks / exploration.steps
        if not hub.session.set_clock(clock, max(ticks, 1)):
            return
        if unit != before:
            hub.player.speed = speed
            hub.session.look(speed=speed)
            hub.player.restart()
        hub.touch()

    def turn_trace_axis(self, axis: str) -> None:
        """Changes an axis of the trace: "x" steps or evaluations, "y" logarithmic or linear."""
        hub = self._hub
        view = hub.session.view
        if axis == "x":
            hub.session.look(x_axis="evaluations" if view.x_axis == "steps" else "steps")
        else:
            hub.session.look(y_axis="linear" if view.y_axis == "log" else "log")
        hub.touch()

    def move_cursor(self, key: Qt.Key, fast: bool) -> bool:
        """Moves the cursor by an arrow key; false for every other key."""
        if key not in ARROWS:
            return False
        hub = self._hub
        across, up = ARROWS[key]
        share = CURSOR_STEPS[fast]
        x0, x1, y0, y1 = hub.projector.visible()
        at = hub.cursor or ((x0 + x1) / 2, (y0 + y1) / 2)
        x = min(max(at[0] + across * share * (x1 - x0), x0), x1)
        y = min(max(at[1] + up * share * (y1 - y0), y0), y1)
        if hub.session.exploration.place.dimension == 1:
            y = float(hub.session.landscape.value([x]))
        hub.cursor = (x, y)
        for view in hub.deck.views:
            view.set_cursor(hub.cursor)
        hub.speak_soon()
        return True
