"""What a Spanish run reads: a case that several corpora annotate is one, and each head learns what its corpus marks."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from epicrisis_lab.training.examples import Example, read_examples
from epicrisis_lab.training.prepare import ENTITY_CORPORA, EXAMPLES, SILVER, TEXT_CORPORA, TEXTS
from epicrisis_lab.training.prepare_spanish import WIDE, prepare_spanish
from tests.unit.lab.files import entity, sentence, write

CASE = "Refiere fiebre y toma aspirina. " + "No hay cambios. " * 40 + "Se pide hemograma por neumonía."
OTHER = "Otro texto del mismo caso con heparina."
FOUND = {
    "symptemist": [entity("fiebre", "SINTOMA")],
    "medprocner": [entity("hemograma", "PROCEDIMIENTO")],
    "distemist": [entity("neumonía", "ENFERMEDAD")],
    "drugtemist": [entity("aspirina", "FARMACO")],
    "pharmaconer": [entity("aspirina", "FARMACO"), entity("hemograma", "UNCLEAR")],
}
NEGATED = "Sin fiebre ni tos , posible neumonía ."
ENGLISH = {"assertion/mtsamples_status": ".sentences", "assertion/negex": "", "assertion/bioscope": ".sentences"}


def spanish(identity: str, text: str, *found: dict[str, Any], **more: Any) -> dict[str, Any]:
    return sentence(identity, text, *found, lang="es", **more)


def mark(words: str, **more: Any) -> dict[str, Any]:
    return {"start": NEGATED.index(words), "end": NEGATED.index(words) + len(words), **more}


def documents(split: str) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of every corpus of documents; the second case has another text for PharmaCoNER."""
    rows = {
        name: [
            spanish(f"{name}:{split}", CASE, *found, doc=f"{split}-case"),
            spanish(f"{name}:{split}2", OTHER if name == "pharmaconer" else CASE, doc=f"{split}-other"),
        ]
        for name, found in FOUND.items()
    }
    heart = spanish("h", "Angina tratada con atenolol.", entity("Angina", "ENFERMEDAD"), entity("atenolol", "FARMACO"))
    tumour = spanish("t", "Biopsia: carcinoma.", entity("carcinoma", "MORFOLOGIA_NEOPLASIA"))
    named = spanish("m", "Hospital de Prueba.", entity("Prueba", "HOSPITAL"))
    living = spanish("l", "Mujer con E. coli.", entity("Mujer", "SPECIES", sub="HUMAN"), entity("E. coli", "SPECIES"))
    others = {"cardioccc": heart, "cantemist": tumour, "meddocan": named, "livingner": living}
    return rows | {name: [{**row, "doc": f"{split}-{name}"}] for name, row in others.items()}


