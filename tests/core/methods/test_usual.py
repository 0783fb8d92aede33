"""The table of usual settings: for exactly the landscapes it was made on, and for methods as they are."""

from __future__ import annotations

import tomllib

import pytest

import minima_core as mc
import minima_resources
from minima_core.methods import AUTO
from minima_core.methods.usual import identity, tabled, untabled

TABLE = tomllib.loads(minima_resources.text("defaults.toml"))


@pytest.mark.parametrize("name", TABLE)
def test_every_table_belongs_to_a_landscape_as_it_is_now(name: str) -> None:
    land = mc.landscape(name)
    assert TABLE[name]["of"] == identity(land)
    for method, settings in TABLE[name].items():
        if method != "of":
            declared = mc.describe(method).by_name
            assert all(declared[each].default is AUTO for each in settings)
            assert mc.method(method, **settings).settings == settings


def test_the_table_is_what_methods_begin_with() -> None:
    land = mc.landscape("himmelblau")
    wanted = TABLE["himmelblau"]["rmsprop"]
    assert mc.method("rmsprop").resolved(land).settings["lr"] == wanted["lr"]
    assert untabled(mc.method("rmsprop"), land).settings["lr"] != wanted["lr"]


def test_a_landscape_with_other_numbers_is_another_one() -> None:
    land = mc.landscape("rosenbrock")
    assert tabled(mc.method("momentum"), land)
    assert not tabled(mc.method("momentum"), land.with_parameters(b=10.0))
    assert not tabled(mc.method("momentum"), mc.objective(lambda p: p @ p, (-1, -1), (1, 1)))


def test_who_changes_the_method_gets_what_suits_the_change() -> None:
    land = mc.landscape("rosenbrock")
    changed = mc.method("momentum", momentum=0.5)
    assert changed.resolved(land) == untabled(changed, land)
    quiet = mc.method("momentum", weight_decay=0.1)
    assert quiet.resolved(land).settings["lr"] == TABLE["rosenbrock"]["momentum"]["lr"]
