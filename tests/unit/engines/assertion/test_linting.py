from __future__ import annotations

import copy
import tomllib
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest

from epicrisis.engines.assertion.linting import expand, lint
from epicrisis.errors import InvalidWordList

SHARES = {"PRESENT": 0.1, "ABSENT": 0.9, "POSSIBLE": 0.0, "CONDITIONAL": 0.0, "HYPOTHETICAL": 0.0, "NORMAL": 0.0}
SOUND: dict[str, Any] = {
    "head": "last",
    "sources": {"classes": "own", "hints": "own", "suffixes": "own", "odds": "own"},
    "classes": {"degree": ["acute", "definite"]},
    "hints": {"tests": ["lung", "lungs"]},
    "suffixes": {"procedures": ["ectomy", "otomy"]},
    "odds": {"negation/ABSENT": SHARES},
    "groups": [
        {
            "name": "negation",
            "role": "cue",
            "kind": "NEG",
            "direction": "forward",
            "reach": 5,
            "source": "own",
            "phrases": ["no", "no {degree}? sign of"],
        },
        {"name": "stops", "role": "stop", "stops": ["NEG"], "source": "own", "phrases": ["but"]},
    ],
}


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_shipped_list_keeps_the_rules(language: str) -> None:
    shipped = files("epicrisis.engines.assertion") / "cues" / f"{language}.toml"

    lint(tomllib.loads(shipped.read_text(encoding="utf-8")))


def test_a_sound_list_passes() -> None:
    lint(SOUND)


def broken(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    tables = copy.deepcopy(SOUND)
    change(tables)
    return tables


SLIPS: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "no head": (lambda t: t.pop("head"), "'head'"),
    "unknown head": (lambda t: t.update(head="middle"), "'middle'"),
    "table missing": (lambda t: t.pop("hints"), "'hints'"),
    "source of a table missing": (lambda t: t["sources"].pop("odds"), "sources.odds"),
    "class not sorted": (lambda t: t["classes"]["degree"].reverse(), "'acute'"),
    "hint twice": (lambda t: t["hints"]["tests"].append("lungs"), "'lungs'"),
    "hint in capitals": (lambda t: t["hints"]["tests"].append("MRI"), "'MRI'"),
    "phrase twice": (lambda t: t["groups"][1]["phrases"].append("but"), "'but'"),
    "phrases not sorted": (lambda t: t["groups"][0]["phrases"].insert(0, "not"), "'no'"),
    "no phrases": (lambda t: t["groups"][1]["phrases"].clear(), "stops"),
    "two blanks": (lambda t: t["groups"][0]["phrases"].append("without  any"), "'without  any'"),
    "unknown class": (lambda t: t["groups"][0]["phrases"].append("without {grade}"), "{grade}"),
    "unknown shape": (lambda t: t["groups"][0]["phrases"].append("without <date>"), "<date>"),
    "nothing but context": (lambda t: t["groups"][1]["phrases"].append("[however]"), r"'\[however\]'"),
    "phrase in two groups of a kind": (
        lambda t: t["groups"].append({**t["groups"][0], "name": "second", "phrases": ["no"]}),
        "'no' already stands in 'negation'",
    ),
    "name twice": (lambda t: t["groups"].append(t["groups"][1]), "'stops'"),
    "source missing": (lambda t: t["groups"][0].pop("source"), "negation"),
    "unknown role": (lambda t: t["groups"][0].update(role="hint"), "'hint'"),
    "unknown kind": (lambda t: t["groups"][0].update(kind="NO"), "'NO'"),
    "unknown direction": (lambda t: t["groups"][0].update(direction="up"), "'up'"),
    "no reach": (lambda t: t["groups"][0].pop("reach"), "negation"),
    "nothing to stop": (lambda t: t["groups"][1].pop("stops"), "stops"),
    "stops what is not there": (lambda t: t["groups"][1].update(stops=["hearsay"]), "'hearsay'"),
    "share missing": (lambda t: t["odds"].update({"a/ABSENT": {"ABSENT": 1.0}}), "a/ABSENT"),
    "shares beyond 1": (lambda t: t["odds"].update({"a/ABSENT": {**SHARES, "NORMAL": 0.1}}), "a/ABSENT"),
    "another status is likelier": (lambda t: t["odds"].update({"a/PRESENT": SHARES}), "a/PRESENT"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_named(slip: str) -> None:
    change, named = SLIPS[slip]

    with pytest.raises(InvalidWordList, match=named):
        lint(broken(change))


@pytest.mark.parametrize(
    ("phrase", "readings"),
    [
        ("no", [(["no"], 0)]),
        ("p . r . n .?", [(["p", ".", "r", ".", "n", "."], 0), (["p", ".", "r", ".", "n"], 0)]),
        ("no {degree}? sign", [(["no", "{degree}", "sign"], 0), (["no", "sign"], 0)]),
        ("mother [has a]", [(["mother", "has", "a"], 2)]),
        (": no <end>", [([":", "no", "<end>"], 0)]),
        ("?", [(["?"], 0)]),
        ("( - )", [(["(", "-", ")"], 0)]),
    ],
)
def test_phrases_are_read_as_they_are_written(phrase: str, readings: list[tuple[list[str], int]]) -> None:
    assert list(expand(phrase)) == readings
