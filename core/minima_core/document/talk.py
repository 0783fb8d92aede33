"""A talk: scenes in order, each a whole document with a title, a sentence, notes and perhaps a question.

As JSON a talk is a session of the kind “talk”. Each scene holds its document as it would stand in a file of
its own, with its own version: scenes of older programs are brought up to date one by one, and a scene that is
cut out of a talk with an editor is a session.
"""

from __future__ import annotations

import msgspec

from minima_core.document.checks import DocumentError, Value, check_text
from minima_core.document.document import Document
from minima_core.document.envelope import VERSION, check_version, enveloped, opened, sentence_of

__all__ = [
    "KIND",
    "LARGEST_TALK",
    "MOST_SCENES",
    "Talk",
    "TalkScene",
    "added",
    "changed",
    "duplicated",
    "moved",
    "removed",
]

KIND = "talk"
"""What a session file of a talk says that it holds."""
LARGEST_TALK = 16_000_000
"""Bytes of the largest talk that is read; ours have some thousands a scene."""
MOST_SCENES = 200
MOST_TITLE = 300
MOST_NOTES = 20_000

replace = msgspec.structs.replace


class TalkScene(Value, frozen=True, forbid_unknown_fields=True):
    """One scene of a talk: a document, its title, and the sentence that says what is to be seen.

    With a question it begins hidden, with a vote; otherwise it plays at once. Notes are for the speaker.
    """

    document: Document
    title: str
    sentence: str = ""
    question: str = ""
    notes: str = ""

    def __post_init__(self) -> None:
        """Check texts."""
        check_text("title of a scene", self.title, MOST_TITLE)
        if not self.title.strip():
            raise DocumentError("A scene needs a title: say in a few words what it shows.")
        check_text("sentence of a scene", self.sentence, MOST_NOTES)
        check_text("question of a scene", self.question, MOST_TITLE)
        check_text("notes of a scene", self.notes, MOST_NOTES)


class Talk(Value, frozen=True, forbid_unknown_fields=True):
    """Scenes in order, with a title.

    Examples
    --------
    >>> from minima_core.document import opening
    >>> talk = Talk("Traps", (TalkScene(opening(), "Two wells"),))
    >>> Talk.from_json(talk.to_json()) == talk
    True
    """

    title: str = ""
    scenes: tuple[TalkScene, ...] = ()

    def __post_init__(self) -> None:
        """Check the title, and how many scenes there are."""
        check_text("title of a talk", self.title, MOST_TITLE)
        _check_many(len(self.scenes))

    @property
    def without_notes(self) -> Talk:
        """The same talk without what only the speaker reads: as it is handed out."""
        return replace(self, scenes=tuple(replace(scene, notes="") for scene in self.scenes))

    def to_json(self) -> bytes:
        """Return the talk as JSON (UTF-8), the same bytes for the same talk."""
        scenes = tuple(
            _SceneHeld(
                each.title, each.sentence, each.question, each.notes, msgspec.Raw(each.document.to_json())
            )
            for each in self.scenes
        )
        return enveloped(msgspec.json.encode(_TalkHeld(VERSION, self.title, scenes), order="deterministic"))

    @staticmethod
    def from_json(data: bytes | str) -> Talk:
        """Read a talk.

        Raises
        ------
        DocumentError
            With a sentence, when `data` is not a whole and valid talk; of a scene, it says which one.
        """
        try:
            held = msgspec.json.decode(opened(data, KIND, LARGEST_TALK), type=TalkFile)
        except msgspec.ValidationError as error:
            raise DocumentError(sentence_of(str(error))) from None
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise DocumentError("This is not a talk: it is not JSON, or it is cut off.") from None
        except RecursionError:
            raise DocumentError("This is not a talk: it is nested too deeply.") from None
        check_version(held.version)
        _check_many(len(held.scenes))
        return Talk(held.title, tuple(_scene_of(k, each) for k, each in enumerate(held.scenes, 1)))


class _SceneHeld(Value, frozen=True, forbid_unknown_fields=True):
    """A scene as it stands in a file: its document is a session of its own."""

    title: str
    sentence: str = ""
    question: str = ""
    notes: str = ""
    document: msgspec.Raw = msgspec.field(default_factory=lambda: msgspec.Raw(b"null"))


class _TalkHeld(Value, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag=KIND):
    """A talk as it stands in a file, behind the name of the format."""

    version: int
    title: str = ""
    scenes: tuple[_SceneHeld, ...] = ()


class TalkFile(_TalkHeld, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag=KIND):
    """A talk as it is read: with the name of the format, and a schema for editors of text."""

    format: str = ""
    schema: str = msgspec.field(default="", name="$schema")


def _scene_of(number: int, held: _SceneHeld) -> TalkScene:
    """Read one scene; whatever is wrong with it is said with its number."""
    try:
        document = Document.from_json(bytes(held.document))
        return TalkScene(document, held.title, held.sentence, held.question, held.notes)
    except DocumentError as error:
        raise DocumentError(f"Scene {number} of the talk: {error}") from None


def _check_many(count: int) -> None:
    if count > MOST_SCENES:
        raise DocumentError(f"A talk has at most {MOST_SCENES} scenes, not {count}.")


# -- what is made of a talk ----------------------------------------------------------------------------------


def added(talk: Talk, scene: TalkScene, at: int | None = None) -> Talk:
    """Return the talk with a scene more: at a place from 0, or at its end."""
    place = len(talk.scenes) if at is None else min(max(at, 0), len(talk.scenes))
    return replace(talk, scenes=(*talk.scenes[:place], scene, *talk.scenes[place:]))


def removed(talk: Talk, at: int) -> Talk:
    """Return the talk without a scene."""
    return replace(talk, scenes=(*talk.scenes[:at], *talk.scenes[at + 1 :]))


def moved(talk: Talk, at: int, to: int) -> Talk:
    """Return the talk with a scene at another place, which it has when all is done."""
    scenes = list(talk.scenes)
    scenes.insert(min(max(to, 0), len(scenes) - 1), scenes.pop(at))
    return replace(talk, scenes=tuple(scenes))


def changed(talk: Talk, at: int, **fields: object) -> Talk:
    """Return the talk with other texts, or another document, in a scene."""
    scene = replace(talk.scenes[at], **fields)
    return replace(talk, scenes=(*talk.scenes[:at], scene, *talk.scenes[at + 1 :]))


def duplicated(talk: Talk, at: int) -> Talk:
    """Return the talk with a scene twice, one after the other."""
    return added(talk, talk.scenes[at], at + 1)
