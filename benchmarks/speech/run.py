"""Dictated notes, written down again: word errors, negations lost and invented, and how long it takes.

    python -m benchmarks.speech.run [--model DIR] [--notes 20] [--write docs/reference/performance.md] [--json FILE]

Twenty English and twenty Spanish notes are dictated by espeak-ng; the English ones by a neural voice as well, and a
reader's recordings are written down, where those packages are installed (voices.py names them). `--model` measures a
CTranslate2 folder in place of the model that comes with the extra `speech`.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from benchmarks.machine import CORES, busy, keep_to_two_cores, kept, processor
from benchmarks.page import put
from benchmarks.speech.notes import NOTES, SENTENCES, notes
from benchmarks.speech.scoring import Score
from benchmarks.speech.voices import Dictation, dictations, recordings

from epicrisis.engines.media_contracts import SAMPLE_RATE
from epicrisis.engines.speech.whisper import WhisperEngine, load
from epicrisis.formats.audio.decoding import decode
from epicrisis_lab.corpora.catalogue import data_root

# What issue 6 asks for, of the time a recording plays.
MOST_OF_REAL_TIME = 0.5

Scores = Mapping[tuple[str, str], Score]


def main() -> None:
    """Measure, print, and write the page where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--notes", type=int, default=NOTES, help="how many of the twenty notes of each language")
    parser.add_argument("--model", type=Path, help="the folder of a CTranslate2 model")
    parser.add_argument("--show", action="store_true", help="print what was said and what was written")
    parser.add_argument("--write", type=Path, help="a Markdown page that gets the same figures, as a part of its own")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args()
    root = data_root()
    if root is None:
        raise SystemExit("The corpora are not here; set EPICRISIS_CORPORA to their folder.")
    keep_to_two_cores()
    state = busy()
    said = [each for language in ("en", "es") for each in dictations(notes(root, language)[: options.notes])]
    engine = load(options.model, threads=CORES)
    scores = measured(engine, [*said, *recordings()], show=options.show)
    lines = [*page(engine, scores, options.notes, state)]
    print("\n".join(lines))
    if options.write is not None:
        put(options.write, lines, part="speech")
    if options.json:
        options.json.write_text(json.dumps(figures(scores), indent=1) + "\n", encoding="utf-8")


def measured(engine: WhisperEngine, said: Sequence[Dictation], *, show: bool = False) -> Scores:
    """Return what was counted by voice and language, in the order of ``said``."""
    scores: dict[tuple[str, str], Score] = {}
    for each in said:
        samples = decode(each.wav)
        began, worked = time.perf_counter(), time.process_time()
        written = engine.transcribe(samples, language=each.language)
        score = scores.setdefault((each.voice, each.language), Score())
        score.took += time.perf_counter() - began
        score.processor += time.process_time() - worked
        score.seconds += len(samples) / SAMPLE_RATE
        score.dropped += written.dropped
        score.add(each.text, written.text, each.language)
        if show:
            print(f"{each.name}, {each.voice}\n  said    {each.text}\n  written {written.text}")
    return scores


def page(engine: WhisperEngine, scores: Scores, count: int, state: str) -> Iterator[str]:
    """Yield the figures as lines of Markdown; ``state`` says how busy the machine was."""
    card = engine.card
    yield "## Speech"
    yield ""
    yield f"Written by `python -m benchmarks.speech.run` ({date.today()}): `{card.name}`, {card.version}, on two"
    yield f"cores of {processor()},"
    yield f"a machine that {state}. {count} notes of each language, {SENTENCES} sentences each, half of them"
    yield "with a negation, read by synthetic voices, whose sound is none a doctor makes; the recordings are of"
    yield "somebody who reads a novel. The language was told. A word error is a word put in, left out or replaced; a"
    yield "negation is lost where a note has a word such as *no*, *denies*, *sin* less often than was said, invented"
    yield "where it has it more often."
    yield ""
    yield "| voice | language | words | word errors | negations | lost | invented | of the time it plays | processor |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for (voice, language), score in scores.items():
        yield (
            f"| {voice} | {language} | {score.words} | {score.word_error:.1%} | {score.negations} | {score.lost} "
            f"| {score.invented} | {score.real_time:.2f} | {score.processor / score.seconds:.2f} |"
        )
    seconds = sum(score.seconds for score in scores.values())
    took = sum(score.took for score in scores.values()) / seconds
    worked = sum(score.processor for score in scores.values()) / seconds
    yield ""
    yield f"Asked for: at most {MOST_OF_REAL_TIME} of the time a recording plays, on two cores; {took:.2f} here,"
    yield f"{kept(took <= MOST_OF_REAL_TIME)}. The processors worked {worked:.2f} seconds for each second of sound, so"
    yield f"that it takes {worked / CORES:.2f} on two of them that do nothing else ({os.cpu_count()} here)."


def figures(scores: Scores) -> dict[str, float]:
    """Return every figure by name."""
    found: dict[str, float] = {}
    for (voice, language), score in scores.items():
        of = f"{voice}, {language}"
        found |= {
            f"{of}: word error rate": score.word_error,
            f"{of}: negations": score.negations,
            f"{of}: negations lost": score.lost,
            f"{of}: negations invented": score.invented,
            f"{of}: real-time factor": score.real_time,
            f"{of}: processor seconds a second": score.processor / score.seconds,
        }
    return found


if __name__ == "__main__":
    main()
