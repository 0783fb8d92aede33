"""The relief as a scene of pyqtgraph.opengl that is drawn off the screen, and read back with its depth.

`OffscreenView` is pyqtgraph's own view (`GLViewMixin`) on a surface that no window shows, with the
projection of our `Lens`; in it stand two `ChartItem`s, the ground and the sides of its block. Bands and
contour lines are made for each pixel from the width of the pixel in bands, so that they are crisp at any
zoom.

It speaks OpenGL 2.1 with GLSL 1.20, which every desktop driver offers.
"""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
from numpy.typing import NDArray
from OpenGL import GL
from PySide6.QtCore import QObject, QSize
from PySide6.QtGui import QMatrix4x4, QOffscreenSurface, QOpenGLContext, QSurfaceFormat
from PySide6.QtOpenGL import QOpenGLBuffer, QOpenGLFramebufferObject, QOpenGLFramebufferObjectFormat

# isort: split
# pyqtgraph takes the binding of Qt that it finds imported.
from pyqtgraph.opengl.GLGraphicsItem import GLGraphicsItem
from pyqtgraph.opengl.GLViewWidget import GLViewMixin
from pyqtgraph.opengl.shaders import FragmentShader, ShaderProgram, VertexShader

from minima_widgets.paint.camera import Camera, Lens

__all__ = ["ChartColours", "ChartItem", "NoOpenGlError", "OffscreenView", "chart_program"]

# pyqtgraph's programs load their uniforms as arrays of float.
VERTEX = """#version 120
attribute vec3 a_position;
attribute vec3 a_normal;
attribute float a_band;
uniform mat4 u_mvp;
uniform float towards_light[3];
uniform float contrast_darkest_palest[3];
uniform float half_size[2];
varying float at;
varying float light;
varying vec2 place;
void main() {
    at = a_band;
    place = vec2(0.5 + 0.5 * a_position.x / half_size[0], 0.5 - 0.5 * a_position.y / half_size[1]);
    vec3 towards = vec3(towards_light[0], towards_light[1], towards_light[2]);
    float lit = 1.0 + contrast_darkest_palest[0] * (dot(a_normal, towards) - towards.z);
    light = clamp(lit, contrast_darkest_palest[1], contrast_darkest_palest[2]);
    gl_Position = u_mvp * vec4(a_position, 1.0);
}
"""

# `colours` has n + 1 columns, one for each band and its lower edge: in row 0 the ground, in row 1 the sides,
# in row 2 the line (with opacity), in row 3 whether that line is a strong one. `veil` lies over all of the
# ground, with its first row at the far side.
FRAGMENT = """#version 120
varying float at;
varying float light;
varying vec2 place;
uniform sampler2D colours;
uniform sampler2D veil;
uniform float count;
uniform float row;
uniform float widths[2];
uniform float flat_below;
vec4 colour(float column, float line) {
    return texture2D(colours, vec2((column + 0.5) / (count + 1.0), (line + 0.5) / 4.0));
}
void main() {
    float steep = length(vec2(dFdx(at), dFdy(at)));
    float foot = clamp(steep, flat_below, 3.0);
    float edge = clamp(floor(at + 0.5), 0.0, count);
    float away = (at - edge) / foot;
    vec3 below = colour(clamp(edge - 1.0, 0.0, count - 1.0), row).rgb;
    vec3 above = colour(clamp(edge, 0.0, count - 1.0), row).rgb;
    vec4 over = texture2D(veil, place) * (1.0 - row);
    vec3 flat_ground = mix(below, above, clamp(away + 0.5, 0.0, 1.0)) * (1.0 - over.a) + over.rgb;
    vec3 base = flat_ground * min(light, 1.0);
    base = mix(base, vec3(1.0), max(light - 1.0, 0.0));
    vec4 ink = colour(edge, 2.0);
    float width = mix(widths[0], widths[1], colour(edge, 3.0).r);
    float cover = clamp(0.5 * width + 0.5 - abs(away), 0.0, 1.0) * clamp(0.55 / foot / width - 0.6, 0.0, 1.0);
    float lined = clamp(2.0 * steep / flat_below - 1.0, 0.0, 1.0);
    gl_FragColor = vec4(mix(base, ink.rgb, ink.a * cover * lined * (1.0 - row)), 1.0);
}
"""


