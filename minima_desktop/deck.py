"""The widgets of the window and where they stand; nothing here knows what a gesture means.

The header above, the views in the middle, trace below, race at the right, then timeline and status line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QApplication,
    QGraphicsView,
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from minima_core.document import Exploration
from minima_core.scene.study_charts import STUDY_CHARTS
from minima_widgets.late_panel import LatePanel
from minima_widgets.late_view import LateView
from minima_widgets.paint.chart import paint_chart
from minima_widgets.paint.map import paint_map
from minima_widgets.paint.profile import paint_profile
from minima_widgets.paint.trace import paint_trace
from minima_widgets.panels.border_choice import BorderChoice
from minima_widgets.panels.cards import Card
from minima_widgets.panels.controls import ActionButton, Choice
from minima_widgets.panels.header import HeaderBar
from minima_widgets.panels.look import set_property
from minima_widgets.panels.race_panel import RacePanel
from minima_widgets.panels.reading_order import go_on
from minima_widgets.panels.status import StatusLine
from minima_widgets.panels.step_words import StepWords
from minima_widgets.panels.timeline import TimelineBar
from minima_widgets.panels.toast import Toast
from minima_widgets.panels.try_next import SentenceLabel, TryNext
from minima_widgets.panels.workspace import Workspace
from minima_widgets.surface_view import SurfaceView
from minima_widgets.theme import Theme

if TYPE_CHECKING:
    from minima_widgets.chart_view import ChartView
    from minima_widgets.map_view import MapView
    from minima_widgets.panels.clinic_panel import ClinicPanel
    from minima_widgets.panels.compare_panel import ComparePanel
    from minima_widgets.panels.explore_panel import ExplorePanel
    from minima_widgets.panels.landscape_panel import LandscapePanel
    from minima_widgets.panels.learn_panel import LearnPanel
    from minima_widgets.panels.study_panel import StudyPanel
    from minima_widgets.panels.talk_panel import TalkPanel
    from minima_widgets.profile_view import ProfileView
    from minima_widgets.trace_view import TraceView

HEADER = (
    ("undo", "icon"),
    ("redo", "icon"),
    ("", ""),
    ("throw", "both"),
    ("start-list", "icon"),
    ("save", "icon"),
    ("save-picture", "both"),
    ("learn", "both"),
    ("find", "icon"),
    ("views-only", "icon"),
    ("theme", "icon"),
    ("menu", "icon"),
)
"""What stands in the header, and whether with words or as an icon; an empty name is a gap."""

CHARTS = (
    ("tree", "Barrier tree", "Which minimum lies behind which pass, and how high it is."),
    ("settings", "Settings", "Which minimum each pair of settings reaches, from the first start."),
    ("data", "Data", "The examples that are learned from, and what the runs make of them."),
)
"""The charts that share a card with the trace: name, title, what one sees."""

CHART_ROOM = 0.4
"""The share of the height that these charts want,"""
TABLE_ROOM = 0.48
"""and a table."""

BESIDE = ("beside", "beside-2", "beside-3")
"""Places of maps that stand beside the first."""

INVITATION = "Click anywhere to start from there."


class Deck(QWidget):
    """Everything that the window holds, made once and themed together."""

    def __init__(self, theme: Theme, actions: dict[str, QAction]) -> None:
        super().__init__()
        self.theme = theme
        dress(theme)
        self.header = HeaderBar(theme)
        self.header_buttons: dict[str, ActionButton] = {}
        for name, show in HEADER:
            if name:
                self.header_buttons[name] = self.header.add_action(actions[name], show=show)
            else:
                self.header.add_gap()
        self.map_place = LateView(theme, _map, paint_map, QSize(560, 460))
        self.profile_place = LateView(theme, _profile, paint_profile, QSize(560, 460))
        self.trace_place = LateView(theme, _trace, paint_trace, QSize(900, 190))
        self.chart_places = {
            name: LateView(theme, _chart, paint_chart, QSize(900, 190)) for name, _, _ in CHARTS
        }
        for name in BESIDE:
            self.chart_places[name] = LateView(theme, _chart, paint_chart, QSize(560, 460))
        self.landscape_room = LatePanel(theme, _landscape)
        self.explore_room = LatePanel(theme, _explore)
        self.learn_room = LatePanel(theme, _learn)
        self.clinic_room = LatePanel(theme, _clinic)
        self.talk_room = LatePanel(theme, _talk)
        self.study_room = LatePanel(theme, _study)
        self.compare_room = LatePanel(theme, _compare)
        self.study_place = LateView(theme, _chart, paint_chart, QSize(900, 190))
        titles = tuple((name, title) for name, title, _ in STUDY_CHARTS)
        self.study_charts = Choice(theme, titles, "success", name="Chart", tip="Which chart of the study.")
        self.study_charts.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._opened = False
        self.flat, self._beside = False, 0
        self._below = QWidget()
        self.surface = SurfaceView(theme)
        self.race = RacePanel(theme)
        self.border = BorderChoice(theme)
        self.try_next = TryNext(theme)
        self.race.set_footer(self.border)
        self.race.set_footer(self.try_next)
        self.timeline = TimelineBar(theme)
        self.status = StatusLine(theme)
        self.sentence = SentenceLabel(theme, INVITATION)
        self.plane = QStackedWidget()
        self.plane.addWidget(self.map_place)
        self.plane.addWidget(self.profile_place)
        self.workspace = Workspace(theme)
        insides = ActionButton(theme, actions["insides"], kind="quiet")
        self.workspace.add_view(
            "map", "Map", self.plane, icon="map", header=self.sentence, tools=(insides,), weight=1.1
        )
        self.workspace.add_view("surface", "Surface", self.surface, icon="surface")
        self.workspace.add_view("beside", "Beside", self._maps_beside(), icon="map")
        self.workspace.set_present("beside", False)
        self.workspace.add_panel("trace", "Trace", self.trace_place, "bottom", icon="trace")
        self.step_words = StepWords(theme)
        self.workspace.add_panel("step", "Step", self.step_words, "bottom", tab_of="trace")
        for name, title, _ in CHARTS:
            self.workspace.add_panel(name, title, self.chart_places[name], "bottom", tab_of="trace")
            self.workspace.want_room(name, CHART_ROOM)
        self.workspace.add_panel("compare", "Compare", self.compare_room, tab_of="trace", key="C")
        self.workspace.want_room("compare", TABLE_ROOM)
        charts = (self.study_charts,)
        self.workspace.add_panel("study-chart", "Study", self.study_place, tab_of="trace", tools=charts)
        self.workspace.want_room("study-chart", CHART_ROOM)
        self.workspace.add_panel("race", "Race", self.race, "right", icon="settings")
        self.workspace.add_panel("landscape", "Landscape", self.landscape_room, tab_of="race")
        self.workspace.add_panel("explore", "Explore", self.explore_room, tab_of="race")
        self.workspace.add_panel("study", "Study", self.study_room, tab_of="race", key="F6")
        self.workspace.add_panel("learn", "Learn", self.learn_room, "left", icon="learn", key="F7")
        self.workspace.add_panel("clinic", "Claims", self.clinic_room, tab_of="learn", key="Shift+F7")
        self.workspace.add_panel("talk", "Talk", self.talk_room, tab_of="learn", key="Shift+P")
        for name in ("learn", "clinic", "talk"):
            self.workspace.set_present(name, False)
        self.toast = Toast(theme, self.workspace)
        below = QHBoxLayout()
        below.addWidget(self.timeline)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 8)
        layout.setSpacing(10)
        layout.addWidget(self.header)
        layout.addWidget(self.workspace, 1)
        layout.addLayout(below)
        layout.addWidget(self.status)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._lit: QWidget | None = None

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Goes on as one reads; around a view that is come to with Tab, its card is lit."""
        stop = go_on(self, forward)
        if stop is None:
            return False
        card = stop.parentWidget()
        while card is not None and not isinstance(card, Card):
            card = card.parentWidget()
        if card is not None and isinstance(stop, self._views_of_all):
            self._lit = card
            set_property(card, "keyboard", True)
            stop.installEventFilter(self)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Puts the light around a card out when the keyboard leaves its view."""
        if event.type() == QEvent.Type.FocusOut and self._lit is not None:
            set_property(self._lit, "keyboard", False)
            self._lit = None
            watched.removeEventFilter(self)
        return super().eventFilter(watched, event)

    @property
    def _views_of_all(self) -> tuple[type[QWidget], ...]:
        """What is a view: drawn to its edge, with no room for a ring of its own."""
        return (QGraphicsView, SurfaceView, LateView)

    # The views of pyqtgraph are made once the first picture has been seen, or when they are asked for.

    @property
    def map(self) -> MapView:
        """The map."""
        return self.map_place.view

    @property
    def profile(self) -> ProfileView:
        """The profile of a landscape of one variable."""
        return self.profile_place.view

    @property
    def trace(self) -> TraceView:
        """The trace."""
        return self.trace_place.view

    @property
    def landscape(self) -> LandscapePanel:
        """The panel of the landscape."""
        return self.landscape_room.panel

    @property
    def explore(self) -> ExplorePanel:
        """The panel of exploration."""
        return self.explore_room.panel

    @property
    def learn(self) -> LearnPanel:
        """The card of lessons."""
        return self.learn_room.panel

    @property
    def clinic(self) -> ClinicPanel:
        """The claims clinic."""
        return self.clinic_room.panel

    @property
    def talk(self) -> TalkPanel:
        """The card of talks."""
        return self.talk_room.panel

    def open_views(self) -> None:
        """Makes the views that are shown; until then the painter of figures draws them."""
        self._opened = True
        for place in (self.plane.currentWidget(), self.trace_place):
            assert isinstance(place, LateView)
            _ = place.view

    def fit_to(self, exploration: Exploration) -> None:
        """Shows the views that this experiment has: a profile for one variable, map and surface for two."""
        flat = exploration.place.dimension == 1
        self.plane.setCurrentWidget(self.profile_place if flat else self.map_place)
        if self._opened:
            self.open_views()
        self.flat = flat
        self._arrange()
        self.workspace.set_present("data", bool(exploration.place.landscape_of().examples))
        self.border.set_border(exploration.border)

    def compare(self, maps: int) -> None:
        """Puts so many maps beside the first, in the place of the surface; 0 takes them away."""
        if maps != self._beside:
            self._beside = maps
            self._arrange()

    def _arrange(self) -> None:
        for k, name in enumerate(BESIDE):
            self.chart_places[name].setVisible(k < max(self._beside, 1))
        self._below.setVisible(self._beside > 1)
        self.workspace.set_present("beside", self._beside > 0)
        self.workspace.set_present("surface", not self.flat and not self._beside)

    def _maps_beside(self) -> QWidget:
        """One card for all maps that stand beside the first: one above, two below it."""
        first, *others = (self.chart_places[name] for name in BESIDE)
        below = QHBoxLayout(self._below)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(4)
        for each in others:
            below.addWidget(each)
        room = QWidget()
        layout = QVBoxLayout(room)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(first, 4)
        layout.addWidget(self._below, 3)
        return room

    def is_beside(self, name: str) -> bool:
        """Whether one of the maps that can stand beside the first does."""
        return BESIDE.index(name) < self._beside and self.workspace.is_shown("beside")

    @property
    def views(self) -> tuple[MapView | ProfileView | SurfaceView, ...]:
        """The views there are on which one points and clicks."""
        places = (self.map_place, self.profile_place)
        return (*(place.view for place in places if place.is_made), self.surface)

    @property
    def plane_view(self) -> MapView | ProfileView:
        """The map, or the profile where there is one variable."""
        return self.profile if self.plane.currentWidget() is self.profile_place else self.map

    def take_keyboard(self) -> None:
        """Gives the keyboard to the map, or to what is to be the map: Space plays there."""
        plane = self.plane.currentWidget()
        assert plane is not None
        plane.setFocus()

    def set_theme(self, theme: Theme) -> None:
        """Gives everything its colours and sizes."""
        self.theme = theme
        dress(theme)
        parts: tuple[Any, ...] = (
            self.header,
            self.map_place,
            self.profile_place,
            self.surface,
            self.trace_place,
            self.step_words,
            *self.chart_places.values(),
            self.race,
            self.landscape_room,
            self.explore_room,
            self.learn_room,
            self.clinic_room,
            self.talk_room,
            self.compare_room,
            self.study_room,
            self.study_place,
            self.study_charts,
            self.border,
            self.try_next,
            self.timeline,
            self.status,
            self.sentence,
            self.workspace,
            self.toast,
        )
        for part in parts:
            part.set_theme(theme)


def _map(theme: Theme) -> MapView:
    from minima_widgets.map_view import MapView

    view = MapView(theme)
    view.setAccessibleName("Map")
    view.setAccessibleDescription("The landscape from above; arrows move the cursor, Enter starts there.")
    return view


def _profile(theme: Theme) -> ProfileView:
    from minima_widgets.profile_view import ProfileView

    view = ProfileView(theme)
    view.setAccessibleName("Profile")
    view.setAccessibleDescription("The landscape as a curve; arrows move the cursor, Enter starts there.")
    return view


def _trace(theme: Theme) -> TraceView:
    from minima_widgets.trace_view import TraceView

    view = TraceView(theme)
    view.setAccessibleName("Trace")
    return view


def _chart(theme: Theme) -> ChartView:
    from minima_widgets.chart_view import ChartView

    return ChartView(theme)


def _landscape(theme: Theme) -> LandscapePanel:
    from minima_widgets.panels.landscape_panel import LandscapePanel

    return LandscapePanel(theme)


def _compare(theme: Theme) -> ComparePanel:
    from minima_widgets.panels.compare_panel import ComparePanel

    return ComparePanel(theme)


def _study(theme: Theme) -> StudyPanel:
    from minima_widgets.panels.study_panel import StudyPanel

    return StudyPanel(theme)


def _explore(theme: Theme) -> ExplorePanel:
    from minima_widgets.panels.explore_panel import ExplorePanel

    return ExplorePanel(theme)


def _learn(theme: Theme) -> LearnPanel:
    from minima_widgets.panels.learn_panel import LearnPanel

    return LearnPanel(theme)


def _clinic(theme: Theme) -> ClinicPanel:
    from minima_widgets.panels.clinic_panel import ClinicPanel

    return ClinicPanel(theme)


def _talk(theme: Theme) -> TalkPanel:
    from minima_widgets.panels.talk_panel import TalkPanel

    return TalkPanel(theme)


def dress(theme: Theme) -> None:
    """Gives the whole application the theme's palette, type and style sheet."""
    application = QApplication.instance()
    if isinstance(application, QApplication):
        application.setPalette(theme.palette())
        application.setFont(theme.font())
        application.setStyleSheet(theme.stylesheet())
