"""Every act of a person, declared once; menus, header, shortcut sheet and tooltips are made from this."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QKeySequence


@dataclass(frozen=True)
class Act:
    """One declared act.

    `do` names the method of the commands that carries it out (“part.method” for one of a part of theirs);
    `keys` are portable key sequences, the first of which is shown; `icon` is a name in the icons of the
    resources; a `switch` is on or off.
    """

    id: str
    title: str
    tip: str
    do: str
    menu: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    switch: bool = False


# fmt: off
ACTS: tuple[Act, ...] = (
    # Session
    Act("open", "Open…", "Opens a session, or a picture that carries one; both can be dropped here too.",
        "saving.open", "Session", ("Ctrl+O",), "folder"),
    Act("start-list", "Open recent…",
        "Lists what can be opened at once: what is not saved, files opened lately, examples.",
        "start_list.open", "Session", ("Ctrl+Shift+O",), "folder"),
    Act("open-example", "Open an example…", "Opens the gallery at races that show one thing each.",
        "choose_scene", "Session"),
    Act("open-before", "Back to what was open before",
        "Goes on with what was not saved when something else was opened over it.",
        "saving.go_back", "Session", ("Ctrl+Shift+B",), "history"),
    Act("save", "Save", "Saves the session in a file.", "saving.save", "Session", ("Ctrl+S",), "save"),
    Act("save-as", "Save as…", "Saves the session under another name.",
        "saving.save_as", "Session", ("Ctrl+Shift+S",)),
    Act("quit", "Quit", "Closes the window and ends every run; what is not saved is there at the next start.",
        "close", "Session", ("Ctrl+Q",)),
    # Picture
    Act("save-picture", "Save picture…", "Draws what is on screen again at any size and saves it.",
        "save_picture", "Picture", ("Ctrl+P",), "picture"),
    Act("copy-picture", "Copy picture", "Copies the picture of all views to the clipboard.",
        "copy_picture", "Picture", ("Ctrl+C",), "copy"),
    Act("export-data", "Export data…",
        "Saves runs, minima, basins and tables as numbers, or a script of the runs.",
        "exporting.open", "Picture", ("Ctrl+Shift+E",), "save"),
    Act("copy-data", "Copy data", "Copies every row of the runs of the selected line, or of all lines.",
        "exporting.copy_data", "Picture", ("Ctrl+Shift+C",)),
    Act("copy-formula", "Copy formula as LaTeX", "Copies the formula of the landscape as LaTeX.",
        "exporting.copy_formula", "Picture", ("Ctrl+Shift+L",)),
    Act("copy-command", "Copy command line", "Copies the command line that draws this picture.",
        "exporting.copy_command", "Picture", ("Ctrl+Shift+R",)),
    # Explore
    Act("undo", "Undo", "Takes back the last change of the exploration.",
        "undo", "Explore", ("Ctrl+Z",), "undo"),
    Act("redo", "Redo", "Does again what was taken back.",
        "redo", "Explore", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo"),
    Act("landscape", "Choose a landscape…", "Opens the gallery of landscapes.",
        "choose_landscape", "Explore", ("L",), "map"),
    Act("scenes", "Prepared scenes…", "Opens the gallery at races that show one thing each.",
        "choose_scene", "Explore", ("Shift+L",), "map"),
    Act("formula", "Type a formula…", "Opens the line of the formula: as one types, the picture follows.",
        "type_formula", "Explore", ("Ctrl+E", "/")),
    Act("random-landscape", "Throw a landscape", "Makes a random landscape with five minima, with its seed.",
        "throw_landscape", "Explore", ("Shift+T",), "dice"),
    Act("draw", "Draw wells",
        "Lets the mouse place, drag, widen and deepen wells and hills; the same key ends it.",
        "toggle_drawing", "Explore", ("W",), "", True),
    Act("throw", "Throw a start", "Starts the race from a point picked at random, with its seed.",
        "throw_start", "Explore", ("T",), "dice"),
    Act("start-here", "Start at the cursor",
        "Starts all chosen methods at the cursor, in place of the last race.",
        "start_at_cursor", "Explore", ("Return", "Enter"), "target"),
    Act("add-here", "Add a start at the cursor", "Adds a start at the cursor to those there are.",
        "add_at_cursor", "Explore", ("Shift+Return", "Shift+Enter"), "plus"),
    Act("add-method", "Add a method…", "Adds another method to the race.",
        "add_method", "Explore", ("M",), "plus"),
    Act("duplicate", "Duplicate the selected method",
        "Puts the selected method into the race once more, to compare settings.",
        "duplicate_selected", "Explore", ("D",), "duplicate"),
    Act("remove", "Remove the selected method", "Takes the selected method out of the race for good.",
        "remove_selected", "Explore", ("Delete",), "remove"),
    Act("border", "At the border: next choice",
        "What happens at the border of the region: as each method likes, free, clip or reflect.",
        "next_border", "Explore", ("B",), "border-reflect"),
    Act("opening", "Back to the opening", "Sets the opening race up again: two wells, five methods.",
        "open_opening", "Explore", ("Ctrl+Home",)),
    # Understand
    Act("basins", "Basins", "Colours the map by the minimum that each start reaches.",
        "show_basins", "Understand", ("1",), "", True),
    Act("chances", "Chances",
        "Colours the map by how often a random method reaches the global minimum from there.",
        "show_chances", "Understand", ("2",), "", True),
    Act("slope", "Slope", "Colours the map by the length of the gradient.",
        "show_slope", "Understand", ("3",), "", True),
    Act("curvature", "Curvature",
        "Colours the map by the smallest curvature: where it is convex and where it is not.",
        "show_curvature", "Understand", ("4",), "", True),
    Act("density", "Density",
        "Colours the map by exp(−f/T): where annealing at one temperature spends its time.",
        "show_density", "Understand", ("5",), "", True),
    Act("flow", "Flow lines", "Draws the lines along which the gradient leads down.",
        "toggle_flow", "Understand", ("6",), "", True),
    Act("critical", "Saddles and maxima", "Marks saddles and maxima too, with value and curvature.",
        "toggle_critical", "Understand", ("7",), "", True),
    Act("lens", "Lens", "Asks around a minimum within which distance it is the lowest point.",
        "toggle_lens", "Understand", ("8",), "", True),
    Act("flood", "Flood", "Fills the landscape with water up to a level; lakes meet at passes.",
        "toggle_flood", "Understand", ("9",), "", True),
    Act("marbles", "Marbles", "Lets 10 000 starts descend at once.",
        "toggle_marbles", "Understand", ("0",), "", True),
    Act("insides", "Insides",
        "Draws what the selected method has inside: gradient, velocity, trial points, simplex, population.",
        "toggle_insides", "Understand", ("I",), "insides", True),
    Act("tab-race", "Show the race", "Brings the race to the front.", "bring_race", "Understand", ("F2",)),
    Act("tab-landscape", "Show the landscape",
        "Brings the panel of the landscape to the front: parameters, region, changes, drawing.",
        "bring_landscape", "Understand", ("F3",)),
    Act("tab-explore", "Show what can be explored",
        "Brings the panel of exploration to the front: minima, overlays, basins, marbles.",
        "bring_explore", "Understand", ("F4",)),
    Act("tab-study", "Show the study",
        "Brings the panel of studies to the front: how often does it work, from many starts?",
        "studying.bring", "Understand", ("F6",)),
    Act("run-study", "Run the study",
        "Tries the race from many starts: how often each line succeeds, and how sure that is.",
        "studying.run", "Understand", ("Shift+F6",)),
    Act("what-to-try", "What to try",
        "Opens the card of the selected run: why it is where it is, and the cures that fit, each one click.",
        "curing.open", "Understand", ("K",)),
    Act("try-all", "Try the first cures at once",
        "Adds the first three cures of the selected run to the race, side by side.",
        "curing.try_all", "Understand", ("Shift+K",)),
    Act("compare", "Compare two minima",
        "Sets any two minima side by side: value, sharpness, passes, how hard each is to leave.",
        "comparing.bring", "Understand", ("C",)),
    Act("explain-step", "Explain this step",
        "Holds, and tells in words what the selected run did at this step; . and , go on and back.",
        "explain_step", "Understand", ("E",)),
    Act("next-chart", "Next chart",
        "Brings the next tab below the map to the front: trace, step, tree, settings, data, comparison.",
        "next_chart", "Understand", ("F5",)),
    # Present
    Act("present", "Give a talk",
        "Fills the screen with views and verdict in large type; Page Down goes on to the next scene.",
        "presenting.present", "Present", ("P",), "present"),
    Act("talk", "Talk of your own", "Opens or puts away the card of your talk: scenes in order, with notes.",
        "talking.toggle", "Present", ("Shift+P",), "present", True),
    Act("add-scene", "Add this view to the talk", "Adds what you see to your talk, as its next scene.",
        "talking.add", "Present", ("A",), "plus"),
    # Learn
    Act("learn", "Lessons", "Opens or puts away the card of lessons: each takes a few minutes.",
        "teaching.toggle", "Learn", ("F7",), "learn", True),
    Act("claims", "Claims clinic", "Runs what texts for learners say about minima, and shows what comes out.",
        "teaching.toggle_clinic", "Learn", ("Shift+F7",), "", True),
    Act("lesson-on", "Next step of the lesson", "Goes one step on in the lesson that is open.",
        "teaching.on", "Learn", ("PgDown",)),
    Act("lesson-back", "Step back in the lesson", "Goes one step back in the lesson that is open.",
        "teaching.back", "Learn", ("PgUp",)),
    Act("tour", "Tour again", "Shows the cards of the first start again.", "touring.begin", "Learn"),
    # Time
    Act("play", "Play or pause", "Lets the race run, or holds it.",
        "toggle_play", "Time", ("Space",), "play"),
    Act("step", "One step on", "Goes one step on.", "step_on", "Time", (".",), "step-forward"),
    Act("back", "One step back", "Goes one step back.", "step_back", "Time", (",",), "step-back"),
    Act("to-start", "To the start", "Goes to the beginning of the timeline.",
        "go_start", "Time", ("Home",), "go-start"),
    Act("to-end", "To the end", "Goes to the end of the timeline.", "go_end", "Time", ("End",), "go-end"),
    Act("faster", "Faster", "Doubles the speed.", "faster", "Time", ("]",)),
    Act("slower", "Slower", "Halves the speed.", "slower", "Time", ("[",)),
    Act("stop", "Stop", "Holds the race where it is.", "stop", "Time", ("Esc",), "stop"),
    # View
    Act("fit", "Fit", "Shows the whole region again, from the usual side.", "fit", "View", ("F",), "fit"),
    Act("views-only", "Views only", "Shows only the views; the same key brings the panels back.",
        "toggle_views_only", "View", ("V",), "views-only", True),
    Act("full-screen", "Full screen", "Fills the screen.", "toggle_full_screen", "View", ("F11",), "", True),
    Act("theme", "Light or dark", "Changes between the light and the dark theme.",
        "toggle_theme", "View", ("Ctrl+T",), "theme"),
    Act("trace-axis", "Trace against steps or evaluations", "Changes what the trace is drawn against.",
        "toggle_trace_axis", "View", ("X",), "trace"),
    Act("trace-scale", "Trace linear or logarithmic", "Changes the scale of the loss.",
        "toggle_trace_scale", "View", ("Y",)),
    Act("preferences", "Preferences…", "Theme, type size, colours of heights, motion, what is kept; at once.",
        "preferring.open", "View", ("Ctrl+,",), "settings"),
    Act("larger", "Larger type", "Makes all type larger.", "larger_type", "View", ("Ctrl++", "Ctrl+=")),
    Act("smaller", "Smaller type", "Makes all type smaller.", "smaller_type", "View", ("Ctrl+-",)),
    Act("usual-type", "Usual type", "Brings the type back to its usual size.",
        "usual_type", "View", ("Ctrl+0",)),
    Act("reset-layout", "Reset layout", "Puts every panel back where it was at first.",
        "reset_layout", "View", ("Ctrl+Shift+0",), "layout"),
    # Help
    Act("find", "Find anything…", "Finds acts, landscapes, methods, scenes, lessons, claims and words.",
        "palette.open", "Help", ("Ctrl+K",), "search"),
    Act("keys", "Keys", "Shows every key.", "show_keys", "Help", ("F1", "?"), "keyboard"),
    Act("about", "About Minima Desktop", "What this is, its version, and the licences of what it ships.",
        "show_about", "Help", (), "info"),
)
# fmt: on

"""Arrow keys move the cursor (with Shift: faster); the views themselves take them."""

MENUS = ("Session", "Picture", "Explore", "Understand", "Learn", "Present", "Time", "View", "Help")


def key_of(identity: str) -> str:
    """The first key of an act, as it is written on this system; empty where it has none."""
    keys = act(identity).keys
    return QKeySequence(keys[0]).toString(QKeySequence.SequenceFormat.NativeText) if keys else ""


def act(identity: str) -> Act:
    """The declared act with this id."""
    return next(a for a in ACTS if a.id == identity)
