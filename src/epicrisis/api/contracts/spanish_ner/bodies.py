"""What was sent to contract N: JSON, a form, or a form in parts, with the text in ``inputText``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from epicrisis.api.contracts.spanish_ner.refusals import JSON, unfit
from epicrisis.api.multipart import NotMultipart, parts_of
from epicrisis.api.problems import MALFORMED_JSON, UNSUPPORTED_MEDIA_TYPE, Problem, Refused

FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data"
TEXT, MODEL = "inputText", "model"
MOST_FIELDS = 20

_OTHER_KIND = Problem(
    UNSUPPORTED_MEDIA_TYPE.status,
    UNSUPPORTED_MEDIA_TYPE.code,
    "This route reads JSON and forms",
    f"Send Content-Type: {JSON}, {FORM} or {PARTS}, with the text as {TEXT}.",
)
_UNKNOWN = f"There is a field that this route does not know; it reads {TEXT} and {MODEL}."
_NO_FORM = f"The form is not one of {MOST_FIELDS} fields at most, in UTF-8; send {TEXT} and {MODEL}."


@dataclass(frozen=True, slots=True)
class Submission:
    """A text, and the names of the models that shall read it; none where the body names none."""

    text: str
    models: tuple[str, ...] = ()


def submission_of(kind: str, body: bytes) -> Submission:
    """Return what ``body``, of media type ``kind``, asks.

    Raises:
        Refused: it is none of the three kinds, not what its kind says, or lacks the text.
    """
    match kind.partition(";")[0].strip().lower():
        case "application/json":
            return _of_json(body)
        case "application/x-www-form-urlencoded":
            return _of_fields(_form(body), f"{_UNKNOWN} In a form of this kind, & and + of a text are %26 and %2B.")
        case "multipart/form-data":
            return _of_fields(_parts(kind, body), _UNKNOWN)
        case _:
            raise Refused(_OTHER_KIND)


def _of_json(body: bytes) -> Submission:
    try:
        sent = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Refused(MALFORMED_JSON) from None
    if not isinstance(sent, dict):
        raise Refused(unfit(f"The body must be a JSON object with the text as {TEXT}."))
    if not sent.keys() <= {TEXT, MODEL}:
        raise Refused(unfit(_UNKNOWN))
    return Submission(_text(sent.get(TEXT)), _models(sent.get(MODEL)))


def _of_fields(fields: Iterable[tuple[str, str]], unknown: str) -> Submission:
    said: dict[str, list[str]] = {TEXT: [], MODEL: []}
    for name, value in fields:
        if name not in said:
            raise Refused(unfit(unknown))
        said[name].append(value)
    if len(said[TEXT]) > 1:
        raise Refused(unfit(f"{TEXT} stands in the form more than once; send one text."))
    return Submission(_text(said[TEXT][0] if said[TEXT] else None), tuple(said[MODEL]))


def _text(sent: object) -> str:
    if sent is None:
        raise Refused(unfit(f"{TEXT} is missing; send the text to read in it."))
    if not isinstance(sent, str):
        raise Refused(unfit(f"{TEXT} must be a string."))
    if not sent:
        raise Refused(unfit(f"{TEXT} is empty; send the text to read in it."))
    return sent


def _models(sent: object) -> tuple[str, ...]:
    if sent is None:
        return ()
    names = sent if isinstance(sent, list) else [sent]
    if not all(isinstance(name, str) for name in names):
        raise Refused(unfit(f"{MODEL} must be a name, or a list of names."))
    return tuple(names)


def _form(body: bytes) -> Sequence[tuple[str, str]]:
    try:
        return parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        raise Refused(unfit(_NO_FORM)) from None


def _parts(kind: str, body: bytes) -> Sequence[tuple[str, str]]:
    try:
        return [(part.name, part.text) for part in parts_of(kind, body, most=MOST_FIELDS)]
    except (NotMultipart, UnicodeDecodeError):
        raise Refused(unfit(_NO_FORM)) from None
