"""A head is added to an encoder that ships, and everything else it says stays as it was."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs the lab extra: make lab")

from epicrisis.engines.encoder.load import load_encoder
from epicrisis.engines.encoder.tagging import tagged
from epicrisis.engines.shipped import shipped
from epicrisis_lab.errors import MissingCapability
from epicrisis_lab.training.added_head import add_head
from epicrisis_lab.training.examples import Example

DRUGS = ("aspirin", "heparin", "insulin", "warfarin", "morphine", "digoxin", "ketamine", "codeine")


def example(drug: str, split: str) -> Example:
    text = f"She was given {drug} on the ward."
    start = text.index(drug)
    return Example(id=drug, source="phee", split=split, text=text, tags={"phee": [(start, start + len(drug), "Drug")]})


def test_a_head_is_added_and_the_others_say_what_they_said(tmp_path: Path) -> None:
    folder = tmp_path / "english"
    shutil.copytree(shipped("english"), folder)
    before = load_encoder(folder)
    train, dev = [example(drug, "train") for drug in DRUGS * 3], [example("heparin", "dev"), example("codeine", "dev")]

    fitted = add_head(folder, "phee", train, dev)

    after = load_encoder(folder)
    text = "She was given aspirin on the ward."
    [was], [now] = before.encoder.read([text]), after.encoder.read([text])
    assert fitted.keys() == {"phee.temperature", "phee.threshold"}
    assert list(after.labels.tags) == [*before.labels.tags, "phee"]
    np.testing.assert_allclose(now.tags[:, : was.tags.shape[1]], was.tags, atol=1e-4)
    found = tagged(now, after.encoder.heads["phee"], after.labels.tags["phee"], threshold=after.threshold("phee"))
    assert [(text[each.span.start : each.span.end], each.label) for each in found] == [("aspirin", "Drug")]
    with pytest.raises(MissingCapability, match="has a head 'phee' already"):
        add_head(folder, "phee", train, dev)
