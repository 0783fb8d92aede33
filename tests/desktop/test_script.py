"""Scripts that make runs again: in a process of their own, their bits compared with those of the window."""

from __future__ import annotations

import subprocess
import sys

import msgspec
import numpy as np
import pytest

from minima_core import document as doc
from minima_core.document import Clock, Document, Exploration, Place, Start, View
from minima_core.landscapes.changes import Changes
from minima_core.landscapes.wells import Drawn, Well
from minima_core.methods import Specification
from minima_desktop.engine import Engine
from minima_desktop.export.script import script_of
from minima_desktop.session import Session

replace = msgspec.structs.replace

BOX = {"lower": (-2.0, -2.0), "upper": (2.0, 2.0)}
SQUARE = Place(
    landscape=None, formula="a x^2 + (x y − 1)² + 0.1sin(3 x)/b", parameters={"a": 0.1, "b": 2.0}, **BOX
)
DRAWN = Place(
    landscape=None,
    formula=None,
    drawn=Drawn((Well(0.5, 0.25, 0.4, 1.0), Well(-1.0, 0.1, 0.3, -0.5)), bowl=0.2, middle=(0.1, 0.0)),
    **BOX,
)
CHANGED = replace(
    doc.place_of("himmelblau"), changes=Changes(l1=0.5, l2=0.1, tilt=(0.3, 0.0), smoothing=0.02)
)
SMALLER = replace(doc.place_of("rastrigin"), lower=(-3.0, -2.5), upper=(2.5, 3.0))


def race(place: Place, *methods: str, starts=((-1.2, 1.1),), **more: object) -> Document:
    """A document of a race."""
    exploration = Exploration(place=place, starts=tuple(Start(each) for each in starts), steps=120)
    for method in methods:
        exploration = doc.add_entry(exploration, Specification.parse(method).text)
    return Document(doc.VERSION, replace(exploration, **more), View())


def changed_on_the_way() -> Document:
    """A line whose settings change mid-run, then its method; another one that goes on with its luck."""
    document = race(SQUARE, "simulated-annealing,temperature=1", "momentum,noise=0.1", seed=7)
    first, second = document.exploration.entries
    later = (
        *second.segments,
        doc.Segment(30, Specification.parse("momentum,lr=0.002,noise=0.3").text),
        doc.Segment(60, Specification.parse("adam,lr=0.02").text),
    )
    treated = replace(second, segments=later, cures=doc.Cure(line=first.id, name="x", lane=first.id))
    hidden = replace(second, id=9, enabled=False)
    return Document(
        doc.VERSION,
        replace(document.exploration, entries=(first, treated, hidden)),
        View(title='A "title"\\n'),
    )


DOCUMENTS = {
    "formula": race(SQUARE, "adam,lr=0.1", "newton"),
    "changed": race(CHANGED, "gradient-descent", "cma-es", starts=((-3.0, 3.0),)),
    "restarts": race(SMALLER, "random-restarts,local=adam(lr=0.05)", "basin-hopping", border="reflect"),
    "annealing": race(doc.place_of("two-wells"), "simulated-annealing", seed=2**40 + 3),
    "starts": race(SQUARE, "nelder-mead", "adam,noise=0.5", starts=((1.0, 1.0), (-1.0, 0.5), (0.0, 0.0))),
    "segments": changed_on_the_way(),
    "learning": race(doc.place_of("linear-regression"), "sgd,batch=4", starts=((0.5, 0.5),)),
    "drawn": race(DRAWN, "rmsprop", "particle-swarm", border="clip"),
    "evaluations": race(SQUARE, "adam", "newton", "nelder-mead", clock=Clock("evaluations", gradient=1.5)),
}


def made_in_the_window(document: Document):
    """The runs as the window’s engine makes them."""
    engine = Engine()
    engine.show(Session(document).tickets())
    engine.aim(document.exploration.steps)
    while engine.turn():
        pass
    assert not [each.failure for each in engine.published.values() if each.failure]
    return {key: each.record for key, each in engine.published.items()}


CHECK = """
import runpy, sys
import numpy as np

held = {}
for path in sys.argv[2:]:
    name = path.rsplit("/", 1)[-1].removesuffix(".py")
    for (line, start), run in runpy.run_path(path)["runs"].items():
        record = run.record
        for what in ("positions", "values", "steps", "evaluations", "gradients", "hessians"):
            held[f"{name}.{line}.{start}.{what}"] = getattr(record, what)
np.savez(sys.argv[1], **held)
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory):
    """What all scripts make, in one process of their own."""
    folder = tmp_path_factory.mktemp("scripts")
    paths = []
    for name, document in DOCUMENTS.items():
        path = folder / f"{name}.py"
        path.write_text(script_of(document).text, encoding="utf-8")
        paths.append(str(path))
    command = [sys.executable, "-c", CHECK, str(folder / "held.npz"), *paths]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return dict(np.load(folder / "held.npz")), done.stdout


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_script_makes_the_same_bits(made, name: str) -> None:
    held, _ = made
    records = made_in_the_window(DOCUMENTS[name])
    told = {key.split(".", 1)[1].rsplit(".", 1)[0] for key in held if key.startswith(f"{name}.")}
    assert told == {f"{line}.{start}" for line, start in records}
    for (line, start), record in records.items():
        assert len(record) > 10
        for what in ("positions", "values", "steps", "evaluations", "gradients", "hessians"):
            script = held[f"{name}.{line}.{start}.{what}"]
            window = np.ascontiguousarray(getattr(record, what))
            if name == "evaluations":  # a run at rest spends nothing: the window may let it stand longer
                assert np.all(record.evaluations[len(script) :] == record.evaluations[len(script) - 1])
                window, script = window[: len(script)], script[: len(window)]
            assert script.tobytes() == window.tobytes(), (line, what)


def test_a_script_prints_a_line_for_each_run(made) -> None:
    _, printed = made
    assert len(printed.splitlines()) == sum(len(each.exploration.runs) for each in DOCUMENTS.values())


def test_the_same_script_twice_and_lines_that_fit() -> None:
    for document in DOCUMENTS.values():
        text = script_of(document).text
        assert text == script_of(document).text
        assert max(map(len, text.splitlines())) <= 120
        compile(text, "script", "exec")


def test_names_from_outside_cannot_become_code() -> None:
    document = race(replace(SQUARE, title='"""\nimport os\n"""'), "adam")
    hostile = Document(
        document.version, document.exploration, replace(document.view, title='x"""\nraise 1\n"""\\')
    )
    for each in (document, hostile):
        held: dict[str, object] = {}
        text = script_of(each).text
        exec(compile(text.split("import minima_core")[0], "script", "exec"), held)  # noqa: S102
        assert "os" not in held
        assert "race, made again" in str(held["__doc__"])


def test_a_race_by_time_says_that_it_goes_by_steps() -> None:
    document = race(SQUARE, "adam", clock=Clock("time"))
    with pytest.raises(ValueError, match="measured in time"):
        script_of(document)
    script = script_of(document, {(0, 0): 17})
    assert "no two machines" in script.limits
    assert script.limits.split(":")[0] in " ".join(script.text.split())
    assert "REACHED = {(0, 0): 17}" in script.text


def test_a_race_with_nobody_in_it_says_so() -> None:
    script = script_of(race(SQUARE))
    assert script.limits.startswith("Nobody is in the race")
    compile(script.text, "script", "exec")
