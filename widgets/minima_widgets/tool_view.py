"""A plot whose hand has tools (`chart_tools`), and whose axes are edited at their ends (`region_field`)."""

from __future__ import annotations

from typing import Literal, TypeAlias

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from minima_core.scene.marks import Extent, Mark
from minima_widgets.chart_box import ChartBox
from minima_widgets.chart_tools import DrawTool, LensTool
from minima_widgets.panels.controls import keeps_key
from minima_widgets.plot_view import PlotView
from minima_widgets.region_field import RegionField
from minima_widgets.theme import Theme

__all__ = ["ToolName", "ToolView"]

ToolName: TypeAlias = Literal["race", "draw", "lens"]


class ToolView(PlotView):
    """What map and profile share beside their pictures: tools and editable axes."""

    well_placed = Signal(float, float)
    """A well is wanted at this point."""
    well_moved = Signal(int, float, float, bool)
    """The well of this number is moved to a point; true: and let go."""
    well_widened = Signal(int, float, bool)
    """It has this width now, in data units; true: and let go."""
    well_deepened = Signal(int, float, bool)
    """Its depth is multiplied by this since the last such signal; true: the change is whole."""
    well_removed = Signal(int)
    """It is taken away."""
    lens_moved = Signal(float, float, bool)
    """The lens is at this point; true: and let go."""
    lens_sized = Signal(float, bool)
    """It has this radius, in data units; true: and let go."""
    region_edited = Signal(int, float, float)
    """The region of this axis (0: x, 1: y) shall go from one number to another."""

    flat = False
    """Whether there is one variable, and rings are intervals."""
    editable_axes: tuple[int, ...] = (0, 1)
    """The axes whose ends can be edited."""
    box: ChartBox
    _tool: DrawTool | LensTool | None = None  # events come before there is an instance's own

    def __init__(self, theme: Theme, box: ChartBox, parent: QWidget | None = None) -> None:
        super().__init__(theme, box, parent)
        self._cursor: tuple[float, float] | None = None
        self.field = RegionField(self.viewport(), self.region_edited.emit, self.editable_axes, theme)
        """Where the ends of the axes are edited."""
        self.field.closed.connect(self.setFocus)

    # -- tools -------------------------------------------------------------------------------------------

    def set_tool(self, tool: ToolName) -> None:
        """Let the hand start races (``"race"``), draw wells (``"draw"``) or move the lens (``"lens"``)."""
        if tool == self.tool:
            return
        self._tool = None
        if tool == "draw":
            wells = self.well_placed, self.well_moved, self.well_widened, self.well_deepened
            self._tool = DrawTool(self, *wells, self.well_removed)
        elif tool == "lens":
            self._tool = LensTool(self, self.lens_moved, self.lens_sized)
        self.box.tool = self._tool
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.refresh()

    @property
    def tool(self) -> ToolName:
        """What the hand does on a click."""
        if self._tool is None:
            return "race"
        return "draw" if isinstance(self._tool, DrawTool) else "lens"

    @property
    def cursor_point(self) -> tuple[float, float] | None:
        """Where the common cursor of the views stands."""
        return self._cursor

    def marks(self) -> tuple[Mark, ...]:
        """Return the marks of the scene that is shown."""
        raise NotImplementedError

    # -- axes --------------------------------------------------------------------------------------------

    def _region_shown(self) -> Extent | None:
        """Return the region of the landscape that is shown."""
        raise NotImplementedError

    def set_theme(self, theme: Theme) -> None:
        """Change colours and type."""
        super().set_theme(theme)
        self.field.set_theme(theme)

    def edit_region(self, axis: int, end: Literal["low", "high"] = "low") -> None:
        """Open the field at an end of an axis, as a click there does."""
        self.field.open((axis, end))

    def _lay_out(self) -> None:
        super()._lay_out()
        region = self._region_shown()
        if region is not None and self.plane is not None:
            self.field.lay_out(self.plane, region)

    def _take_shape(self, shape: Qt.CursorShape) -> None:
        if shape != self.cursor().shape():
            self.setCursor(shape)

    def mouseMoveEvent(self, ev: QMouseEvent) -> None:
        """Show at the ends of the axes that they can be edited; the box does the rest."""
        super().mouseMoveEvent(ev)
        if not self.box.busy and self.field.hover(ev.position()):
            self._take_shape(Qt.CursorShape.IBeamCursor)
        elif self.cursor().shape() == Qt.CursorShape.IBeamCursor:
            self._take_shape(Qt.CursorShape.ArrowCursor)

    def event(self, ev: QEvent) -> bool:
        """Take the keys of the tool before they become shortcuts of the window."""
        if self._tool is not None and keeps_key(ev, self._tool.keys()):
            return True
        return super().event(ev)

    def leaveEvent(self, ev: QEvent) -> None:
        """Take the chip at an axis away."""
        super().leaveEvent(ev)
        self.field.hover(None)

    def mousePressEvent(self, ev: QMouseEvent) -> None:
        """Open the field at the end of an axis; elsewhere the box does the rest."""
        end = self.field.end_at(ev.position())
        if end is not None and ev.button() == Qt.MouseButton.LeftButton:
            self.field.open(end)
            self._pressed = True
            ev.accept()
            return
        super().mousePressEvent(ev)
