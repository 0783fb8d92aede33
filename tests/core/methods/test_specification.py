"""Specifications: one text form that reads back, resolved defaults, and sentences for whatever is wrong."""

from __future__ import annotations

import pickle

import pytest

import minima_core as mc
from minima_core import AUTO, Specification, SpecificationError

NAMES = (
    "gradient-descent",
    "sgd",
    "momentum",
    "nesterov",
    "adagrad",
    "adadelta",
    "rmsprop",
    "adam",
    "amsgrad",
    "adamw",
    "adamax",
    "nadam",
    "radam",
    "rprop",
    "lion",
    "line-search",
    "newton",
    "bfgs",
    "l-bfgs",
    "conjugate-gradient",
    "trust-region",
    "nelder-mead",
    "pattern-search",
    "random-search",
    "random-restarts",
    "multi-start",
    "deflation",
    "basin-hopping",
    "simulated-annealing",
    "dual-annealing",
    "genetic-algorithm",
    "differential-evolution",
    "particle-swarm",
    "cma-es",
    "evolution-strategy",
    "policy-gradient",
    "bayesian-optimization",
    "ensemble",
    "auto",
)

SAMPLING = {
    "random-search", "simulated-annealing", "dual-annealing", "genetic-algorithm", "differential-evolution",
    "particle-swarm", "cma-es", "evolution-strategy", "policy-gradient", "bayesian-optimization",
}  # fmt: skip


def test_all_methods_of_this_program_are_there():
    assert mc.method_names() == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_method_says_what_it_is(name):
    method = mc.describe(name)
    assert method.name == name
    assert len(method.short.split()) <= 9
    assert method.sentence.endswith(".")
    assert method.reference
    assert method.group in {"usual", "gradient", "second-order", "local", "global"}
    assert method.samples == (name in SAMPLING)
    names = [setting.name for setting in method.settings]
    assert len(set(names)) == len(names)
    for setting in method.settings:
        assert setting.symbol
        assert setting.meaning.endswith(".")
        if setting.scale in {"linear", "log", "integer"}:
            low, high = setting.span
            assert setting.lower <= low < high <= setting.upper
        if setting.default is not AUTO:
            assert setting.checked(name, setting.default) == setting.default


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("land", ["himmelblau", "parabola", "goldstein-price"])
def test_resolved_specifications_read_back_from_their_text(name, land):
    resolved = mc.method(name).resolved(mc.landscape(land))
    assert set(resolved.settings) == {setting.name for setting in mc.describe(name).settings}
    assert Specification.parse(str(resolved)) == resolved
    assert resolved.resolved(mc.landscape(land)) == resolved


def test_the_text_form():
    nested = mc.method("random-restarts", local=mc.method("adam", lr=0.01), steps_per_loop=200)
    assert str(nested) == nested.text == "random-restarts,local=adam(lr=0.01),steps_per_loop=200"
    assert Specification.parse(" random-restarts , local = adam( lr = 1e-2 ), steps_per_loop=200.0") == nested
    assert Specification.parse("random-restarts(local=adam(lr=0.01),steps_per_loop=200)") == nested
    assert str(mc.method("random-restarts", local="adam")) == "random-restarts,local=adam"
    assert str(mc.method("rmsprop", centered=True, lr=1e-8)) == "rmsprop,lr=1e-08,centered=true"
    assert mc.method("sgd,lr=1".split(",", maxsplit=1)[0], lr=1).settings == {"lr": 1.0}


def test_specifications_are_values():
    one, other = mc.method("adam", lr=0.1), Specification.parse("adam,lr=0.1")
    assert one == other
    assert hash(one) == hash(other)
    assert one.replace(lr=0.2) != one
    assert one.replace(lr=AUTO) == mc.method("adam") == mc.method("adam", lr="auto")
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301
    with pytest.raises(AttributeError, match="does not change"):
        one.name = "sgd"
    with pytest.raises(TypeError):
        one.settings["lr"] = 1.0


def test_an_explicit_rate_is_the_textbooks_method():
    land = mc.landscape("beale")
    assert mc.method("gradient-descent").resolved(land).settings["clip_norm"] > 0
    assert mc.method("gradient-descent", lr=0.01).resolved(land).settings["clip_norm"] == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("adma", "did you mean adam"),
        ("", "no method"),
        ("adam,lr", "name=value"),
        ("adam,lr=", "name=value"),
        ("adam,lr=fast", "must be a number"),
        ("adam,lr=nan", "nan"),
        ("adam,lr=-1", "must lie from 0"),
        ("adam,lr=0.1,lr=0.2", "twice"),
        ("adam,learning_rate=0.1", "no setting “learning_rate”"),
        ("adam,momentum=0.9", "no setting"),
        ("adam,beta1=1", "and below 1"),
        ("adam,amsgrad=maybe", "true or false"),
        ("adam,lr=true", "must be a number"),
        ("sgd,nesterov=true", "needs a momentum"),
        ("sgd,nesterov=true,momentum=0.9,dampening=0.1", "dampening of 0"),
        ("rprop,step_size_min=1,step_size_max=0.1", "must not be longer"),
        ("random-restarts,local=random-restarts", "not random restarts themselves"),
        ("random-restarts,local=adma", "did you mean adam"),
        ("random-restarts,steps_per_loop=1.5", "whole number"),
        ("random-restarts,steps_per_loop=0", "must lie from 1"),
        ("random-restarts,local=adam(lr=0.1", "never closes"),
        ("adam)", "never opened"),
        ("simulated-annealing,cooling=magic", "one of geometric, linear, logarithmic"),
        ("simulated-annealing,temperature=-1", "must lie from 0"),
        ("adam," * 2000, "at most 4000"),
        ("random-restarts(local=" * 12 + "adam" + ")" * 12, "nested too deeply|not random restarts"),
    ],
)
def test_whatever_is_wrong_is_one_sentence(text, words):
    with pytest.raises(SpecificationError, match=words) as caught:
        Specification.parse(text)
    assert isinstance(caught.value, ValueError)
    assert "\n" not in str(caught.value)


def test_values_of_the_wrong_kind_are_refused():
    with pytest.raises(SpecificationError, match="must be a number"):
        mc.method("adam", lr=True)
    with pytest.raises(SpecificationError, match="must be a number"):
        mc.method("adam", lr=None)
    with pytest.raises(SpecificationError, match="must be a method"):
        mc.method("random-restarts", local=3)
    with pytest.raises(SpecificationError, match="named by a text"):
        Specification.parse(3)
