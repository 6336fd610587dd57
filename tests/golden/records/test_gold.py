"""The records read by hand keep their form: quotes stand in their notes, and fixed words are known ones."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from epicrisis.domain.assertions import Status, Temporality
from epicrisis.domain.records import Flag, MeasurementKind, MedicationState, Sex, SocialKind, Use

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("[0-9][0-9][0-9].json"))

QUOTED = {
    "demographics": {"age", "sex_words"},
    "problems": {"name", "severity", "body_site"},
    "medications": {"name", "strength", "form", "dose", "route", "frequency", "duration", "reason"},
    "measurements": {"name", "value", "time"},
    "procedures": {"name", "body_site", "time"},
    "allergies": {"substance"},
    "family": {"condition", "relative"},
    "social": {"words", "amount"},
    "follow_up": {"words", "when", "whom"},
}
KEPT: dict[str, dict[str, set[str]]] = {
    "problems": {"status": set(Status), "status_or": set(Status), "temporality": set(Temporality)},
    "medications": {
        "state": set(MedicationState),
        "status": set(Status),
        "status_or": set(Status),
        "temporality": set(Temporality),
    },
    "measurements": {"kind": set(MeasurementKind), "flag": set(Flag)},
    "procedures": {"status": set(Status), "status_or": set(Status), "temporality": set(Temporality)},
    "allergies": {"status": set(Status)},
    "family": {"status": set(Status)},
    "social": {"kind": set(SocialKind), "use": set(Use)},
    "demographics": {"sex": set(Sex)},
}
PLAIN = {
    "demographics": {"years"},
    "measurements": {"number", "comparator", "unit", "ucum", "reference", "part"},
    "allergies": {"reactions"},
}
HEADS = {"id", "language", "text", "no_known_allergies", *QUOTED}

Item = dict[str, object]


def read(file: Path) -> dict[str, object]:
    """Return one record as it is written."""
    record = json.loads(file.read_text(encoding="utf-8"))
    assert isinstance(record, dict)
    return record


def items(record: dict[str, object], head: str) -> list[Item]:
    """Return the items under ``head``; the demographics are one."""
    found = record[head]
    return found if isinstance(found, list) else [found]  # type: ignore[list-item]


def standings(text: str, words: str) -> list[int]:
    """Return where ``words`` stand in ``text``, no letter touching a letter and no digit a digit at their ends."""
    starts = [start for start in range(len(text)) if text.startswith(words, start)]
    return [
        start
        for start in starts
        if not (start and _same_kind(text[start - 1], words[0]))
        and not _same_kind(words[-1], text[start + len(words) : start + len(words) + 1])
    ]


def _same_kind(left: str, right: str) -> bool:
    return (left.isalpha() and right.isalpha()) or (left.isdigit() and right.isdigit())


def stands(text: str, quote: object) -> bool:
    """Return whether ``quote``, words or words with their number, stands in ``text``."""
    if isinstance(quote, str):
        return bool(quote) and bool(standings(text, quote))
    if not isinstance(quote, dict) or set(quote) != {"words", "nth"}:
        return False
    return int(quote["nth"]) in range(2, len(standings(text, str(quote["words"]))) + 1)


def quotes(record: dict[str, object]) -> Iterator[tuple[str, object]]:
    """Yield every quote of ``record`` with the name of its list and field."""
    if record["no_known_allergies"] is not None:
        yield "no_known_allergies", record["no_known_allergies"]
    for head, fields in QUOTED.items():
        for item in items(record, head):
            yield from ((f"{head}.{field}", item[field]) for field in fields & set(item))
            for several in ("also", "reactions"):
                yield from ((f"{head}.{several}", each) for each in item.get(several, ()))  # type: ignore[attr-defined]


def test_there_are_thirty_notes_of_this_reader_each_once() -> None:
    ids = [read(file)["id"] for file in FILES]

    assert {f"{number:03d}" for number in range(1, 31)} <= {file.stem for file in FILES}
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_quote_stands_in_its_note(file: Path) -> None:
    record = read(file)
    text = str(record["text"])

    astray = [(field, quote) for field, quote in quotes(record) if not stands(text, quote)]

    assert astray == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_field_and_every_fixed_word_is_known(file: Path) -> None:
    record = read(file)

    strange = [
        (head, field, value)
        for head in QUOTED
        for item in items(record, head)
        for field, value in item.items()
        if not _known(head, field, value)
    ]

    assert set(record) == HEADS
    assert strange == []


def _known(head: str, field: str, value: object) -> bool:
    if field == "optional":
        return value is True
    if field in KEPT.get(head, {}):
        return value is None or value in KEPT[head][field]
    return field == "also" or field in QUOTED[head] or field in PLAIN.get(head, set())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_item_is_written_twice(file: Path) -> None:
    record = read(file)

    for head in QUOTED:
        written = [json.dumps(item, sort_keys=True) for item in items(record, head)]
        assert len(set(written)) == len(written), head


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_unit_is_part_of_the_words_of_its_value(file: Path) -> None:
    for measurement in items(read(file), "measurements"):
        value = measurement["value"]
        words = value["words"] if isinstance(value, dict) else value
        assert measurement["unit"] is None or str(measurement["unit"]) in str(words)


@pytest.mark.parametrize("file", sorted(HERE.glob("problems_coded_*.tsv")), ids=lambda file: file.stem)
def test_every_coded_string_stands_in_its_sentence_and_has_a_code_or_a_dash(file: Path) -> None:
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))

    assert len({(row["string"], row["sentence"]) for row in rows}) == len(rows) == 150
    for row in rows:
        assert row["string"] in row["sentence"], row["string"]
        assert row["codes"] == "-" or all(_looks_like_a_code(code) for code in row["codes"].split("|"))
        assert bool(row["description"]) == (row["codes"] != "-")


def _looks_like_a_code(code: str) -> bool:
    return code[:1].isalpha() and code[1:2].isdigit() and code.isascii()
