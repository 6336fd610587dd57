"""A sentence in another hand says the same: its marks quote the words they quoted, shortened or not."""

from __future__ import annotations

import random
import re
import tomllib
import unicodedata
from dataclasses import replace
from importlib.resources import files

from hypothesis import given
from hypothesis import strategies as st

from epicrisis_lab.training.augment.notes import abbreviated, varied
from epicrisis_lab.training.examples import Example, Target
from epicrisis_lab.training.marks import read_marks

SHORT: dict[str, list[str]] = tomllib.loads(
    files("epicrisis_lab.training.augment").joinpath("abbreviations.es.toml").read_text(encoding="utf-8")
)["words"]
PARTS = [
    *SHORT,
    *(word.upper() for word in SHORT),
    "Diabetes mellitus tipo",
    "hemoglobinas", "niña", "cigüeña", "sín", "fiebre", "8,2", "mg/dl", "½", "ﬁebre", "Straße", "do\u0301lor",
    "👩\u200d⚕️", "(", ").", ";",
]  # fmt: skip
KNOWN = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, SHORT), key=len, reverse=True))})\b", re.IGNORECASE)
GAPS = [" ", " ", ", ", "\n", "\u00a0"]


@st.composite
def examples(draw: st.DrawFn) -> Example:
    """Draw a sentence of words that can be shortened and words that cannot, marked wherever a word begins or ends."""
    text = ""
    edges = [0]
    for part in draw(st.lists(st.sampled_from(PARTS), min_size=1, max_size=12)):
        text += part
        edges += [len(text), len(text) - len(part.split()[-1])]
        text += draw(st.sampled_from(GAPS))
    spans = st.lists(st.sampled_from(edges), min_size=2, max_size=2, unique=True).map(sorted)
    marked = draw(st.lists(spans, max_size=5)) if len(set(edges)) > 1 else []
    asked = draw(st.lists(spans, max_size=2)) if len(set(edges)) > 1 else []
    tags = {"clinical": [(start, end, "PROBLEM") for start, end in marked], "cues": []}
    targets = [Target(start, end, ("PRESENT",)) for start, end in asked]
    return Example("e", "spaccc_varied", "train", text, tags, targets)


def written_by(text: str, start: int, end: int) -> re.Pattern[str]:
    """Return what may stand where ``text[start:end]`` stood: its words, or what wards make of them."""
    pattern, at = "", start
    for match in KNOWN.finditer(text):
        if start <= match.start() and match.end() <= end:
            choices = [match[0], *SHORT[match[0].lower()]]
            pattern += re.escape(plain(text[at : match.start()]))
            pattern += f"(?:{'|'.join(re.escape(plain(choice)) for choice in choices)})"
            at = match.end()
    return re.compile(pattern + re.escape(plain(text[at:end])))


def plain(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(letter))


@given(example=examples(), seed=st.integers(0, 10_000))
def test_every_mark_quotes_the_words_it_quoted(example: Example, seed: int) -> None:
    other = varied(example, random.Random(seed))

    pairs = list(zip(example.tags["clinical"], other.tags["clinical"], strict=True))
    places = [(old[:2], new[:2]) for old, new in pairs]
    places += [((a.start, a.end), (b.start, b.end)) for a, b in zip(example.targets, other.targets, strict=True)]
    assert [old[2] for old, _ in pairs] == [new[2] for _, new in pairs]
    for (start, end), (now_start, now_end) in places:
        assert 0 <= now_start < now_end <= len(other.text)
        quoted = plain(other.text[now_start:now_end])
        assert written_by(example.text, start, end).fullmatch(quoted), (example.text[start:end], quoted)


@given(example=examples(), seed=st.integers(0, 10_000))
def test_the_same_dice_write_the_same_note_and_leave_the_example_as_it_was(example: Example, seed: int) -> None:
    before = replace(example, tags={head: list(spans) for head, spans in example.tags.items()})

    assert varied(example, random.Random(seed)) == varied(example, random.Random(seed))
    assert example == before


def test_words_are_shortened_inside_a_mark_and_never_across_its_edge() -> None:
    marked = "Paciente con diabetes [[mellitus|PROBLEM:PRESENT]] e [[hipertensión arterial|PROBLEM:PRESENT]]."
    example = read_marks("e", "PRESENT", marked, source="es_status", split="train")

    written = [abbreviated(example, random.Random(seed)) for seed in range(40)]

    quoted = {tuple(e.text[start:end] for start, end, _ in e.tags["clinical"]) for e in written}
    assert quoted == {("mellitus", "hipertensión arterial"), ("mellitus", "HTA")}
    assert any(e.text.startswith("pte c/") for e in written)


def test_a_note_is_written_in_capitals_without_accents_or_behind_a_heading() -> None:
    example = Example("e", "spaccc_varied", "train", "Niña sin alteración.")

    texts = {varied(example, random.Random(seed)).text for seed in range(300)}

    assert {"NIÑA SIN ALTERACIÓN.", "NIÑA SIN ALTERACION.", "Niña sin alteracion.", "niña sin alteración."} <= texts
    assert "- Niña sin alteracion." in texts
    assert not any("nina" in text.lower() for text in texts)
