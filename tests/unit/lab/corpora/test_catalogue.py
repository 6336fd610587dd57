"""Which corpora there are, and on which terms."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from epicrisis_lab.corpora.catalogue import (
    DATA_SETTING,
    catalogue,
    corpus_of,
    data_root,
    label_sets_of,
    trainable,
    with_known_layers,
)
from epicrisis_lab.corpora.parsing import parse_row
from epicrisis_lab.errors import NotTrainable, UnknownCorpus
from tests.unit.lab.files import entity, pair, sentence

TOML = files("epicrisis_lab.corpora").joinpath("catalogue.toml").read_text(encoding="utf-8")


def test_corpora_and_their_lists_are_sorted_and_unique() -> None:
    tables = tomllib.loads(TOML)

    assert list(tables) == sorted(tables)
    for table in tables.values():
        for key in ("kinds", "cue_kinds", "label_sets", "labels", "subs", "unscored"):
            assert table.get(key, []) == sorted(set(table.get(key, [])))


def test_no_two_corpora_share_a_folder() -> None:
    folders = [folder for corpus in catalogue().values() for folder in corpus.folders]

    assert len(folders) == len(set(folders))


def test_each_corpus_states_its_terms() -> None:
    assert [corpus.name for corpus in catalogue().values() if not corpus.licence or not corpus.title] == []


def test_non_commercial_terms_and_missing_ones_never_teach_shipped_weights() -> None:
    closed = {corpus.name for corpus in catalogue().values() if re.search("NC|none|not named", corpus.licence)}

    assert closed
    assert closed == {corpus.name for corpus in catalogue().values() if not corpus.train_shipped}


@pytest.mark.parametrize("name", ["e3c_en", "ctebm_v3", "ddi2013", "chilean_wl_nc", "ade_v2", "hpo_gsc", "cdsco"])
def test_a_corpus_that_may_not_be_trained_on_is_refused(name: str) -> None:
    with pytest.raises(NotTrainable, match=f"{name} .* evaluation only"):
        trainable(name)


def test_a_free_corpus_may_be_trained_on() -> None:
    assert trainable("mtsamples_status").licence == "CC0"


def test_an_unknown_corpus_is_refused_with_the_next_step() -> None:
    with pytest.raises(UnknownCorpus, match="epicrisis-lab data list"):
        trainable("oracle")


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("NCBI-disease", "ncbi_disease"),
        ("BC5CDR", "bc5cdr"),
        ("DDI-MEDLINE", "ddi2013"),
        ("Ada-case-reports", "ada_case_reports"),
        ("mtsamples_status", "mtsamples_status"),
    ],
)
def test_a_corpus_is_known_however_its_rows_name_it(source: str, name: str) -> None:
    found = corpus_of(source)

    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    ("source", "label", "asked"),
    [
        ("NCBI-disease", "Disease", ("ncbi_disease",)),
        ("mtsamples_status", "PROBLEM", ("clinical",)),
        ("symptemist", "SINTOMA", ("symptoms",)),
        ("cardioccc", "FARMACO", ("diseases", "medications")),
        ("ward notes", "Problem", ("clinical",)),
        ("ward notes", "Gadget", ("ward_notes",)),
    ],
)
def test_the_label_sets_follow_from_the_source_or_else_from_the_labels(
    source: str, label: str, asked: tuple[str, ...]
) -> None:
    row = parse_row(sentence("s1", "No fever.", entity("fever", label), source=source))

    assert label_sets_of(row) == asked


def test_an_empty_list_of_cues_says_nothing_where_nobody_looked_for_cues() -> None:
    negex = parse_row(pair("p1", "No fever.", "fever", "ABSENT", source="negex", cues=[], scopes=[]))
    invented = parse_row(pair("p1", "No fever.", "fever", "ABSENT", cues=[], scopes=[]))

    assert with_known_layers(negex).layers == {"targets"}
    assert with_known_layers(invented).layers == {"targets", "cues", "scopes"}


def test_the_data_folder_is_the_one_the_setting_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATA_SETTING, str(tmp_path))
    assert data_root() == tmp_path

    monkeypatch.setenv(DATA_SETTING, str(tmp_path / "gone"))
    assert data_root() is None


def test_the_data_folder_is_found_beside_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shared" / "data").mkdir(parents=True)
    (tmp_path / "checkout").mkdir()
    monkeypatch.chdir(tmp_path / "checkout")
    monkeypatch.delenv(DATA_SETTING, raising=False)

    assert data_root() == tmp_path / "shared" / "data"
