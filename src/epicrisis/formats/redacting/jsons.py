"""JSON by path, one value or one on each line; whatever says its ``resourceType`` is read as FHIR.

Without a rule, a value is replaced whole where its field's name says that it is an identifier, and every other string
is read. Numbers keep their digits: ``1.00`` stays ``1.00``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec

from epicrisis.errors import UnreadableDocument
from epicrisis.formats.redacting.actions import REDACT, Action, Verb
from epicrisis.formats.redacting.asking import Ask, Once, Options, Question
from epicrisis.formats.redacting.columns import named
from epicrisis.formats.redacting.fhir import GONE, Fhir
from epicrisis.formats.redacting.paths import Path, Rules

_DECODER = msgspec.json.Decoder(float_hook=Decimal)
_ENCODER = msgspec.json.Encoder(decimal_format="number")
_MARK = b"\xef\xbb\xbf"
_INDENT = re.compile(rb"\s*[\[{]\s*\n( *|\t*)\S")
# A field's name; what is none may be a value used as one: {"Ana Ruiz": {...}}.
_FIELD = re.compile(r"[A-Za-z_$@][A-Za-z_$@:.-]*\d{0,3}")


class Json:
    """A file of JSON."""

    def __init__(self, data: bytes, options: Options) -> None:
        """Read ``data``.

        Raises:
            UnreadableDocument: it is not JSON, not in UTF-8, or nested too deeply.
            InvalidInput: a rule is not one.
        """
        self._data = data.removeprefix(_MARK)
        self._options = options
        self._values, self._lines = _values(self._data)
        self._once = Once()
        self._rewritten(self._once.ask)
        self.questions = self._once.questions()

    @property
    def is_fhir(self) -> bool:
        """Return whether its values are FHIR resources."""
        return all(isinstance(value, dict) and "resourceType" in value for value in self._values)

    def written(self, answers: Sequence[str]) -> bytes:
        """Return the file with its strings as they were answered."""
        values = [_ENCODER.encode(value) for value in self._rewritten(self._once.answered(answers))]
        if self._lines:
            return b"".join(value + b"\n" for value in values)
        indent = _INDENT.match(self._data)
        value = msgspec.json.format(values[0], indent=max(1, len(indent[1]))) if indent else values[0]
        return value + (b"\n" if self._data.endswith(b"\n") else b"")

    def _rewritten(self, ask: Ask) -> list[object]:
        """Go through the file once; what is asked depends on the file alone, so a second time asks the same."""
        rewriting = _Rewriting(self._options, ask)
        try:
            values = [rewriting.value(value, (), None) for value in self._values]
        except RecursionError as error:
            raise UnreadableDocument("The JSON is nested too deeply; send its parts one by one.") from error
        return [None if value is GONE else value for value in values]


class _Rewriting:
    """One way through a file."""

    def __init__(self, options: Options, ask: Ask) -> None:
        self._rules = Rules(options.rules)
        self._fhir = Fhir(options.rules, ask)
        self._ask = ask

    def value(self, value: Any, path: Path, inherited: Action | None) -> object:
        """Return ``value`` reworded; ``inherited`` is what is done about whatever holds it, if that was replaced."""
        if isinstance(value, dict) and isinstance(value.get("resourceType"), str):
            return self._fhir.resource(value)
        action = self._rules.action(path) or inherited or (named(path[-1]) if path else None) or REDACT
        if action.verb is Verb.REMOVE:
            return GONE
        below = None if action is REDACT else action
        match value:
            case dict():
                return self._object(value, path, below)
            case list():
                items = [self.value(item, path, below) for item in value]
                return [item for item in items if item is not GONE]
            case str() if action.verb is not Verb.KEEP and value.strip():
                return self._ask(action.question(value))
            case int() | Decimal() if action.verb is Verb.REPLACE and not isinstance(value, bool):
                answer = self._ask(action.question(str(value)))
                return value if answer == str(value) else answer
            case _:
                return value

    def _object(self, value: dict[str, Any], path: Path, below: Action | None) -> dict[str, object]:
        reworded: dict[str, object] = {}
        for key, item in value.items():
            now = self.value(item, (*path, key), below)
            name = key if _FIELD.fullmatch(key) or not key.strip() else self._ask(Question(key))
            while name in reworded:
                name += "'"
            if now is not GONE:
                reworded[name] = now
        return reworded


def _values(data: bytes) -> tuple[list[Any], bool]:
    """Return the values of ``data``, and whether there is one on each line."""
    try:
        return [_DECODER.decode(data)], False
    except RecursionError as error:
        raise UnreadableDocument("The JSON is nested too deeply; send its parts one by one.") from error
    except (msgspec.DecodeError, UnicodeDecodeError, ArithmeticError) as error:
        lines = [(number, line) for number, line in enumerate(data.split(b"\n"), 1) if line.strip()]
        if len(lines) < 2:
            raise UnreadableDocument(
                "The file is cut short, or is not JSON in UTF-8; a validator names the place at fault."
            ) from error
    return [_line(line, number) for number, line in lines], True


def _line(line: bytes, number: int) -> Any:
    try:
        return _DECODER.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, ArithmeticError, RecursionError) as error:
        raise UnreadableDocument(
            f"The file is not JSON, and as JSON Lines its line {number} is not; a validator names the place at fault."
        ) from error
