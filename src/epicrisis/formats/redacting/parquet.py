"""Parquet by column. Types stay: a date becomes the first of January of its year, and a number is left empty.

Statistics, page indexes and what tools write beside the columns are made anew or left behind, for they quote values.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from io import BytesIO
from typing import Any

from epicrisis.domain.identifiers import IdentifierKind
from epicrisis.errors import InvalidInput, MissingDependency, UnreadableDocument
from epicrisis.formats.redacting.actions import REDACT, Action, Verb
from epicrisis.formats.redacting.asking import Ask, Once, Options, Question
from epicrisis.formats.redacting.columns import Columns

_YEAR = re.compile(r"\d{4}")
_OLDEST = 90


class Parquet:
    """A Parquet file."""

    def __init__(self, data: bytes, options: Options) -> None:
        """Read ``data``.

        Raises:
            UnreadableDocument: it is damaged, or unpacks to more than the limits.
            InvalidInput: a rule has no known action, or a column of bytes has no rule.
            MissingDependency: pyarrow is not installed.
        """
        try:
            import pyarrow
            from pyarrow import parquet
        except ImportError as error:
            raise MissingDependency("Parquet needs pyarrow; run: pip install 'epicrisis[documents]'") from error
        self._columns = Columns(options.rules)
        self._once = Once()
        try:
            file = parquet.ParquetFile(BytesIO(data))
            groups = [file.metadata.row_group(at) for at in range(file.metadata.num_row_groups)]
            size = sum(group.total_byte_size for group in groups)
            if size > options.limits.unpacked:
                raise UnreadableDocument(
                    f"The file unpacks to {size} bytes; up to {options.limits.unpacked} are read. Send its parts."
                )
            self._table = file.read(use_threads=False)
            self._packing = groups[0].column(0).compression if groups and groups[0].num_columns else "SNAPPY"
        except (pyarrow.ArrowException, OSError) as error:
            raise UnreadableDocument("The Parquet file is cut short, encrypted or damaged; write it again.") from error
        self._rewritten(self._once.ask)
        self.questions = self._once.questions()

    def written(self, answers: Sequence[str]) -> bytes:
        """Return the file with its columns as they were answered."""
        from pyarrow import parquet

        packed = BytesIO()
        packing = "NONE" if self._packing == "UNCOMPRESSED" else self._packing
        table = self._rewritten(self._once.answered(answers))
        parquet.write_table(table, packed, compression=packing, store_schema=True)
        return packed.getvalue()

    def _rewritten(self, ask: Ask) -> Any:
        import pyarrow

        names, columns = [], []
        for number, (field, column) in enumerate(zip(self._table.schema, self._table.columns, strict=True), 1):
            action = self._columns.action(field.name, number)
            if action.verb is Verb.REMOVE:
                continue
            names.append(ask(Question(field.name)) if field.name.strip() else field.name)
            columns.append(column if action.verb is Verb.KEEP else self._column(column, field, action, ask))
        return pyarrow.table(columns, names=names).replace_schema_metadata(None)

    def _column(self, column: Any, field: Any, action: Action, ask: Ask) -> Any:
        import pyarrow

        kind = field.type
        if pyarrow.types.is_dictionary(kind):
            column, kind = column.cast(kind.value_type), kind.value_type
        if pyarrow.types.is_timestamp(kind) and kind.unit == "ns":
            column = column.cast(pyarrow.timestamp("us", kind.tz), safe=False)
        if action == REDACT and not _worded(kind):
            return column
        if pyarrow.types.is_nested(kind):
            values = [_value(value, action, ask) for value in column.to_pylist()]
            rewritten = pyarrow.array(values, type=column.type).cast(kind)
        else:
            rewritten = _distinct(column, action, ask).cast(kind)
        return rewritten.dictionary_encode() if pyarrow.types.is_dictionary(field.type) else rewritten


def _worded(kind: Any) -> bool:
    """Return whether values of this type may hold words or dates; numbers are left alone unless a rule names them."""
    from pyarrow import types

    return not (types.is_integer(kind) or types.is_floating(kind) or types.is_boolean(kind) or types.is_null(kind))


def _distinct(column: Any, action: Action, ask: Ask) -> Any:
    """Return a column of plain values reworded: each value once, however often it stands there."""
    import pyarrow

    coded = column.combine_chunks().dictionary_encode()
    times = Counter(coded.indices.to_pylist())
    values = [
        _value(value, action, partial(_asked_of_many, ask, times[at]))
        for at, value in enumerate(coded.dictionary.to_pylist())
    ]
    places = coded.indices.to_pylist()
    return pyarrow.array([None if at is None else values[at] for at in places], type=column.type)


def _asked_of_many(ask: Ask, times: int, question: Question) -> str:
    return ask(replace(question, times=times))


def _value(value: Any, action: Action, ask: Ask) -> Any:
    match value:
        case None:
            return None
        case str():
            return ask(action.question(value)) if value.strip() else value
        case date():  # and datetime, which is one
            return _date(value, ask)
        case dict():
            return {name: _value(item, action, ask) for name, item in value.items()}
        case list():
            return [_value(item, action, ask) for item in value]
        case tuple():
            return tuple(_value(item, action, ask) for item in value)
        case bytes() if action.verb is Verb.REDACT:
            raise InvalidInput("A column holds bytes, which cannot be read; name it in the rules: keep or remove.")
        case int() | float() | Decimal() if action.verb is Verb.REPLACE and not isinstance(value, bool):
            return _number(value, action, ask)
        case _:
            return value if action.verb is Verb.REDACT else None


def _date(value: date, ask: Ask) -> date | None:
    text = value.isoformat()
    answer = ask(Question(text, IdentifierKind.DATE))
    if answer == text:
        return value
    if _YEAR.fullmatch(answer):
        answer = f"{answer}-01-01"
    try:
        whole = datetime.fromisoformat(answer)
    except ValueError:
        return None
    if isinstance(value, datetime):
        return whole.replace(tzinfo=whole.tzinfo or value.tzinfo)
    return whole.date()


def _number(value: Any, action: Action, ask: Ask) -> Any:
    answer = ask(action.question(str(value)))
    if answer == str(value):
        return value
    return type(value)(_OLDEST) if action.kind is IdentifierKind.AGE else None
