"""The state of the program as two frozen values, exploration and view: editing, undo, and files."""

from minima_core.document.checks import DocumentError
from minima_core.document.clock import Clock
from minima_core.document.cures import Treatment, add_cures, cure_in, room_for
from minima_core.document.document import VERSION, Document, check, from_json, to_json
from minima_core.document.edits import (
    add_entry,
    add_start,
    change_setting,
    duplicate_entry,
    go_on,
    move_start,
    remove_entry,
    remove_start,
    segment_at,
    throw_start,
    toggle,
    with_border,
    with_clock,
    with_seed,
    with_start,
    with_starts,
    with_steps,
)
from minima_core.document.exploration import (
    STARTS_PER_ENTRY,
    Border,
    Cure,
    Entry,
    Exploration,
    Segment,
    Start,
)
from minima_core.document.history import History
from minima_core.document.insides import Insides
from minima_core.document.insight import Insight, Marbling, Overlay, SettingsChoice
from minima_core.document.moving import (
    with_changes,
    with_drawn,
    with_formula,
    with_parameter,
    with_place,
    with_region,
)
from minima_core.document.opening import opening
from minima_core.document.place import Place, landscape_of, place_of
from minima_core.document.prepared import Prepared, prepared, prepared_scenes
from minima_core.document.staging import Staging, set_up
from minima_core.document.study import StudyChart, StudyChoice
from minima_core.document.view import Layers, View

__all__ = [
    "STARTS_PER_ENTRY",
    "VERSION",
    "Border",
    "Clock",
    "Cure",
    "Document",
    "DocumentError",
    "Entry",
    "Exploration",
    "History",
    "Insides",
    "Insight",
    "Layers",
    "Marbling",
    "Overlay",
    "Place",
    "Prepared",
    "Segment",
    "SettingsChoice",
    "Staging",
    "Start",
    "StudyChart",
    "StudyChoice",
    "Treatment",
    "View",
    "add_cures",
    "add_entry",
    "add_start",
    "change_setting",
    "check",
    "cure_in",
    "duplicate_entry",
    "from_json",
    "go_on",
    "landscape_of",
    "move_start",
    "opening",
    "place_of",
    "prepared",
    "prepared_scenes",
    "remove_entry",
    "remove_start",
    "room_for",
    "segment_at",
    "set_up",
    "throw_start",
    "to_json",
    "toggle",
    "with_border",
    "with_changes",
    "with_clock",
    "with_drawn",
    "with_formula",
    "with_parameter",
    "with_place",
    "with_region",
    "with_seed",
    "with_start",
    "with_starts",
    "with_steps",
]
