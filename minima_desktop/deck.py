"""The widgets of the window and where they stand; nothing here knows what a gesture means.

The header above, the views in the middle, trace below, race at the right, then timeline and status line.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from minima_core.document import Exploration
from minima_widgets.map_view import MapView
from minima_widgets.panels.border_choice import BorderChoice
from minima_widgets.panels.header import HeaderBar
from minima_widgets.panels.race_panel import RacePanel
from minima_widgets.panels.status import StatusLine
from minima_widgets.panels.timeline import TimelineBar
from minima_widgets.panels.toast import Toast
from minima_widgets.panels.try_next import SentenceLabel, TryNext
from minima_widgets.panels.workspace import Workspace
from minima_widgets.profile_view import ProfileView
from minima_widgets.surface_view import SurfaceView
from minima_widgets.theme import Theme
from minima_widgets.trace_view import TraceView

HEADER = (
    ("undo", "icon"),
    ("redo", "icon"),
    ("", ""),
    ("throw", "both"),
    ("save-picture", "both"),
    ("views-only", "icon"),
    ("theme", "icon"),
    ("menu", "icon"),
)
"""What stands in the header, and whether with words or as an icon; an empty name is a gap."""

INVITATION = "Click anywhere to start from there."


class Deck(QWidget):
    """Everything that the window holds, made once and themed together."""

    def __init__(self, theme: Theme, actions: dict[str, QAction]) -> None:
        super().__init__()
        self.theme = theme
        dress(theme)
        self.header = HeaderBar(theme)
        for name, show in HEADER:
            if name:
                self.header.add_action(actions[name], show=show)
            else:
                self.header.add_gap()
        self.map = MapView(theme)
        self.profile = ProfileView(theme)
        self.surface = SurfaceView(theme)
        self.trace = TraceView(theme)
        self.race = RacePanel(theme)
        self.border = BorderChoice(theme)
        self.try_next = TryNext(theme)
        self.race.set_footer(self.border)
        self.race.set_footer(self.try_next)
        self.timeline = TimelineBar(theme)
        self.status = StatusLine(theme)
        self.sentence = SentenceLabel(theme, INVITATION)
        self.plane = QStackedWidget()
        self.plane.addWidget(self.map)
        self.plane.addWidget(self.profile)
        self.workspace = Workspace(theme)
        self.workspace.add_view("map", "Map", self.plane, icon="map", header=self.sentence, weight=1.1)
        self.workspace.add_view("surface", "Surface", self.surface, icon="surface")
        self.workspace.add_panel("trace", "Trace", self.trace, "bottom", icon="trace")
        self.workspace.add_panel("race", "Race", self.race, "right", icon="settings")
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
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.map.setFocus()

    def fit_to(self, exploration: Exploration) -> None:
        """Shows the views that this experiment has: a profile for one variable, map and surface for two."""
        flat = exploration.place.dimension == 1
        self.plane.setCurrentWidget(self.profile if flat else self.map)
        self.workspace.set_present("surface", not flat)
        self.border.set_border(exploration.border)

    @property
    def views(self) -> tuple[MapView | ProfileView | SurfaceView, ...]:
        """The views on which one points and clicks."""
        return (self.map, self.profile, self.surface)

    @property
    def plane_view(self) -> MapView | ProfileView:
        """The map, or the profile where there is one variable."""
        current = self.plane.currentWidget()
        assert isinstance(current, MapView | ProfileView)
        return current

    def set_theme(self, theme: Theme) -> None:
        """Gives everything its colours and sizes."""
        self.theme = theme
        dress(theme)
        for part in (
            self.header,
            self.map,
            self.profile,
            self.surface,
            self.trace,
            self.race,
            self.border,
            self.try_next,
            self.timeline,
            self.status,
            self.sentence,
            self.workspace,
            self.toast,
        ):
            part.set_theme(theme)


def dress(theme: Theme) -> None:
    """Gives the whole application the theme's palette, type and style sheet."""
    application = QApplication.instance()
    if isinstance(application, QApplication):
        application.setPalette(theme.palette())
        application.setFont(theme.font())
        application.setStyleSheet(theme.stylesheet())
