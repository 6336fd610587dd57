from __future__ import annotations

import io
import json
import pickle
from pathlib import Path

import pytest

from epicrisis.engines.codes.ingredients.linker import FOLDER, VOCABULARY
from epicrisis.engines.codes.ingredients.names import Names
from epicrisis.engines.shipped import shipped
from epicrisis_lab.codes.ingredients import PACKAGE, compiled, dictionary, own_words, plain_values
from epicrisis_lab.errors import UnreadableFile

SUBSTANCES = ["acetaminophen", "hydrocodone", "warfarin"]
DICTIONARY = {
    "drug_canonical_to_data": {
        "acetaminophen": {"name": "Acetaminophen", "drugbank_id": "DB00316", "mesh_id": "D000082"},
        "hydrocodone": {"name": "Hydrocodone", "drugbank_id": "DB00956"},
        "warfarin": {"name": "Warfarin", "drugbank_id": "DB00682"},
        "janus kinase": {"name": "Janus Kinase", "mesh_id": "D053612"},
        "evernia prunastri": {"name": "Evernia prunastri", "drugbank_id": "DB15512"},
    },
    "drug_variant_to_canonical": {
        "coumadin": ["warfarin"],
        "fever": ["warfarin"],
        "(2s)-x": ["warfarin"],
        "jak": ["janus kinase"],
        "tylenol": ["acetaminophen"],
    },
}


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> None:
    own = {"names": {"vicodin": ["hydrocodone", "acetaminophen"]}, "beside": {"words": ["tablets"]}}
    monkeypatch.setattr("epicrisis_lab.codes.ingredients.own_words", lambda: own)


@pytest.mark.usefixtures("words")
def test_what_nobody_else_writes_of_and_what_is_no_plain_name_stays_out() -> None:
    content = compiled(DICTIONARY)

    assert [display.lower() for _, display in content["ingredients"]] == SUBSTANCES
    assert set(content["names"]) == {*SUBSTANCES, "coumadin", "tylenol", "vicodin"}


@pytest.mark.usefixtures("words")
def test_our_own_names_stand_for_all_their_parts() -> None:
    content = compiled(DICTIONARY)

    names = Names(content["ingredients"], content["names"], content["beside"])

    assert [each.display for each, _ in names.of("Vicodin tablets")] == ["Hydrocodone", "Acetaminophen"]


def test_a_pickle_that_names_anything_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="plain values"):
        plain_values(io.BytesIO(pickle.dumps(Path("x"))))

    assert plain_values(io.BytesIO(pickle.dumps({"a": [1]}))) == {"a": [1]}


def test_our_own_names_are_sorted_and_in_small_letters() -> None:
    names, words = list(own_words()["names"]), own_words()["beside"]["words"]

    assert names == sorted(names) == [name.lower() for name in names]
    assert words == sorted(set(words))


def test_what_ships_is_what_the_package_makes() -> None:
    pytest.importorskip(PACKAGE, reason="the names come with epicrisis[lab]")

    made = compiled(dictionary())

    assert made == json.loads((shipped(FOLDER) / VOCABULARY).read_text(encoding="utf-8"))
