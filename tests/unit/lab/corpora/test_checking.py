"""What `data check` counts and what it finds fault with."""

from __future__ import annotations

from pathlib import Path

from epicrisis_lab.corpora.catalogue import corpus
from epicrisis_lab.corpora.checking import check_all, check_file, missing
from tests.unit.lab.files import entity, pair, sentence, write

GOOD = sentence(
    "s1",
    "Aspirin 100 mg.",
    entity("Aspirin", "MEDICATION", "PRESENT"),
    entity("100 mg", "DOSE"),
    source="mtsamples_status",
)


def test_counts_what_a_file_holds(tmp_path: Path) -> None:
    file = write(tmp_path / "dev.sentences.jsonl.gz", [{**GOOD, "doc": "n1", "sentence_label": "PRESENT"}] * 2)

    check = check_file(corpus("mtsamples_status"), file)

    assert (check.rows, check.documents, check.entities, check.targets, check.sentence_labels) == (2, 1, 4, 2, 2)
    assert check.bad == ()


def test_names_labels_kinds_and_sources_that_the_catalogue_does_not_know(tmp_path: Path) -> None:
    cue = {"start": 0, "end": 2, "kind": "HYP"}
    odd = sentence("s1", "No fever.", entity("fever", "GADGET"), source="mtsamples_status")
    strange = {**GOOD, "source": "elsewhere"}
    file = write(tmp_path / "dev.jsonl", [GOOD, odd, strange, {**GOOD, "lang": "es"}])
    bioscope = write(tmp_path / "bio.jsonl", [{"id": "b1", "text": "No fever.", "source": "bioscope", "cues": [cue]}])

    check = check_file(corpus("mtsamples_status"), file)

    assert [(bad.line, bad.reason.split()[0]) for bad in check.bad] == [
        (2, "entities[0].label"),
        (3, "the"),
        (4, "the"),
    ]
    assert [bad.reason for bad in check_file(corpus("bioscope"), bioscope).bad] == [
        "cues[0].kind is not one bioscope marks"
    ]


def test_finds_the_corpora_that_are_there_and_names_the_rest(tmp_path: Path) -> None:
    folder = tmp_path / "assertion" / "negex"
    folder.mkdir(parents=True)
    write(folder / "dev.jsonl.gz", [pair("p1", "No fever.", "fever", "ABSENT", source="negex")])

    checks = list(check_all(tmp_path))

    assert [(check.corpus, check.rows, check.targets) for check in checks] == [("negex", 1, 1)]
    assert "bc5cdr" in missing(tmp_path)
    assert "negex" not in missing(tmp_path)
