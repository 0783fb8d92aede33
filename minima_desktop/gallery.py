"""The gallery of scenes and landscapes: fills the picker and draws the small pictures.

Pictures are drawn when they are first seen, one between two frames, by the painter of all pictures.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, QRectF, QTimer
from PySide6.QtGui import QImage, QPainter

import minima_core as mc
from minima_core.document import Exploration, Layers, View, place_of, prepared, prepared_scenes
from minima_core.landscapes import groups
from minima_core.scene import profile_scene, race_scene, stage_of
from minima_desktop.hub import Hub
from minima_widgets.paint.ground import draw_ground
from minima_widgets.paint.marks import draw_marks
from minima_widgets.paint.plane import Plane
from minima_widgets.paint.profile import draw_curve
from minima_widgets.panels.picker import Item, LandscapePicker
from minima_widgets.theme import Theme

PICTURE_SIZE = (176, 132)
PICTURE_GRID = (112, 84)
SCENE = "scene:"
"""What the names of prepared scenes begin with among those of landscapes."""
SCENES_TITLE = "Prepared scenes"
MOST_MARKED = 36
"""Minima that are marked in a small picture; more would hide it."""


class Gallery(QObject):
    """The picker of the window, made when it is first opened."""

    def __init__(self, hub: Hub, choose: Callable[[str], None]) -> None:
        super().__init__(hub.deck)
        self._hub = hub
        self._choose = choose
        self._picker: LandscapePicker | None = None
        self._waiting: deque[str] = deque()
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._draw_next)

    def open(self, search: str = "") -> None:
        """Shows the gallery below its button, with something to look for."""
        hub = self._hub
        if self._picker is None:
            self._picker = LandscapePicker(hub.deck.theme, hub.deck)
            self._picker.chosen.connect(self._choose)
            self._picker.image_wanted.connect(self._want)
            self._picker.set_items(items(), hub.session.landscape.name)
        self._picker.set_active(hub.session.landscape.name)
        self._picker.open_at(hub.deck.header.picker)
        self._picker.search.setText(search)

    def set_theme(self, theme: Theme) -> None:
        """Gives the picker other colours, and its pictures with them."""
        if self._picker is not None:
            self._picker.set_theme(theme)
            self._picker.forget_images()

    def close(self) -> None:
        """Draws no more."""
        self._timer.stop()
        if self._picker is not None:
            self._picker.close()

    def _want(self, name: str) -> None:
        if name not in self._waiting:
            self._waiting.append(name)
        self._timer.start()

    def _draw_next(self) -> None:
        if not self._waiting or self._picker is None:
            self._timer.stop()
            return
        name = self._waiting.popleft()
        self._picker.set_image(
            name, small_picture(name, self._hub.deck.theme, self._hub.deck.devicePixelRatioF())
        )


def items() -> tuple[Item, ...]:
    """The prepared scenes, then the landscapes of the catalogue, sorted by what they teach."""
    titles = {group.name: group.title for group in groups()}
    lands = [mc.landscape(name) for name in mc.landscape_names()]
    order = list(titles)
    lands.sort(key=lambda land: order.index(land.teaches))
    scenes = (
        Item(name=SCENE + each.name, title=each.title, sentence=each.sentence, group=SCENES_TITLE)
        for each in prepared_scenes()
    )
    return (
        *scenes,
        *(
            Item(
                name=land.name,
                title=land.title,
                sentence=land.sentence,
                group=titles[land.teaches],
                tags=land.tags,
            )
            for land in lands
        ),
    )


def small_picture(name: str, theme: Theme, ratio: float = 1.0) -> QImage:
    """The small picture of a landscape: the chart or the curve, without words."""
    width, height = PICTURE_SIZE
    image = QImage(round(width * ratio), round(height * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(theme.colour("card"))
    place = prepared(name.removeprefix(SCENE)).place() if name.startswith(SCENE) else place_of(name)
    exploration = Exploration(place)
    stage = stage_of(exploration.place.landscape_of(), None, PICTURE_GRID)
    few = len(stage.minima) <= MOST_MARKED
    view = View(layers=Layers(contour_labels=False, labels=False, minima=few))
    painter = QPainter(image)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(0, 0, width, height)
        if exploration.place.dimension == 1:
            curve = profile_scene(exploration, view, stage, {}, 0)
            plane = Plane.on(curve.extent, rect)
            draw_curve(painter, curve, plane, theme)
            draw_marks(painter, curve.marks, plane, theme)
        else:
            race = race_scene(exploration, view, stage, {}, 0)
            draw_ground(painter, rect, race.relief, race.extent, theme)
            draw_marks(painter, race.marks, Plane.on(race.extent, rect), theme)
    finally:
        painter.end()
    return image
