"""The end of a card: baselines, and plain models beside ``_base``."""

from __future__ import annotations

from epicrisis_lab.evaluation.beside import beside_page
from epicrisis_lab.evaluation.measuring import Key, Measure, Measured, measures, readme_table
from epicrisis_lab.evaluation.run import Evaluation, Task

SYMPTOMS = "ner_es/symptemist/dev.jsonl.gz"


def of(measure: Measure, engine: str, f1: float, *labels: str) -> tuple[Key, Evaluation]:
    """Return an evaluation under its key: every label found with ``f1``, precision above and recall below."""
    metrics: dict[str, float] = {}
    for stem in (f"entities.strict.{label}" for label in labels):
        metrics |= {f"{stem}.precision": f1 + 0.1, f"{stem}.recall": f1 - 0.1, f"{stem}.f1": f1, f"{stem}.support": 9.0}
    evaluation = Evaluation(
        task=measure.task.value, files=(measure.file,), rows=1, engine=engine, language="es",
        metrics=metrics | {"entities.strict.sub.HUMAN.f1": 1.0},
        intervals={name: (value - 0.05, value + 0.05) for name, value in metrics.items() if value < 1}, skipped=0,
    )  # fmt: skip
    return measure.key(engine), evaluation


def measure(file: str, *, base: bool = False, ward: bool = False) -> Measure:
    """Return the first Spanish measure of ``file`` that is so."""
    return next(m for m in measures("spanish") if m.file == file and bool(m.labels) is base and m.ward is ward)


def page(*evaluations: tuple[Key, Evaluation]) -> list[str]:
    return beside_page(Measured(dict(evaluations)), "spanish").splitlines()


def test_each_system_has_precision_recall_and_f1_with_intervals_per_type() -> None:
    file = "ner_es/pharmaconer/dev.jsonl.gz"
    own = measure(file)

    lines = page(of(own, "spanish", 0.8, "FARMACO", "PROTEINA"), of(own, "crf", 0.6, "FARMACO", "PROTEINA"))

    at = lines.index("### entities: pharmaconer/dev.jsonl.gz")
    ours = "0.900 [0.850, 0.950] | 0.700 [0.650, 0.750] | 0.800 [0.750, 0.850]"
    theirs = "0.700 [0.650, 0.750] | 0.500 [0.450, 0.550] | 0.600 [0.550, 0.650]"
    assert lines[at + 2] == "| figure | n | system | precision | recall | F1 or figure |"
    assert lines[at + 4 : at + 8] == [
        f"| `FARMACO` | 9 | spanish | {ours} |",
        f"|  |  | crf | {theirs} |",
        f"| `PROTEINA` | 9 | spanish | {ours} |",
        f"|  |  | crf | {theirs} |",
    ]


def test_the_base_model_stands_under_the_plain_one_and_before_the_baselines() -> None:
    plain, base = measure(SYMPTOMS), measure(SYMPTOMS, base=True)

    lines = page(
        of(plain, "spanish", 0.7, "SINTOMA"),
        of(plain, "bilstm-crf", 0.5, "SINTOMA"),
        of(base, "spanish", 0.6, "SINTOMA"),
    )

    at = lines.index("### entities: symptemist/dev.jsonl.gz")
    assert [line.split(" | ")[2] for line in lines[at + 4 : at + 7]] == [
        "spanish",
        "spanish, `symptoms_base`",
        "bilstm-crf",
    ]


def test_plain_and_base_stand_side_by_side_as_published_and_as_on_a_ward() -> None:
    made = [
        of(measure(SYMPTOMS, base=base, ward=ward), "spanish", f1, "SINTOMA")
        for base, ward, f1 in ((False, False, 0.7), (True, False, 0.6), (False, True, 0.5), (True, True, 0.4))
    ]

    lines = page(*made)

    cells = "0.700 [0.650, 0.750] | 0.600 [0.550, 0.650] | 0.500 [0.450, 0.550] | 0.400 [0.350, 0.450]"
    assert f"| symptemist | SINTOMA | 9 | {cells} |" in lines


def test_what_is_written_as_on_a_ward_stays_in_the_card() -> None:
    ward = [m for m in measures("spanish") if m.ward]

    assert {m.task for m in ward} == {Task.ENTITIES}
    assert not any(m.shown for m in ward)
    assert "on a ward" not in readme_table("spanish", Measured())


def test_every_base_model_is_measured_as_on_a_ward_too() -> None:
    base = {(m.file, m.labels, m.metric) for m in measures("spanish") if m.labels and not m.ward}

    assert base == {(m.file, m.labels, m.metric) for m in measures("spanish") if m.labels and m.ward}


def test_nothing_measured_is_nothing_told() -> None:
    assert page() == []
    assert page(of(measure(SYMPTOMS), "spanish", 0.7, "SINTOMA")) == []
