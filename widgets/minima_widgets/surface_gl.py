"""Draws the relief with OpenGL into a picture off the screen, and says whether OpenGL can be had at all.

The picture is fetched back and painted like any other, because one `QOpenGLWidget` in a window makes Qt
compose the *whole* window with OpenGL: with software OpenGL each repaint of the map beside it then costs 12
ms instead of 0.3 ms (1600×940, measured), and a race with a still camera would pay for the relief in every
frame. Bands and contour lines are made for each pixel from the width of the pixel in bands, so that they are
crisp at any zoom.

It speaks OpenGL 2.1 with GLSL 1.20, which every desktop driver offers.
"""

from __future__ import annotations

import ctypes
import os
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication, QSize, QStandardPaths
from PySide6.QtGui import QGuiApplication, QOffscreenSurface, QOpenGLContext, QSurfaceFormat
from PySide6.QtOpenGL import QOpenGLFramebufferObject, QOpenGLFramebufferObjectFormat

from minima_core.scene.display import Transform
from minima_core.scene.marks import Relief
from minima_widgets.paint.camera import Camera, Lens
from minima_widgets.paint.relief_look import CONTRAST, DARKEST, PALEST, WALL_CONTRAST, Look, light_direction
from minima_widgets.paint.relief_mesh import BASE, Ground
from minima_widgets.paint.relief_raster import Picture

__all__ = ["GlRelief", "NoOpenGlError", "open_gl"]

VERTEX = """#version 120
attribute vec3 place;
attribute vec3 normal;
attribute float band;
uniform mat4 clip;
uniform vec3 towards_light;
uniform vec3 contrast_darkest_palest;
varying float at;
varying float light;
void main() {
    at = band;
    float lit = 1.0 + contrast_darkest_palest.x * (dot(normal, towards_light) - towards_light.z);
    light = clamp(lit, contrast_darkest_palest.y, contrast_darkest_palest.z);
    gl_Position = clip * vec4(place, 1.0);
}
"""

# `colours` has n + 1 columns, one for each band and its lower edge: in row 0 the ground, in row 1 the sides,
# in row 2 the line (with opacity), in row 3 whether that line is a strong one.
FRAGMENT = """#version 120
varying float at;
varying float light;
uniform sampler2D colours;
uniform float count;
uniform float row;
uniform vec2 widths;
vec4 colour(float column, float line) {
    return texture2D(colours, vec2((column + 0.5) / (count + 1.0), (line + 0.5) / 4.0));
}
void main() {
    float foot = clamp(length(vec2(dFdx(at), dFdy(at))), 1e-6, 3.0);
    float edge = clamp(floor(at + 0.5), 0.0, count);
    float away = (at - edge) / foot;
    vec3 below = colour(clamp(edge - 1.0, 0.0, count - 1.0), row).rgb;
    vec3 above = colour(clamp(edge, 0.0, count - 1.0), row).rgb;
    vec3 base = mix(below, above, clamp(away + 0.5, 0.0, 1.0)) * min(light, 1.0);
    base = mix(base, vec3(1.0), max(light - 1.0, 0.0));
    vec4 ink = colour(edge, 2.0);
    float width = mix(widths.x, widths.y, colour(edge, 3.0).r);
    float cover = clamp(0.5 * width + 0.5 - abs(away), 0.0, 1.0) * clamp(0.55 / foot / width - 0.6, 0.0, 1.0);
    gl_FragColor = vec4(mix(base, ink.rgb, ink.a * cover * (1.0 - row)), 1.0);
}
"""


class NoOpenGlError(RuntimeError):
    """OpenGL cannot be had; the sentence says why."""


def open_gl(samples: int = 4) -> GlRelief:
    """Return a renderer whose first picture has been drawn and looked at.

    A driver that takes the whole program down does so once: while it is tried, a note lies in the cache
    folder, and a program that finds the note of one that died draws in software.

    Raises
    ------
    NoOpenGlError
        When it is missing, or does not draw what it should.
    """
    note = _Note()
    if note.left_by_the_dead():
        raise NoOpenGlError(
            "OpenGL took the program down the last time, so the surface is drawn in software."
        )
    note.write()
    try:
        relief = GlRelief(samples)
        try:
            relief.try_out()
        except NoOpenGlError:
            relief.close()
            raise
    finally:
        note.remove()
    return relief


