"""The benchmark asks every system the same, says why one is missing, and names its ratios for what they are."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from benchmarks.read_notes import NOTE_LENGTH, System, Worker, notes, report
from benchmarks.systems.lexicon import terms

from epicrisis.domain.documents import Document
from epicrisis.engines.registry import entity_engine

# A worker runs in the folder of the systems, where `worker` lies.
ECHO = """
import sys

sys.path.insert(0, ".")
from worker import serve


def tell(note):
    print(len(note.text), *map(repr, note.sentences), file=sys.stderr)


serve(lambda: (tell, lambda notes: list(map(tell, notes))))
"""


def worker(folder: Path, source: str) -> Worker:
    script = folder / "system.py"
    script.write_text(source, encoding="utf-8")
    return Worker(System("echo", str(script)), sys.executable)


def test_other_systems_look_for_the_terms_our_lexicon_finds() -> None:
    engine = entity_engine("lexicon")
    listed = terms()

    assert len(listed) > 1000
    for term, label in listed:
        assert [(entity.label, len(entity.span)) for entity in engine.extract(Document(id=term, text=term))] == [
            (label, len(term))
        ]


def test_notes_carry_their_sentences() -> None:
    [note] = notes(1)

    assert 0 < len(note["text"]) <= NOTE_LENGTH
    assert len(note["sentences"]) > 10
    assert "".join("".join(note["sentences"]).split()) == "".join(note["text"].split())
    assert len(notes()) > 1


@pytest.mark.parametrize("batched", [False, True])
def test_a_system_is_given_text_and_sentences_and_heard_on_stderr(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], batched: bool
) -> None:
    echo = worker(tmp_path, ECHO)

    seconds = echo.seconds([{"text": "No fever. Cough.", "sentences": ["No fever.", "Cough."]}] * 2, batched=batched)
    echo.stop()

    assert len(seconds) == 2
    assert capfd.readouterr().err == "16 'No fever.' 'Cough.'\n" * 2


def test_a_system_that_cannot_start_says_why(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError, match="echo stopped with exit status 1; it says why above"):
        worker(tmp_path, "raise SystemExit('no terms')")

    assert capfd.readouterr().err == "no terms\n"


def test_ratios_are_named_and_the_conservative_ones_come_first(capsys: pytest.CaptureFixture[str]) -> None:
    singles = {"epicrisis": [[0.1, 0.1]], "medspaCy": [[0.2, 0.2]], "BERT-base pipeline": [[4.0, 6.0]]}
    batches = {"epicrisis": [[0.05]], "medspaCy": [[0.2]], "BERT-base pipeline": [[2.0]]}

    figures = report(singles, batches)

    assert figures["medspaCy"] == pytest.approx(
        {
            "milliseconds_per_note": 200,
            "notes_per_second": 5,
            "times_slower_one_note": 2,
            "times_slower_batched": 4,
        }
    )
    assert capsys.readouterr().out.splitlines()[-3:] == [
        "    50.0x  one note against one note (theirs one sentence a call, as the pipeline comes)",
        "    40.0x  batched against batched (theirs with batch_size 32)",
        "   100.0x  notes per second in batches against the pipeline as it comes",
    ]
    assert list(figures["BERT-base pipeline"])[-3:] == [
        "times_slower_one_note",
        "times_slower_batched",
        "times_slower_as_it_comes",
    ]
