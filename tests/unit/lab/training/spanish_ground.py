"""What a Spanish run stands on, small enough for a test: a base, three heads, and a few sentences of each kind."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from epicrisis_lab.training.e5 import read_base, write_base
from epicrisis_lab.training.examples import Example, write_examples
from epicrisis_lab.training.labels import Heads
from epicrisis_lab.training.marks import read_marks
from epicrisis_lab.training.prepare import EXAMPLES, SILVER, TEXTS, write_texts
from epicrisis_lab.training.stages import Ground
from tests.unit.lab.training.small_base import write_file

HEADS = Heads(shipped=("clinical", "cues", "symptoms"), auxiliary=("nubes",))
PROBLEMS = ("fiebre", "tos", "dolor", "edema", "disnea")
ROWS = [
    *(("ABSENT", f"<<Niega|NEG>> [[{problem}|PROBLEM:ABSENT]].") for problem in PROBLEMS),
    *(("PRESENT", f"Presenta [[{problem}|PROBLEM:PRESENT]].") for problem in PROBLEMS),
]


def shown() -> list[Example]:
    """Return the sentences that are annotated, every fifth of them to be scored on."""
    sentences = [
        read_marks(f"s{n}", label, marked, source="es_status", split="train" if n % 5 else "dev")
        for n, (label, marked) in enumerate(ROWS)
    ]
    symptoms = [
        Example(f"c{n}", "spaccc", "train", f"Hoy {problem}.", {"symptoms": [(4, 4 + len(problem), "SINTOMA")]})
        for n, problem in enumerate(PROBLEMS)
    ]
    return [*sentences, *symptoms]


def ground(folder: Path) -> Ground:
    """Write base and prepared texts to ``folder`` and return the ground of a run on them."""
    texts = [example.text for example in shown()] * 40
    write_file(folder / "small.bin")
    write_base(read_base(folder / "small.bin"), texts, folder / "base")
    prepared = folder / "prepared"
    prepared.mkdir()
    write_examples(prepared / EXAMPLES, shown())
    bare = [replace(e, split="silver", tags={}, targets=[], sentence=None) for e in shown()]
    silver = [replace(e, source=f"silver_{source}") for source in ("spaccc", "unlabelled") for e in bare]
    write_examples(prepared / SILVER, silver)
    write_texts(prepared / TEXTS, texts)
    return Ground(folder / "base", folder / "base", HEADS, prepared)
