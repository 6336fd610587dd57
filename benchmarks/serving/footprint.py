"""What the server takes before and beside its answers: how long a start lasts, and the memory it holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Self

from benchmarks.machine import busy
from benchmarks.serving.servers import Running, ours

STARTS = 5
NOTE_CHARACTERS = (300, 1000, 3000)
# Invented; sentences of a few and of many words.
SPANISH = (
    "Paciente de 64 años, hipertensa y diabética, que acude por disnea de tres días de evolución. "
    "Niega dolor torácico, fiebre y tos. No alergias conocidas. "
    "Tratamiento habitual: metformina 850 mg cada 12 horas, enalapril 20 mg al día y omeprazol. "
    "Exploración: consciente y orientada, crepitantes en ambas bases, sin edemas en miembros inferiores. "
    "Radiografía de tórax: cardiomegalia, sin infiltrados; el electrocardiograma muestra una fibrilación auricular ya "
    "conocida con respuesta ventricular controlada, y no se observan alteraciones agudas de la repolarización. "
    "Se sospecha insuficiencia cardíaca descompensada; se descarta neumonía. "
    "Se inicia furosemida intravenosa. Si reaparece la disnea, volverá a urgencias.\n\n"
)


@dataclass(frozen=True, slots=True)
class Starts:
    """Several starts, one after the other on a machine that did as it says: seconds, and seconds of the processor."""

    seconds: Sequence[float]
    cpu_seconds: Sequence[float]
    machine: str

    @classmethod
    def measured(cls, count: int = STARTS) -> Self:
        """Start our server ``count`` times; nothing else of the benchmark may run meanwhile."""
        machine = busy()
        took = []
        for _ in range(count):
            with ours() as server:
                took.append((server.seconds_to_ready, server.cpu_seconds_to_ready))
        return cls([seconds for seconds, _ in took], [cpu for _, cpu in took], machine)


def page(server: Running, theirs: Running, their_megabytes: float, starts: Starts, both: float) -> Iterator[str]:
    """Yield the table: ``server`` and ``theirs`` after the loads, ``both`` the MB with both languages."""
    count = len(starts.seconds)
    yield ""
    yield "## Memory and start"
    yield ""
    yield "| | ours | theirs |"
    yield "|---|---|---|"
    yield f"| resident memory after the loads, MB | {server.megabytes():.0f} | {their_megabytes:.0f} |"
    yield f"| with both languages loaded, and Spanish notes read as well, MB | {both:.0f} | |"
    yield (
        f"| cold start to ready, s: median of {count}, theirs of one | {median(starts.seconds):.1f} "
        f"| {theirs.seconds_to_ready:.1f} |"
    )
    yield f"| the slowest of them | {max(starts.seconds):.1f} | |"
    yield f"| processor time of a start, s: median | {median(starts.cpu_seconds):.1f} | |"
    yield ""
    yield f"Started before everything else in this run, one after the other, on a machine that {starts.machine}."


def megabytes_of_both(single: Path, seconds: int, **settings: str) -> float:
    """Return the resident memory of a server that has loaded both languages and read in both."""
    with ours(**settings, EPICRISIS_PRELOAD="en,es") as server:
        server.load("/predict", single, clients=64, seconds=seconds)
        for characters in NOTE_CHARACTERS * 3:
            server.ask("POST", "/v1/annotations", {"text": spanish_note(characters), "language": "es"})
        return server.megabytes()


def spanish_note(characters: int) -> str:
    """Return a Spanish note of ``characters``."""
    return (SPANISH * (characters // len(SPANISH) + 1))[:characters]
