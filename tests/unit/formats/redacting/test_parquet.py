from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest

from epicrisis.errors import InvalidInput, UnreadableDocument
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.redacting.asking import Options, Question
from epicrisis.formats.redacting.parquet import Parquet
from tests.asked import labelled
from tests.office import WHO, renamed

pyarrow = pytest.importorskip("pyarrow", reason="Parquet needs the documents extra")
parquet = pytest.importorskip("pyarrow.parquet")


def packed(table: Any, **more: Any) -> bytes:
    data = BytesIO()
    parquet.write_table(table, data, **more)
    return data.getvalue()


def answered(questions: Any) -> list[str]:
    def answer(question: Question) -> str:
        return renamed([question.text])[0] if question.kind is None else labelled(question.kind, question.text)

    return [answer(question) for question in questions]


def rewritten(data: bytes, **options: Any) -> Any:
    file = Parquet(data, Options(**options))
    return parquet.ParquetFile(BytesIO(file.written(answered(file.questions))))


def test_columns_keep_their_types_and_lose_their_identities() -> None:
    moment = datetime(2020, 2, 3, 10, tzinfo=UTC)
    table = pyarrow.table(
        {
            "patient_name": ["xyz", None],
            "note": [f"{WHO} coughs", "well"],
            "seen": [date(2020, 2, 3), None],
            "at": pyarrow.array([moment, moment], pyarrow.timestamp("ns", "UTC")),
            "age": pyarrow.array([93, 41], pyarrow.int16()),
            "mrn": [12345, 67890],
            "dose": [1.5, None],
            "ward": pyarrow.array([WHO, "A"]).dictionary_encode(),
            "all": pyarrow.array([[{"who": WHO, "n": 1}], []]),
        }
    ).replace_schema_metadata({"pandas": WHO})

    data = packed(table, compression="ZSTD")

    new = rewritten(data)

    read = new.read()
    assert read.schema.types == parquet.ParquetFile(BytesIO(data)).read().schema.types
    assert read.to_pydict() == {
        "patient_name": ["[NAME]", None],
        "note": ["[NAME] coughs", "well"],
        "seen": [date(2020, 1, 1), None],
        "at": [datetime(2020, 1, 1, tzinfo=UTC)] * 2,
        "age": [90, 41],
        "mrn": [None, None],
        "dose": [1.5, None],
        "ward": ["[NAME]", "A"],
        "all": [[{"who": "[NAME]", "n": 1}], []],
    }
    assert new.metadata.row_group(0).column(0).compression == "ZSTD"


def test_nothing_of_the_person_is_left_in_the_bytes() -> None:
    table = pyarrow.table({"note": [WHO], WHO: [1]}).replace_schema_metadata({"made by": WHO})

    file = Parquet(packed(table), Options())
    new = file.written(answered(file.questions))

    assert WHO.encode() not in new


def test_rules_keep_remove_and_replace_columns() -> None:
    table = pyarrow.table({"name": ["aspirin"], "scan": [b"abc"], "dose": [5]})

    new = rewritten(packed(table), rules={"name": "keep", "scan": "remove", "dose": "ID"})

    assert new.read().to_pydict() == {"name": ["aspirin"], "dose": [None]}


def test_a_column_of_bytes_asks_for_a_rule() -> None:
    with pytest.raises(InvalidInput, match="keep or remove"):
        Parquet(packed(pyarrow.table({"scan": [b"abc"]})), Options())


def test_a_damaged_file_and_a_bomb_are_refused() -> None:
    whole = packed(pyarrow.table({"note": ["x" * 100_000]}))

    with pytest.raises(UnreadableDocument, match="cut short"):
        Parquet(whole[:-20], Options())
    with pytest.raises(UnreadableDocument, match="unpacks to"):
        Parquet(whole, Options(limits=Limits(unpacked=50_000)))


def test_numbers_that_tell_an_age_over_89_tell_it_no_more() -> None:
    table = pyarrow.table({"year_of_birth": [1925, 1980, None], "edad": [93.0, 41.5, 89.0], "born": [1925, 1980, 2]})

    new = rewritten(packed(table), rules={"born": "keep"})

    assert new.read().to_pydict() == {
        "year_of_birth": [None, 1980, None],
        "edad": [90.0, 41.5, 89.0],
        "born": [1925, 1980, 2],
    }


def test_a_column_asks_each_of_its_values_once_whatever_its_type() -> None:
    days = [date(1980, 3, 4)] * 3 + [None]
    table = pyarrow.table(
        {
            "ward": pyarrow.array(["7B", "8C", "7B", None]).dictionary_encode(),
            "seen": days,
            "mrn": pyarrow.chunked_array([[7, 7], [8, None]]),
        }
    )

    file = Parquet(packed(table), Options())

    asked = [(each.text, each.times) for each in file.questions]
    assert asked == [("ward", 1), ("7B", 2), ("8C", 1), ("seen", 1), ("1980-03-04", 3), ("mrn", 1), ("7", 2), ("8", 1)]
    new = parquet.read_table(BytesIO(file.written(answered(file.questions))))
    assert new.to_pydict() == {
        "ward": ["7B", "8C", "7B", None], "seen": [date(1980, 1, 1)] * 3 + [None], "mrn": [None] * 4,
    }  # fmt: skip
    assert new.schema.types == table.schema.types