class NoOpenGlError(RuntimeError):
    """OpenGL cannot be had; the sentence says why."""


def chart_program() -> ShaderProgram:
    """Return the program that colours by bands; a program belongs to the view it was first used in."""
    return ShaderProgram("minima-chart", [VertexShader(VERTEX), FragmentShader(FRAGMENT)])


class ChartColours:
    """The colours of bands and lines, as a small texture that items share, and the veil over the ground."""

    def __init__(self) -> None:
        self.count = 0
        self._table: NDArray[np.uint8] | None = None
        self._texture: int | None = None
        self._veil: NDArray[np.uint8] | None = np.zeros((1, 1, 4), np.uint8)
        self._veil_texture: int | None = None

    def set_table(self, table: NDArray[np.uint8]) -> None:
        """Take other colours, (4, n + 1, 4) for n bands (see `FRAGMENT`)."""
        self.count = table.shape[1] - 1
        self._table = np.ascontiguousarray(table)

    def set_veil(self, veil: NDArray[np.uint8]) -> None:
        """Take another veil (rows, columns, 4: blue, green, red, opacity, premultiplied); empty: none."""
        self._veil = np.ascontiguousarray(veil) if veil.size else np.zeros((1, 1, 4), np.uint8)

    def bind(self) -> None:
        """Make them the textures that the next item is drawn with."""
        if self._texture is None or self._veil_texture is None:
            self._texture, self._veil_texture = (int(each) for each in GL.glGenTextures(2))
        GL.glPixelStorei(GL.GL_UNPACK_ALIGNMENT, 1)
        _bind(1, self._veil_texture, self._veil, GL.GL_BGRA, GL.GL_LINEAR)
        _bind(0, self._texture, self._table, GL.GL_RGBA, GL.GL_NEAREST)
        self._table = self._veil = None

    def free(self) -> None:
        """Give the textures back."""
        if self._texture is not None and self._veil_texture is not None:
            GL.glDeleteTextures([self._texture, self._veil_texture])
            self._texture = self._veil_texture = None


def _bind(unit: int, texture: int, pixels: NDArray[np.uint8] | None, order: int, between: int) -> None:
    """Bind a texture to a unit, with other pixels (rows, columns, 4) in it if some are given."""
    GL.glActiveTexture(GL.GL_TEXTURE0 + unit)
    GL.glBindTexture(GL.GL_TEXTURE_2D, texture)
    if pixels is None:
        return
    rows, columns, _ = pixels.shape
    GL.glTexImage2D(GL.GL_TEXTURE_2D, 0, GL.GL_RGBA8, columns, rows, 0, order, GL.GL_UNSIGNED_BYTE, pixels)
    for setting, value in (
        (GL.GL_TEXTURE_MIN_FILTER, between),
        (GL.GL_TEXTURE_MAG_FILTER, between),
        (GL.GL_TEXTURE_WRAP_S, GL.GL_CLAMP_TO_EDGE),
        (GL.GL_TEXTURE_WRAP_T, GL.GL_CLAMP_TO_EDGE),
    ):
        GL.glTexParameteri(GL.GL_TEXTURE_2D, setting, value)


