"""MP4 and WebM: through PyAV where it is installed, else through a pipe to the program ffmpeg.

MP4 is H.264 with its index at the front, so that it plays while it loads; WebM is VP9. Colours are those of
BT.709, as players take them for films of this size, one value of colour for two by two pixels.
"""

from __future__ import annotations

import contextlib
import importlib
import subprocess
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minima_desktop.files import FileError

__all__ = ["AvEncoder", "PipeEncoder"]

Pixels = NDArray[np.uint8]

CODECS: dict[str, tuple[str, dict[str, str]]] = {
    ".mp4": ("libx264", {"preset": "veryfast", "crf": "18", "tune": "animation"}),
    ".webm": (
        "libvpx-vp9",
        {"deadline": "realtime", "cpu-used": "8", "row-mt": "1", "crf": "24", "b:v": "0"},
    ),
}
"""The codec of each ending, and how it is set: quality before size, speed before both."""
BT709 = 1


class AvEncoder:
    """Writes pictures with PyAV; see `minima_desktop.export.encoders.Encoder`."""

    def __init__(self, path: Path, ending: str, width: int, height: int, fps: int, title: str = "") -> None:
        av: Any = importlib.import_module("av")  # an extra: there may be none to look types up in
        codec, settings = CODECS[ending]
        options = {"movflags": "+faststart"} if ending == ".mp4" else {}
        self._av = av
        self._file: Any = av.open(str(path), "w", format=ending[1:], options=options)
        if title:
            self._file.metadata["title"] = title
        stream: Any = self._file.add_stream(codec, rate=fps, options=settings)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.time_base = Fraction(1, fps)
        context = stream.codec_context
        context.time_base = Fraction(1, fps)
        context.gop_size = 2 * fps  # a talk jumps into films
        context.color_primaries = context.color_trc = context.colorspace = BT709
        self._stream = stream
        self._tick = 0

    def add(self, pixels: Pixels, times: int = 1) -> None:
        """Show a picture (height, width, 4) for so many frames."""
        frame = self._av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="bgra")
        frame = frame.reformat(format="yuv420p", src_colorspace="ITU709", dst_colorspace="ITU709")
        for _ in range(times):
            frame.pts, frame.time_base = self._tick, self._stream.codec_context.time_base
            self._tick += 1
            self._file.mux(self._stream.encode(frame))

    def finish(self) -> None:
        """Write what the codec still holds, and the index."""
        self._file.mux(self._stream.encode(None))
        self._file.close()

    def abandon(self) -> None:
        """Stop: the file is thrown away."""
        with contextlib.suppress(Exception):  # whatever is wrong with it, nobody will read it
            self._file.close()


class PipeEncoder:
    """Hands pictures to ffmpeg as they are; see `minima_desktop.export.encoders.Encoder`."""

    def __init__(self, path: Path, ending: str, width: int, height: int, fps: int, title: str = "") -> None:
        codec, settings = CODECS[ending]
        given = [word for name, value in settings.items() for word in (f"-{name}", value)]
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  (it lives as long as the program that writes it)
        self._program = subprocess.Popen(
            [
                *("ffmpeg", "-hide_banner", "-loglevel", "error", "-y"),
                *("-f", "rawvideo", "-pix_fmt", "bgr0", "-s", f"{width}x{height}", "-r", str(fps), "-i", "-"),
                *("-vf", "scale=out_color_matrix=bt709", "-pix_fmt", "yuv420p"),
                *("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"),
                *("-c:v", codec, *given, "-g", str(2 * fps)),
                *(("-movflags", "+faststart") if ending == ".mp4" else ()),
                *("-metadata", f"title={title}", "-f", ending[1:], str(path)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self._said,
        )

    def add(self, pixels: Pixels, times: int = 1) -> None:
        """Show a picture (height, width, 4) for so many frames."""
        data = np.ascontiguousarray(pixels).data
        assert self._program.stdin is not None
        try:
            for _ in range(times):
                self._program.stdin.write(data)
        except BrokenPipeError:
            self._program.wait()
            raise FileError(self._why()) from None

    def finish(self) -> None:
        """Let ffmpeg complete the file."""
        assert self._program.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._program.stdin.close()
        status = self._program.wait()
        why = self._why()
        self._said.close()
        if status:
            raise FileError(why)

    def _why(self) -> str:
        self._said.seek(0)
        lines = self._said.read().decode(errors="replace").strip().splitlines()
        return f"ffmpeg could not write the film: {lines[-1] if lines else 'it does not say why'}."

    def abandon(self) -> None:
        """Stop: the file is thrown away."""
        self._program.kill()
        with contextlib.suppress(BrokenPipeError):
            if self._program.stdin is not None:
                self._program.stdin.close()
        self._program.wait()
        self._said.close()
