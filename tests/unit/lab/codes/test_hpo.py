from __future__ import annotations

import gzip
import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from epicrisis.engines.codes.hpo.linker import FOLDER, TERMS
from epicrisis.engines.codes.hpo.search import Search
from epicrisis.engines.shipped import shipped
from epicrisis_lab.codes.hpo import PACKAGE, Phenotype, compiled, lineage, ontology, phenotypes
from epicrisis_lab.codes.phenotypes import exactly, read_phenotypes
from epicrisis_lab.codes.scoring import Coding, figures
from epicrisis_lab.errors import UnreadableFile

OBO = """format-version: 1.2

[Term]
id: HP:0000001
name: All

[Term]
id: HP:0000005
name: Mode of inheritance
is_a: HP:0000001 ! All

[Term]
id: HP:0000118
name: Phenotypic abnormality
is_a: HP:0000001 ! All

[Term]
id: HP:0000924
name: Bent back
alt_id: HP:0000999
synonym: "\\"Curved\\" back" EXACT layperson [ORCID:1]
synonym: "Back trouble" BROAD []
synonym: "BB" EXACT abbreviation []
synonym: "Hunch" EXACT obsolete_synonym []
is_a: HP:0000118 ! Phenotypic abnormality

[Term]
id: HP:0000925
name: Very bent back
is_a: HP:0000924 ! Bent back

[Term]
id: HP:0000926
name: obsolete Odd back
is_a: HP:0000924 ! Bent back
is_obsolete: true

[Typedef]
id: part_of
name: part of
"""


@pytest.fixture(scope="module")
def listed() -> list[Phenotype]:
    return phenotypes(OBO)


@pytest.fixture
def marked(tmp_path: Path) -> Path:
    text = "A bent back, dominant."
    entities = [
        {"start": 2, "end": 11, "text": "bent back", "code": "HP:0000999"},
        {"start": 13, "end": 21, "text": "dominant", "code": "HP:0000005"},
    ]
    path = tmp_path / "marked.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps({"text": text, "entities": entities}).encode()))
    return path


def test_what_lies_below_phenotypic_abnormality_is_listed_and_nothing_obsolete(listed: list[Phenotype]) -> None:
    assert [each.code for each in listed] == ["HP:0000118", "HP:0000924", "HP:0000925"]


def test_names_are_told_apart_by_how_exact_they_are(listed: list[Phenotype]) -> None:
    [_, bent, _] = listed

    assert bent.exact == ('"Curved" back',)
    assert bent.loose == ("Back trouble",)
    assert bent.abbreviations == ("BB",)
    assert bent.formerly == ("HP:0000999",)


def test_a_circle_of_terms_ends() -> None:
    known = {"a": Phenotype("a", "A", above=("b",)), "b": Phenotype("b", "B", above=("a",))}

    assert lineage("a", known) == {"a", "b"}


def test_what_is_compiled_finds_every_name(listed: list[Phenotype]) -> None:
    search = Search(compiled(listed))

    names = ["bent backs", "very bent back", "curved back", "trouble with the back"]
    assert [search.nearest(name)[0][0] for name in names] == [1, 2, 1, 1]


def test_codes_of_old_are_read_as_those_of_today(listed: list[Phenotype], marked: Path) -> None:
    [bent, dominant] = read_phenotypes(marked, listed)

    assert (bent.name, bent.accepted) == ("bent back", ("HP:0000924",))
    assert "dominant" in bent.sentence
    assert dominant.accepted == ()


def test_a_file_of_something_else_is_refused(listed: list[Phenotype], tmp_path: Path) -> None:
    (tmp_path / "other.jsonl.gz").write_text("no gzip", encoding="utf-8")

    for name in ("other.jsonl.gz", "missing.jsonl.gz"):
        with pytest.raises(UnreadableFile, match=name):
            read_phenotypes(tmp_path / name, listed)


def test_the_baseline_knows_names_as_they_stand_alone(listed: list[Phenotype]) -> None:
    codings = [Coding(name, "", ("HP:0000924",)) for name in ("Bent Backs", "back that is bent")]

    [same, other] = exactly(listed, codings)

    assert [code.code for code in same] == ["HP:0000924"]
    assert other == ()


def test_names_that_no_code_fits_are_counted_apart(listed: list[Phenotype]) -> None:
    codings = [Coding("bent back", "", ("HP:0000924",)), Coding("very bent back", "", ())]

    found = figures(codings, exactly(listed, codings))

    assert (found.names, found.top_1, found.none_right_coded) == (1, 1.0, 1)


@pytest.mark.skipif(find_spec(PACKAGE) is None, reason="the ontology comes with epicrisis[lab]")
def test_what_ships_is_what_the_ontology_makes() -> None:
    made = compiled(phenotypes(ontology()))

    with np.load(shipped(FOLDER) / TERMS, allow_pickle=False) as kept:
        assert set(kept.files) == set(made)
        assert all(np.array_equal(kept[name], made[name]) for name in made)