class ChartItem(GLGraphicsItem):
    """A body of triangles, coloured by the bands that its corners are counted in.

    Parameters
    ----------
    program, colours
        Shared by the items of a view.
    row
        Which colours: 0 those of the ground, with lines; 1 those of the sides.
    """

    def __init__(self, program: ShaderProgram, colours: ChartColours, row: int) -> None:
        super().__init__()
        self.setGLOptions("opaque")
        self._program, self._colours, self._row = program, colours, row
        self._corners = QOpenGLBuffer(QOpenGLBuffer.Type.VertexBuffer)
        self._numbers = QOpenGLBuffer(QOpenGLBuffer.Type.IndexBuffer)
        self._mesh: tuple[NDArray[np.float32], NDArray[np.uint32]] | None = None
        self._count = 0
        self._uniforms: dict[str, tuple[float, ...]] = {}
        self._places: list[tuple[int, int, ctypes.c_void_p]] = []  # where the program takes what, how, from

    def set_mesh(self, corners: NDArray[np.float32], triangles: NDArray[np.uint32]) -> None:
        """Take other corners (m, 7: place, normal, band) and triangles (t, 3) between them."""
        self._mesh = np.ascontiguousarray(corners, np.float32), np.ascontiguousarray(triangles, np.uint32)
        self.update()

    def set_light(
        self,
        towards: NDArray[np.float64],
        contrast: tuple[float, float, float],
        widths: tuple[float, float],
        flat: float,
        half: tuple[float, float],
    ) -> None:
        """Take another light, widths in pixels of both kinds of lines, bands in a pixel that is flat.

        `half` is half the footprint, over which the veil lies.
        """
        self._uniforms = {
            "towards_light": tuple(towards),
            "contrast_darkest_palest": contrast,
            "widths": widths,
            "flat_below": (flat,),
            "row": (float(self._row),),
            "half_size": half,
        }
        self.update()

    def paint(self) -> None:
        """Draw it; pyqtgraph calls this with the view's context current."""
        self.setupGLState()
        if self._mesh is not None:
            for buffer, data in zip((self._corners, self._numbers), self._mesh, strict=True):
                if not buffer.isCreated():
                    buffer.create()
                buffer.bind()
                buffer.allocate(data.tobytes(), data.nbytes)
                buffer.release()
            self._count = self._mesh[1].size
            self._mesh = None
        program = self._program.program()
        if not self._places:
            self._places = [
                (GL.glGetAttribLocation(program, name), size, ctypes.c_void_p(offset))
                for name, size, offset in (("a_position", 3, 0), ("a_normal", 3, 12), ("a_band", 1, 24))
            ]
        self._colours.bind()
        self._corners.bind()
        for place, size, offset in self._places:
            GL.glVertexAttribPointer(place, size, GL.GL_FLOAT, False, 28, offset)
            GL.glEnableVertexAttribArray(place)
        self._corners.release()
        self._program.uniformData = {"count": (float(self._colours.count),), **self._uniforms}
        with self._program:
            clip = np.array(self.mvpMatrix().data(), dtype=np.float32)
            GL.glUniformMatrix4fv(self._program.uniform("u_mvp"), 1, False, clip)
            GL.glUniform1i(self._program.uniform("veil"), 1)
            self._numbers.bind()
            GL.glDrawElements(GL.GL_TRIANGLES, self._count, GL.GL_UNSIGNED_INT, None)
            self._numbers.release()
        for place, _, _ in self._places:
            GL.glDisableVertexAttribArray(place)

    def free(self) -> None:
        """Give the buffers back."""
        self._corners.destroy()
        self._numbers.destroy()


