from __future__ import annotations

import json

import pytest

from epicrisis.engines.registry import Group
from tests.readers import reading
from tests.unit.cli.shell import RULES, rows, run


def test_shows_the_label_of_the_sentence_and_the_status_of_each_finding() -> None:
    result = run("assess", "The patient denies chest pain.", *RULES)

    sentence, finding = result.stdout.splitlines()
    assert result.exit_code == 0
    assert sentence.split(maxsplit=1) == ["ABSENT", "The patient denies chest pain."]
    assert finding.split()[0] == "absent"
    assert finding.endswith("chest pain  because of denies")


@pytest.mark.parametrize("engine", reading(Group.READERS, "en"))
@pytest.mark.parametrize(
    "arguments",
    [
        ["The patient denies chest pain.", "--target", "chest pain"],
        ["The patient denies [entity] chest pain [entity]."],
        ["The patient denies chest pain."],
    ],
)
def test_judges_findings_named_marked_or_found(arguments: list[str], engine: str) -> None:
    result = run("assess", *arguments, "--json", "--engine", engine)

    [plain] = json.loads(result.stdout)
    [assertion] = plain["assertions"]
    assert plain["text"] == "The patient denies chest pain."
    assert plain["label"] == "ABSENT"
    assert (assertion["text"], assertion["status"], assertion["label"]) == ("chest pain", "ABSENT", "PROBLEM")
    assert [cue["text"] for cue in assertion["cues"]] == ["denies"]


def test_keeps_the_order_of_the_targets() -> None:
    result = run("assess", "Denies fever and cough.", "-t", "cough", "-t", "FEVER", "--json", *RULES)

    [plain] = json.loads(result.stdout)
    assert [assertion["text"] for assertion in plain["assertions"]] == ["cough", "fever"]


def test_rows_keep_their_order_and_a_bad_one_is_a_row_of_its_own() -> None:
    stdin = (
        '{"id": "a", "text": "Denies fever.", "targets": [{"start": 7, "end": 12}]}\n'
        '{"id": "b", "text": "No cough.", "targets": [{"start": 3, "end": 99}]}\n'
        "Denies [entity] gout.\n"
        "Denies gout.\n"
    )

    result = run("assess", "-", "--jsonl", *RULES, stdin=stdin)

    found = rows(result.stdout)
    assert result.exit_code == 1
    assert [row["id"] for row in found] == ["a", "b", "3", "4"]
    assert [row.get("error", {}).get("code") for row in found] == [None, "invalid-span", "invalid-input", None]
    assert found[1]["line"] == 2


def test_a_target_that_does_not_stand_in_the_sentence_is_told_without_repeating_it() -> None:
    result = run("assess", "Denies fever.", "--target", "gout", *RULES)

    assert result.exit_code == 1
    assert result.stderr == (
        "error: 1: Target 1 does not stand in the sentence; give it in the words of the sentence. [invalid-span]\n"
    )


@pytest.mark.parametrize("arguments", [["-", "Denies fever."], ["x", "--json", "--jsonl"]])
def test_wrong_use_ends_with_status_two(arguments: list[str]) -> None:
    assert run("assess", *arguments).exit_code == 2
