"""How the time grows with the text: real notes joined up to a million characters, and texts made to trouble."""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from benchmarks.privacy import texts

from epicrisis.assembly import Pipeline, load
from epicrisis.domain.identifiers import Identified
from epicrisis.settings import load_settings

LONGEST = 1_000_000
LENGTHS = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
# Below this, what a call costs by itself is most of what it takes.
FITTED_FROM = 3_000
# A short text is read until so much time has gone by, and the best time counts.
SECONDS, MOST_READINGS = 1.0, 7
# What ten times the text may take: twelve times, as P3 and S15 ask.
MOST = 12


@dataclass(frozen=True, slots=True)
class Read:
    """One way of reading: its language, the longest text it gets, and the sizes of texts made to trouble it."""

    name: str
    language: str
    longest: int
    sizes: tuple[int, int]
    settings: Mapping[str, str] = field(default_factory=dict)

    def pipeline(self) -> Pipeline:
        """Return what reads, as the settings of the environment and its own make it."""
        return load(load_settings().model_copy(update=dict(self.settings)))


def reads(longest: int, longest_spanish: int) -> tuple[Read, ...]:
    """Return the ways of reading that are measured."""
    return (
        Read("English", "en", longest, (10_000, 100_000)),
        # Its encoder is a large one: less is read of what is made to trouble.
        Read("Spanish", "es", longest_spanish, (500, 5_000)),
        Read("Spanish, patterns alone", "es", longest, (10_000, 100_000), {"reader_es": "rules"}),
    )


def long_texts(ways: Sequence[Read]) -> Iterator[str]:
    """Yield a line a length, and the power of the length that the time grows by."""
    taken = [list(_long(way)) for way in ways]
    yield "Notes one after the other, read in one call; the last line of each names somebody, who is found. Seconds of"
    yield "the processor, over all its cores."
    yield ""
    yield "| characters | " + " | ".join(f"{way.name}, s | ms per 1,000" for way in ways) + " |"
    yield "|---|" + "---|---|" * len(ways)
    for place, length in enumerate(length for length in LENGTHS if length <= max(way.longest for way in ways)):
        figures = [f"{own[place]:.3f} | {own[place] / length * 1e6:.2f}" if place < len(own) else "|" for own in taken]
        yield f"| {length:,} | " + " | ".join(figures) + " |"
    yield ""
    yield f"From {FITTED_FROM:,} characters on the time grows with the length to the power of:"
    powers = (f"{exponent(LENGTHS[: len(own)], own):.2f} ({way.name})" for way, own in zip(ways, taken, strict=True))
    yield ", ".join(powers) + "."


def adversarial(ways: Sequence[Read]) -> Iterator[str]:
    """Yield a line a text: how long ten times as much of it takes, with whatever the pipeline holds."""
    taken = [list(_troubled(way)) for way in ways]
    yield "The same again and again, ten times as much each time, in seconds of the processor: "
    yield ", ".join(f"{way.sizes[0]:,} and {way.sizes[1]:,} characters ({way.name})" for way in ways) + "."
    yield ""
    yield "| text | " + " | ".join(f"{way.name}, the longer, s | times as long" for way in ways) + " |"
    yield "|---|" + "---|---|" * len(ways)
    for place, name in enumerate(texts.ADVERSARIAL):
        yield f"| {name} | " + " | ".join(f"{own[place][1]:.3f} | {times(own[place]):.1f}" for own in taken) + " |"
    yield ""
    worst = max(times(each) for own in taken for each in own)
    kept = "kept" if worst <= MOST else "not kept"
    yield f"Asked for: ten times the text takes at most {MOST} times as long; {kept}: {worst:.1f} times."


def times(pair: tuple[float, float]) -> float:
    """Return how many times as long the longer text takes; what is too short to be timed counts as what is there."""
    return pair[1] / max(pair[0], 1e-3)


def _long(way: Read) -> Iterator[float]:
    notes, read = texts.notes(way.language), reader(way.pipeline(), way.language)
    read(texts.ending(notes, LENGTHS[0], way.language))
    for length in LENGTHS:
        if length <= way.longest:
            yield seconds(partial(read, texts.ending(notes, length, way.language)))


def _troubled(way: Read) -> Iterator[tuple[float, float]]:
    read = reader(way.pipeline(), way.language, whole=False)
    for unit in texts.ADVERSARIAL.values():
        short, long = (seconds(partial(read, (unit * length)[:length] + "x")) for length in way.sizes)
        yield short, long


def reader(pipeline: Pipeline, language: str, *, whole: bool = True) -> Callable[[str], Identified]:
    """Return what finds the identifiers of a text; of a ``whole`` one the last must be found.

    Raises:
        RuntimeError: when called, where the text was not read, or not to its end.
    """

    def read(text: str) -> Identified:
        [found] = pipeline.identifiers([text], language=language)
        if not isinstance(found, Identified):
            raise RuntimeError(f"{len(text)} characters were not read: {found.code}")
        if whole and (not found.identifiers or found.identifiers[-1].span.end != len(text)):
            raise RuntimeError(f"{len(text)} characters were not read to their end.")
        return found

    return read


def seconds(call: Callable[[], object]) -> float:
    """Return how many seconds of the processor ``call`` takes at best, which other programs disturb least."""
    best, spent, readings = math.inf, 0.0, 0
    # The collector walks all that is there, the more often the more is made.
    gc.disable()
    try:
        while readings < MOST_READINGS and (spent < SECONDS or not readings):
            began = time.process_time()
            call()
            took = time.process_time() - began
            best, spent, readings = min(best, took), spent + took, readings + 1
    finally:
        gc.enable()
    return best


def exponent(lengths: Sequence[int], taken: Sequence[float]) -> float:
    """Return the power of the length the time grows by: the slope of a line through the logarithms."""
    points = [(math.log(x), math.log(y)) for x, y in zip(lengths, taken, strict=True) if x >= FITTED_FROM]
    middle = [sum(axis) / len(points) for axis in zip(*points, strict=True)]
    across = sum((x - middle[0]) ** 2 for x, _ in points)
    return sum((x - middle[0]) * (y - middle[1]) for x, y in points) / across