class OffscreenView(GLViewMixin, QObject):
    """pyqtgraph's view without a widget: its picture goes into an array.

    Raises
    ------
    NoOpenGlError
        When there is no OpenGL 2.1 that draws off the screen.
    """

    def __init__(self) -> None:
        self._context = QOpenGLContext()
        self._surface = QOffscreenSurface()
        self._targets: dict[tuple[int, int, int], QOpenGLFramebufferObject] = {}
        self._size = QSize(1, 1)
        self._lens: Lens = Camera().lens((0, 0, 1, 1), np.array([[-1.0, -1.0, 0.0], [1.0, 1.0, 1.0]]))
        super().__init__()
        self.setBackgroundColor((0, 0, 0, 0))
        format_ = QSurfaceFormat()
        format_.setRenderableType(QSurfaceFormat.RenderableType.OpenGL)
        format_.setVersion(2, 1)
        self._context.setFormat(format_)
        if not self._context.create():
            raise NoOpenGlError("There is no OpenGL here.")
        self._surface.setFormat(self._context.format())
        self._surface.create()
        if not self._surface.isValid() or not self.makeCurrent():
            raise NoOpenGlError("OpenGL cannot draw off the screen here.")
        try:
            if self._context.isOpenGLES() or self._context.format().version() < (2, 1):
                raise NoOpenGlError("The OpenGL here is too old.")
            self.renderer = bytes(GL.glGetString(GL.GL_RENDERER) or b"unknown").decode(errors="replace")
            self.initializeGL()
        finally:
            self.doneCurrent()

    # -- what pyqtgraph asks of the widget that a view usually is --------------------------------------------

    def width(self) -> int:
        """Return the width of the picture, pixels."""
        return self._size.width()

    def height(self) -> int:
        """Return the height of the picture, pixels."""
        return self._size.height()

    def devicePixelRatioF(self) -> float:
        """Return 1: sizes are given in pixels."""
        return 1.0

    def isValid(self) -> bool:
        """Whether there is OpenGL."""
        return bool(self._context.isValid())

    def context(self) -> QOpenGLContext:
        """Return what is drawn with."""
        return self._context

    def makeCurrent(self) -> bool:
        """Let the following calls of OpenGL go here; false when it went away."""
        return self._context.makeCurrent(self._surface)

    def doneCurrent(self) -> None:
        """Let no calls go here any more."""
        self._context.doneCurrent()

    def update(self) -> None:
        """Do nothing: whoever wants a picture calls `render`."""

    def projectionMatrix(self, region: tuple[int, ...], viewport: tuple[int, ...]) -> QMatrix4x4:
        """Return the projection of the lens."""
        return _matrix(self._lens.projection_matrix(viewport[2], viewport[3]))

    def viewMatrix(self) -> QMatrix4x4:
        """Return the way into the eye's frame."""
        return _matrix(self._lens.view_matrix())

    def drawItemTree(self, item: GLGraphicsItem | None = None, useItemNames: bool = False) -> None:
        """Draw the items in their order; what goes wrong is raised (pyqtgraph would print and go on)."""
        for one in sorted(self.items, key=GLGraphicsItem.depthValue):
            if one.visible():
                one.paint()

    # -- pictures --------------------------------------------------------------------------------------------

    def render(
        self, lens: Lens, width: int, height: int, samples: int
    ) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """Draw what `lens` sees, `samples` a pixel (0: plainly).

        Returns
        -------
        (height, width, 4) uint8, (height, width) float32
            Blue, green, red, opacity; depth 0 to 1. The first row is the lowest.

        Raises
        ------
        NoOpenGlError
            When the driver gives up.
        """
        if not self.makeCurrent():
            raise NoOpenGlError("OpenGL went away.")
        try:
            return self._render(lens, width, height, samples)
        except GL.GLError as error:
            raise NoOpenGlError(f"The driver cannot draw the surface: {error}") from error
        finally:
            self.doneCurrent()

    def _render(self, lens: Lens, width: int, height: int, samples: int) -> tuple[Any, Any]:
        self._lens, self._size = lens, QSize(width, height)
        plain = self._target(width, height, 0)
        target = self._target(width, height, samples) if samples else plain
        target.bind()
        GL.glViewport(0, 0, width, height)
        self.paintGL()
        if samples:
            both = GL.GL_COLOR_BUFFER_BIT | GL.GL_DEPTH_BUFFER_BIT
            QOpenGLFramebufferObject.blitFramebuffer(plain, target, int(both))
            plain.bind()
        pixels = np.empty((height, width, 4), np.uint8)
        depth = np.empty((height, width), np.float32)
        GL.glPixelStorei(GL.GL_PACK_ALIGNMENT, 4)
        GL.glReadPixels(0, 0, width, height, GL.GL_BGRA, GL.GL_UNSIGNED_BYTE, array=pixels)
        GL.glReadPixels(0, 0, width, height, GL.GL_DEPTH_COMPONENT, GL.GL_FLOAT, array=depth)
        plain.release()
        return pixels, depth

    def _target(self, width: int, height: int, samples: int) -> QOpenGLFramebufferObject:
        """Return a frame buffer of this size; those of other sizes are given back."""
        key = width, height, samples
        if key not in self._targets:
            for other in [other for other in self._targets if other[:2] != (width, height)]:
                del self._targets[other]
            format_ = QOpenGLFramebufferObjectFormat()
            format_.setSamples(samples)
            format_.setAttachment(QOpenGLFramebufferObject.Attachment.CombinedDepthStencil)
            made = QOpenGLFramebufferObject(QSize(width, height), format_)
            if not made.isValid():
                raise NoOpenGlError(f"The driver makes no picture of {width} × {height} pixels.")
            self._targets[key] = made
        return self._targets[key]

    def free(self) -> None:
        """Give the frame buffers and the surface back; the context must be current, or gone."""
        self.clear()
        self._targets.clear()
        self.doneCurrent()
        self._surface.destroy()


def _matrix(rows: NDArray[np.float64]) -> QMatrix4x4:
    return QMatrix4x4(*rows.ravel().tolist())