def negated(split: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a sentence of NUBes, and its pairs."""
    cues = [mark("Sin", kind="NEG"), mark("posible", kind="UNC")]
    scopes = [mark("fiebre ni tos", kind="NEG", cue=0), mark("neumonía", kind="UNC", cue=1)]
    whole = {"id": f"n-{split}", "text": NEGATED, "cues": cues, "scopes": scopes, "lang": "es"}
    nothing: dict[str, Any] = {"start": None, "end": None, "concept": None, "label": None}
    pairs = [("fiebre", "ABSENT"), ("neumonía", "POSSIBLE")]
    return {**whole, **nothing}, [
        {**whole, "id": f"n-{split}-{word}", **mark(word), "concept": word, "label": label} for word, label in pairs
    ]


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a text of every corpus a Spanish run reads."""
    data = tmp_path_factory.mktemp("data")
    files: dict[str, list[dict[str, Any]]] = {}
    clinical = spanish("s", "Niega tos.", entity("tos", "PROBLEM", "ABSENT"), sentence_label="ABSENT")
    for split in ("train", "dev"):
        files |= {f"ner_es/{name}/{split}": rows for name, rows in documents(split).items()}
        files[f"assertion/es_status/{split}.sentences"] = [{**clinical, "doc": split}]
        for name in ("nubes", "iula_plus"):
            whole, pairs = negated(split)
            files |= {f"assertion/{name}/{split}.sentences": [whole], f"assertion/{name}/{split}": pairs}
        plain = sentence("p", f"No {split} fever.", doc=f"{split}-p")
        status = sentence("p", "No fever.", entity("fever", "PROBLEM", "ABSENT"), doc=split, sentence_label="ABSENT")
        files |= {f"{folder}/{split}{kind}": [plain] for folder, kind in ENGLISH.items()}
        files[f"assertion/mtsamples_status/{split}.sentences"] = [status]
        files |= {f"ner_en/{name}/{split}": [plain] for name in (*ENTITY_CORPORA, *TEXT_CORPORA)}
    background = [("b", "Texto sin marcas. Niega tos."), ("dup", CASE)]
    files["ner_es/unlabelled/cantemist_background"] = [spanish(name, text) for name, text in background]
    files["notes/mtsamples_dev"] = [{"id": "note", "text": "A note.", "lang": "en"}]
    for name, rows in files.items():
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        write(data / f"{name}.jsonl.gz", [{**row, "source": name.split("/")[1]} for row in rows])
    return data


@pytest.fixture(scope="module")
def folder(corpora: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("prepared")
    prepare_spanish(corpora, out)
    return out


@pytest.fixture(scope="module")
def prepared(folder: Path) -> dict[tuple[str, str], list[Example]]:
    """Return the examples by source and split."""
    found: dict[tuple[str, str], list[Example]] = defaultdict(list)
    for example in read_examples(folder / EXAMPLES):
        found[example.source, example.split].append(example)
    return found


Prepared = dict[tuple[str, str], list[Example]]


def quoted(example: Example) -> dict[str, list[tuple[str, str]]]:
    return {h: [(example.text[a:b], label) for a, b, label in spans] for h, spans in example.tags.items() if spans}


@pytest.mark.parametrize("split", ["train", "dev"])
def test_a_case_several_corpora_annotate_is_read_once_with_the_heads_of_all(prepared: Prepared, split: str) -> None:
    first, *_, last = (e for e in prepared["spaccc", split] if "2-" not in e.id)

    drug, procedure = [("aspirina", "FARMACO")], [("hemograma", "PROCEDIMIENTO")]
    disease = [("neumonía", "ENFERMEDAD")]
    assert quoted(first) == {
        "symptoms": [("fiebre", "SINTOMA")], "symptoms_base": [("fiebre", "SINTOMA")],
        "medications": drug, "medications_base": drug, "pharmaconer": drug,
    }  # fmt: skip
    assert quoted(last) == {
        "procedures": procedure, "procedures_base": procedure, "diseases": disease, "diseases_base": disease,
    }  # fmt: skip


def test_a_case_of_another_text_teaches_nothing_of_that_corpus(prepared: Prepared) -> None:
    other = [e for e in prepared["spaccc", "train"] if "2-" in e.id]

    assert other
    assert all("pharmaconer" not in e.tags and "symptoms" in e.tags for e in other)
    assert not any("heparina" in e.text for e in other)


def test_runs_of_sentences_hold_all_of_a_case_and_are_as_wide_as_may_be(prepared: Prepared) -> None:
    runs = [e for e in prepared["spaccc_wide", "train"] if "2-" not in e.id]

    assert len(runs) > 1
    assert " ".join(run.text for run in runs) == CASE
    assert all(WIDE - len("No hay cambios. ") <= len(run.text) <= WIDE for run in runs[:-1])
    assert quoted(runs[0])["symptoms"] == [("fiebre", "SINTOMA")]
    assert quoted(runs[-1])["diseases"] == [("neumonía", "ENFERMEDAD")]


def test_each_corpus_teaches_its_own_heads(prepared: Prepared) -> None:
    [heart], [tumour], [named], [living] = (
        prepared[name, "train"] for name in ("cardioccc", "cantemist", "meddocan", "livingner")
    )

    assert quoted(heart) == {"diseases": [("Angina", "ENFERMEDAD")], "medications": [("atenolol", "FARMACO")]}
    assert quoted(tumour) == {"cantemist": [("carcinoma", "MORFOLOGIA_NEOPLASIA")]}
    assert quoted(named) == {"meddocan": [("Prueba", "HOSPITAL")]}
    assert quoted(living)["species"] == [("Mujer", "HUMAN"), ("E. coli", "SPECIES")]
    assert ("cantemist", "dev") not in prepared


def test_negated_sentences_carry_cues_scopes_and_what_those_reach(prepared: Prepared) -> None:
    [example] = prepared["nubes", "dev"]

    assert quoted(example) == {
        "nubes": [("Sin", "NEG"), ("posible", "UNC")],
        "scope_neg": [("fiebre ni tos", "SCOPE")],
        "scope_unc": [("neumonía", "SCOPE")],
    }
    reached = {example.text[t.start : t.end]: t.statuses for t in example.targets}
    assert reached == {"fiebre": ("ABSENT", "NORMAL"), "neumonía": ("POSSIBLE",)}


def test_heads_of_case_reports_never_see_how_a_ward_writes(prepared: Prepared) -> None:
    varied = [e for (source, _), examples in prepared.items() if source.endswith("_varied") for e in examples]

    assert {e.split for e in varied} == {"train"}
    assert any("symptoms" in e.tags for e in varied)
    assert not any(head.endswith("_base") for e in varied for head in e.tags)


def test_english_sentences_teach_and_one_corpus_of_them_is_scored(prepared: Prepared) -> None:
    assert {source for source, split in prepared if split == "dev"} & {"mtsamples_status", "negex", "bioscope"} == {
        "mtsamples_status"
    }
    assert {("negex", "train"), ("bioscope", "train"), ("mtsamples_own", "train")} <= set(prepared)


def test_a_teacher_reads_each_sentence_once_and_none_of_dev(folder: Path, prepared: Prepared) -> None:
    silver = read_examples(folder / SILVER)

    texts = [e.text for e in silver]
    assert len(set(texts)) == len(texts)
    assert {"Texto sin marcas.", "Mujer con E. coli.", "No hay cambios."} <= set(texts)
    assert all(e.split == "silver" and not e.tags and not e.targets for e in silver)
    assert {path.name for path in folder.iterdir()} == {EXAMPLES, SILVER, TEXTS}