class _Note:
    """A file that says which process is trying OpenGL out at this moment."""

    def __init__(self) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericCacheLocation)
        self.path = Path(folder) / "minima-desktop" / "opengl-trial" if folder else None

    def left_by_the_dead(self) -> bool:
        """Whether a process that no longer lives has left the note; one try is given again after that."""
        if self.path is None:
            return False
        try:
            process = int(self.path.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return False
        if process == QCoreApplication.applicationPid() or _lives(process):
            return False
        self.remove()
        return True

    def write(self) -> None:
        if self.path is None:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_text(str(QCoreApplication.applicationPid()), encoding="ascii")
        except OSError:
            self.path = None  # a read-only home: then without the note

    def remove(self) -> None:
        if self.path is not None:
            self.path.unlink(missing_ok=True)


def _lives(process: int) -> bool:
    """Whether a process of this number runs; where that cannot be asked harmlessly, it is taken for alive."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class GlRelief:
    """A relief in the memory of the graphics card, drawn into pictures of any size.

    Parameters
    ----------
    samples
        Samples a pixel of a `fine` picture, for smooth outlines.
    """

    def __init__(self, samples: int = 4) -> None:
        self._samples = samples
        self._context = QOpenGLContext()
        self._surface = QOffscreenSurface()
        self._targets: dict[tuple[int, int, int], QOpenGLFramebufferObject] = {}
        self._shown: tuple[Ground, Look] | None = None
        self._counts: tuple[int, int] = (0, 0)
        if QGuiApplication.platformName().startswith("wayland"):
            os.environ.setdefault("PYOPENGL_PLATFORM", "egl")
        format_ = QSurfaceFormat()
        format_.setRenderableType(QSurfaceFormat.RenderableType.OpenGL)
        format_.setVersion(2, 1)
        self._context.setFormat(format_)
        if not self._context.create():
            raise NoOpenGlError("There is no OpenGL here.")
        self._surface.setFormat(self._context.format())
        self._surface.create()
        if not self._surface.isValid() or not self._context.makeCurrent(self._surface):
            raise NoOpenGlError("OpenGL cannot draw off the screen here.")
        if self._context.isOpenGLES() or self._context.format().version() < (2, 1):
            raise NoOpenGlError("The OpenGL here is too old.")
        try:
            self._prepare()
        finally:
            self._context.doneCurrent()

    @property
    def name(self) -> str:
        """What draws: the driver's own name for itself."""
        return self._name

    def _prepare(self) -> None:
        """Compile the shaders and make the buffers."""
        try:
            from OpenGL import GL
        except ImportError as error:
            raise NoOpenGlError(f"OpenGL’s library is missing: {error}.") from error
        self._gl: Any = GL
        self._name = bytes(GL.glGetString(GL.GL_RENDERER) or b"unknown").decode(errors="replace")
        self._program = GL.glCreateProgram()
        for kind, source in ((GL.GL_VERTEX_SHADER, VERTEX), (GL.GL_FRAGMENT_SHADER, FRAGMENT)):
            shader = GL.glCreateShader(kind)
            GL.glShaderSource(shader, source)
            GL.glCompileShader(shader)
            if not GL.glGetShaderiv(shader, GL.GL_COMPILE_STATUS):
                raise NoOpenGlError(f"The driver refuses a shader: {GL.glGetShaderInfoLog(shader)!r}")
            GL.glAttachShader(self._program, shader)
            GL.glDeleteShader(shader)
        for place, attribute in enumerate(("place", "normal", "band")):
            GL.glBindAttribLocation(self._program, place, attribute)
        GL.glLinkProgram(self._program)
        if not GL.glGetProgramiv(self._program, GL.GL_LINK_STATUS):
            raise NoOpenGlError(f"The driver refuses the shaders: {GL.glGetProgramInfoLog(self._program)!r}")
        self._uniform = {
            name: GL.glGetUniformLocation(self._program, name)
            for name in ("clip towards_light contrast_darkest_palest colours count row widths".split())
        }
        self._corners, self._numbers = (int(number) for number in GL.glGenBuffers(2))
        self._texture = int(GL.glGenTextures(1))

    # -- drawing ---------------------------------------------------------------------------------------------

    def draw(
        self, ground: Ground, look: Look, lens: Lens, width: int, height: int, unit: float, *, fine: bool
    ) -> Picture:
        """Draw the ground as `lens` sees it; `fine` smooths the outlines (see `draw_relief` for the rest)."""
        if not self._context.makeCurrent(self._surface):
            raise NoOpenGlError("OpenGL went away.")
        try:
            return self._draw(ground, look, lens, width, height, unit, self._samples if fine else 0)
        finally:
            self._context.doneCurrent()

    def _draw(
        self, ground: Ground, look: Look, lens: Lens, width: int, height: int, unit: float, samples: int
    ) -> Picture:
        GL = self._gl
        plain = self._target(width, height, 0)
        target = self._target(width, height, samples) if samples else plain
        target.bind()
        GL.glViewport(0, 0, width, height)
        GL.glDisable(GL.GL_BLEND)
        GL.glEnable(GL.GL_DEPTH_TEST)
        GL.glDepthFunc(GL.GL_LESS)
        GL.glClearColor(0.0, 0.0, 0.0, 0.0)
        GL.glClear(GL.GL_COLOR_BUFFER_BIT | GL.GL_DEPTH_BUFFER_BIT)
        GL.glUseProgram(self._program)
        GL.glBindBuffer(GL.GL_ARRAY_BUFFER, self._corners)
        GL.glBindBuffer(GL.GL_ELEMENT_ARRAY_BUFFER, self._numbers)
        GL.glActiveTexture(GL.GL_TEXTURE0)
        GL.glBindTexture(GL.GL_TEXTURE_2D, self._texture)
        if self._shown is None or self._shown[0] is not ground or self._shown[1] is not look:
            self._upload(ground, look)
            self._shown = ground, look
        for place, (size, offset) in enumerate(((3, 0), (3, 12), (1, 24))):
            GL.glEnableVertexAttribArray(place)
            GL.glVertexAttribPointer(place, size, GL.GL_FLOAT, False, 28, ctypes.c_void_p(offset))
        uniform = self._uniform
        n = len(look.ground)
        GL.glUniformMatrix4fv(uniform["clip"], 1, True, lens.matrix(width, height).astype(np.float32))
        GL.glUniform3f(uniform["towards_light"], *light_direction(lens))
        GL.glUniform3f(uniform["contrast_darkest_palest"], CONTRAST, DARKEST, PALEST)
        GL.glUniform1i(uniform["colours"], 0)
        GL.glUniform1f(uniform["count"], float(n))
        widths = look.line[:, 4]
        drawn = widths[widths > 0]
        GL.glUniform2f(uniform["widths"], drawn.min(initial=8.0) * unit, drawn.max(initial=1.0) * unit)
        ground_count, wall_count = self._counts
        GL.glUniform1f(uniform["row"], 0.0)
        GL.glDrawElements(GL.GL_TRIANGLES, ground_count, GL.GL_UNSIGNED_INT, None)
        GL.glUniform1f(uniform["row"], 1.0)
        GL.glUniform3f(uniform["contrast_darkest_palest"], WALL_CONTRAST, DARKEST, PALEST)
        GL.glDrawElements(GL.GL_TRIANGLES, wall_count, GL.GL_UNSIGNED_INT, ctypes.c_void_p(4 * ground_count))
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
        return Picture(np.ascontiguousarray(pixels[::-1]), Lens.inverse_depth(depth)[::-1])

    def _upload(self, ground: Ground, look: Look) -> None:
        """Hand the mesh and the colours to the card."""
        GL = self._gl
        corners, triangles, sides = mesh_of(ground, look)
        GL.glBufferData(GL.GL_ARRAY_BUFFER, corners.nbytes, corners, GL.GL_STATIC_DRAW)
        numbers = np.concatenate([triangles.ravel(), sides.ravel()]).astype(np.uint32)
        GL.glBufferData(GL.GL_ELEMENT_ARRAY_BUFFER, numbers.nbytes, numbers, GL.GL_STATIC_DRAW)
        self._counts = triangles.size, sides.size
        n = len(look.ground)
        colours = np.zeros((4, n + 1, 4), np.float32)
        colours[0, :n, :3], colours[1, :n, :3] = look.ground, look.wall
        colours[2, :, :3], colours[2, :, 3] = look.line[:, :3], look.line[:, 3] * 255
        widths = look.line[:, 4]
        colours[3, :, 0] = 255 * (widths > 1.001 * widths[widths > 0].min(initial=np.inf))
        colours = np.ascontiguousarray(np.rint(colours).astype(np.uint8))
        GL.glPixelStorei(GL.GL_UNPACK_ALIGNMENT, 1)
        GL.glTexImage2D(
            GL.GL_TEXTURE_2D, 0, GL.GL_RGBA8, n + 1, 4, 0, GL.GL_RGBA, GL.GL_UNSIGNED_BYTE, colours
        )
        for setting, value in (
            (GL.GL_TEXTURE_MIN_FILTER, GL.GL_NEAREST),
            (GL.GL_TEXTURE_MAG_FILTER, GL.GL_NEAREST),
            (GL.GL_TEXTURE_WRAP_S, GL.GL_CLAMP_TO_EDGE),
            (GL.GL_TEXTURE_WRAP_T, GL.GL_CLAMP_TO_EDGE),
        ):
            GL.glTexParameteri(GL.GL_TEXTURE_2D, setting, value)

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

    def try_out(self) -> None:
        """Draw a small slope and look at it.

        Raises
        ------
        NoOpenGlError
            When what came back is not what was drawn.
        """
        slope = np.tile(np.linspace(0, 1, 9, dtype=np.float32), (9, 1))
        ground = Ground(
            Relief(
                key="trial",
                revision=0,
                heights=slope,
                values=slope,
                extent=(0.0, 1.0, 0.0, 1.0),
                bands=(0.0, 0.5, 1.0),
                levels=(0.5,),
                display=Transform("linear", 0.0, 1.0),
            ),
            (0.0, 1.0, 0.0, 1.0),
            8,
        )
        red_blue = np.array([[255, 0, 0], [0, 0, 255]], np.float32)
        look = Look(np.array([0.0, 0.5, 1.0]), red_blue, red_blue, np.zeros((3, 5), np.float32))
        lens = Camera(-90.0, 80.0).lens((0, 0, 64, 64), ground.body())
        try:
            picture = self.draw(ground, look, lens, 64, 64, 1.0, fine=True)
        except NoOpenGlError:
            raise
        except Exception as error:  # whatever PyOpenGL makes of a driver's complaint
            raise NoOpenGlError(f"The driver cannot draw the surface: {error}") from error
        (blue, _, red, _), (more_blue, _, less_red, _) = picture.pixels[32, 20], picture.pixels[32, 44]
        nearer_than_nothing = (picture.nearness[32, 20:44] > 0.25).all()
        if not (red > 100 > blue and more_blue > 100 > less_red and nearer_than_nothing):
            raise NoOpenGlError("The driver draws the surface wrongly.")

    def close(self) -> None:
        """Give everything back; nothing can be drawn afterwards."""
        if self._context.isValid() and self._surface.isValid() and self._context.makeCurrent(self._surface):
            self._targets.clear()
            if hasattr(self, "_texture"):
                self._gl.glDeleteBuffers(2, [self._corners, self._numbers])
                self._gl.glDeleteTextures([self._texture])
                self._gl.glDeleteProgram(self._program)
            self._context.doneCurrent()
        self._targets.clear()
        self._shown = None
        self._surface.destroy()


def mesh_of(ground: Ground, look: Look) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return corners (m, 7: place, normal, band), triangles of the ground (t, 3) and of the sides (s, 3)."""
    parts = [
        np.column_stack(
            [ground.points(), ground.normals().reshape(-1, 3), look.band(ground.unclipped.ravel())]
        )
    ]
    sides = []
    count = len(parts[0])
    lowest = look.band(ground.heights_at(np.array([BASE])))[0]
    for edge, normal in ground.walls():
        m = len(edge)
        foot = edge.copy()
        foot[:, 2] = BASE
        across = np.tile(normal, (m, 1))
        parts += [
            np.column_stack([edge, across, look.band(ground.heights_at(edge[:, 2]))]),
            np.column_stack([foot, across, np.full(m, lowest)]),
        ]
        top = np.arange(count, count + m - 1)
        low = top + m
        sides += [np.stack([top, low, low + 1], axis=-1), np.stack([top, low + 1, top + 1], axis=-1)]
        count += 2 * m
    corners = np.nan_to_num(np.concatenate(parts)).astype(np.float32)
    return corners, ground.triangles(), np.concatenate(sides)
