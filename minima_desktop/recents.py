"""Files that were opened or saved lately, and the folder to look in next."""

from __future__ import annotations

from pathlib import Path

from minima_desktop.preferences import Preferences

__all__ = ["Recents"]

RECENT, FOLDER = "session/recent", "session/folder"
MOST_RECENT = 10


class Recents:
    """What is remembered of files, in the preferences."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences

    def files(self) -> tuple[Path, ...]:
        """Files that were opened or saved, the latest first."""
        paths = self._preferences.values(RECENT).get("paths")
        known = paths if isinstance(paths, list) else []
        return tuple(Path(each) for each in known if isinstance(each, str))[:MOST_RECENT]

    def remember(self, path: Path) -> None:
        """Puts a file first among those that were opened lately."""
        others = [each for each in self.files() if each != path]
        self._preferences.keep(RECENT, {"paths": [str(each) for each in (path, *others)][:MOST_RECENT]})
        self._preferences.keep(FOLDER, {"path": str(path.parent)})

    def folder(self) -> str:
        """The folder of the last of them, or the person’s own."""
        folder = self._preferences.values(FOLDER).get("path", "")
        known = isinstance(folder, str) and folder and Path(folder).is_dir()
        return folder if known else str(Path.home())
