"""The end of a card: an engine beside its baselines, and its plain models beside ``_base``, all from one run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from epicrisis_lab.evaluation.cards import table
from epicrisis_lab.evaluation.figures import cells, figure, stems, support
from epicrisis_lab.evaluation.measuring import Measure, Measured, measures
from epicrisis_lab.evaluation.run import Ask, Evaluation, Task

_STRICT = "entities.strict."
_BASE = "_base"


def beside_page(measured: Measured, engine: str) -> str:
    """Return both parts as Markdown; a part with nothing to compare is left out."""
    return "\n".join([*_baselines(measured, engine), *_variants(measured, engine)])


def _baselines(measured: Measured, engine: str) -> Iterator[str]:
    compared = [own for own in _by_corpus(engine) if _has_baseline(measured, own)]
    if not compared:
        return
    yield from ("## Beside the baselines, same run", "")
    yield from (
        "The same rows for every system; 95 % bootstrap intervals in brackets. Entities: strict spans, per type.",
        "",
    )
    for own in compared:
        yield from (f"### {own[0].task.value}: {_short(own[0])}", "")
        yield from table(
            ("figure", "n", "system", "precision", "recall", "F1 or figure"), [*_rows(measured, engine, own)]
        )


def _by_corpus(engine: str) -> list[list[Measure]]:
    """Return the measures of each task and file, in their order, but for those written as on a ward."""
    found: dict[tuple[str, str], list[Measure]] = {}
    for measure in measures(engine):
        if not measure.ward:
            found.setdefault((measure.task.value, measure.file), []).append(measure)
    return list(found.values())


def _has_baseline(measured: Measured, own: Sequence[Measure]) -> bool:
    return any(_found(measured, measure, name, measure.ask) for measure in own for name in measure.baselines)


def _rows(measured: Measured, engine: str, own: Sequence[Measure]) -> Iterator[tuple[str, ...]]:
    names = dict.fromkeys((name, measure.ask) for measure in own for name in (engine, *measure.baselines))
    systems = sorted(names, key=lambda system: system[0] != engine)
    found = [(_named(*system), _found(measured, own[0], *system)) for system in systems]
    read = [(name, evaluation) for name, evaluation in found if evaluation is not None]
    for stem in _told(own, read[0][1]):
        shown, count = stem.removeprefix(_STRICT), support(read[0][1], stem)
        for number, (name, evaluation) in enumerate(read):
            yield ("" if number else f"`{shown}`", "" if number else count, name, *cells(evaluation, stem))


def _told(own: Sequence[Measure], first: Evaluation) -> list[str]:
    """Return what the table tells: every type where entities are looked for, elsewhere what is measured by name."""
    if own[0].task is Task.ENTITIES:
        return [stem for stem in stems(first) if stem.startswith(_STRICT) and stem.count(".") == _STRICT.count(".")]
    return list(dict.fromkeys(measure.metric.removesuffix(".f1") for measure in own))


def _named(name: str, ask: Ask) -> str:
    asked = " and ".join(f"`{each}`" for each in ask.label_sets)
    bare = f"without the {ask.bare.value}" if ask.bare else ""
    return ", ".join(part for part in (name, asked, bare) if part)


def _variants(measured: Measured, engine: str) -> Iterator[str]:
    rows = [row for own in _by_corpus(engine) for measure in own for row in _variant_rows(measured, engine, measure)]
    if not rows:
        return
    yield from ("## Plain models beside `_base`", "")
    yield from (
        "`_base` heads learnt from published case reports alone; plain ones also from notes of cardiology, and from",
        "sentences written as on a ward. Strict F1. *On a ward*: the same documents with accents dropped, in capitals",
        "or small letters, abbreviated, headed (`evaluate entities --ward`), which are the changes plain models were",
        "taught with, on documents they never saw.",
        "",
    )
    yield from table(("corpus", "type", "n", "plain", "`_base`", "plain, on a ward", "`_base`, on a ward"), rows)


def _variant_rows(measured: Measured, engine: str, measure: Measure) -> Iterator[tuple[str, ...]]:
    if not measure.labels or not all(label.endswith(_BASE) for label in measure.labels):
        return
    stem = measure.metric.removesuffix(".f1")
    base = _found(measured, measure, engine, measure.ask)
    if base is None:
        return
    asked = [
        replace(measure.ask, label_sets=labels, ward=ward) for ward in (False, True) for labels in ((), measure.labels)
    ]
    found = [_found(measured, measure, engine, ask) for ask in asked]
    values = ["" if each is None else figure(each, measure.metric) for each in found]
    yield (Path(measure.file).parent.name, stem.removeprefix(_STRICT), support(base, stem), *values)


def _found(measured: Measured, measure: Measure, name: str, ask: Ask) -> Evaluation | None:
    return measured.evaluations.get((name, measure.task.value, measure.file, ask))


def _short(measure: Measure) -> str:
    return "/".join(Path(measure.file).parts[-2:])
