"""What can be asked about identifiers. A server writes down each of these, so each has a key and is done once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from epicrisis.client.asking import Ask, Plain, Told, in_json, key_from
from epicrisis.client.note_asks import batch_of, in_documents
from epicrisis.client.redacted import Hidden, Redacted, RedactedFile, RedactedNote, Reidentified, Untouched
from epicrisis.client.results import Batch
from epicrisis.domain.documents import Document
from epicrisis.domain.identifiers import IdentifierKind
from epicrisis.domain.redactions import Operator
from epicrisis.domain.spans import Span
from epicrisis.errors import InvalidInput

_REDACTIONS = "/v1/redactions"
_ANY_FILE = {b"Accept": b"*/*", b"Content-Type": b"application/octet-stream"}


def redact(
    text: str,
    *,
    policy: str | None,
    patient: str | None,
    language: str | None,
    explain: bool,
    purpose: str,
    idempotency_key: str | None,
) -> Ask[Redacted]:
    """Ask for the note ``text`` without identifiers."""
    body = in_json(text=text, **_how(policy, patient, language, explain, purpose))
    return Ask("POST", _REDACTIONS, _redacted, body, key_from(idempotency_key))


def redact_batch(
    texts: Sequence[str],
    *,
    policy: str | None,
    patient: str | None,
    language: str | None,
    explain: bool,
    purpose: str,
    idempotency_key: str | None,
) -> Ask[Batch[RedactedNote]]:
    """Ask for each of the notes ``texts`` without identifiers."""
    body = in_json(documents=in_documents(texts), **_how(policy, patient, language, explain, purpose))
    return Ask("POST", _REDACTIONS, batch_of(texts, _note), body, key_from(idempotency_key))


def redact_file(
    data: bytes,
    *,
    kind: str | None,
    policy: str | None,
    patient: str | None,
    language: str | None,
    rules: Mapping[str, str],
    header: bool,
    purpose: str,
    idempotency_key: str | None,
) -> Ask[RedactedFile]:
    """Ask for a file without identities.

    Raises:
        InvalidInput: a header cannot carry the id of the patient, or there are rules for a file of no kind.
    """
    # A small table may be taken for plain text, in which no rule finds its place.
    if rules and kind is None:
        raise InvalidInput("Rules name places of JSON, FHIR, CSV or Parquet; say which the file is by `kind`.")
    if patient is not None and not patient.isprintable():
        raise InvalidInput("The id of a patient goes with a file as a header, which is one line of printable text.")
    how = {
        "kind": kind,
        "policy": policy,
        "language": language,
        "purpose": purpose,
        "header": "" if header else "false",
    }
    rule = [("rule", f"{place}={action}") for place, action in rules.items()]
    query = urlencode([*((name, value) for name, value in how.items() if value), *rule])
    # No word of a note belongs in an address, and the id of a patient might be one.
    headers = _ANY_FILE if patient is None else {**_ANY_FILE, b"X-Patient": patient.encode()}
    return Ask("POST", f"{_REDACTIONS}/files?{query}", _file, data, key_from(idempotency_key), headers)


def reidentify(text: str, *, purpose: str, idempotency_key: str | None) -> Ask[Reidentified]:
    """Ask for ``text`` with the identifiers that are sealed in it."""
    body = in_json(text=text, purpose=purpose or None)
    return Ask("POST", "/v1/reidentifications", _reidentified, body, key_from(idempotency_key))


def _how(policy: str | None, patient: str | None, language: str | None, explain: bool, purpose: str) -> dict[str, Any]:
    how = {"policy": policy, "patient": patient, "language": language}
    return {**how, "explain": explain or None, "purpose": purpose or None}


# Of an answer told again, the body has the id of the request that was done, as the audit log has it.
def _redacted(told: Told) -> Redacted:
    plain = told.plain
    return Redacted(_read(plain), plain["request_id"])


def _reidentified(told: Told) -> Reidentified:
    plain = told.plain
    return Reidentified(plain["text"], plain["opened"], plain["request_id"])


def _file(told: Told) -> RedactedFile:
    engine, _, version = told.headers["x-engine"].partition("/")
    counts = [each.partition("=") for each in told.headers["x-redactions"].split(", ") if each]
    return RedactedFile(
        data=told.content,
        media_type=told.headers["content-type"].partition(";")[0],
        policy=told.headers["x-policy"],
        counts={kind: int(count) for kind, _, count in counts},
        engine=engine,
        version=version,
        request_id=told.request_id,
    )


def _note(plain: Plain, _: Document) -> RedactedNote:
    return _read(plain)


def _read(plain: Plain) -> RedactedNote:
    return RedactedNote(
        text=plain["text"],
        language=plain["language"],
        policy=plain["policy"],
        hidden=tuple(_hidden(each) for each in plain["replacements"]),
        counts=plain["counts"],
        engine=plain["engine"],
        version=plain["version"],
        kept=tuple(_untouched(each) for each in plain.get("kept", ())),
        spared=tuple(_untouched(each) for each in plain.get("spared", ())),
    )


def _hidden(plain: Plain) -> Hidden:
    return Hidden(
        text=plain["text"],
        place=_span(plain),
        original=_span(plain["original"]),
        kind=IdentifierKind(plain["kind"]),
        operator=Operator(plain["operator"]),
        sub=plain.get("sub"),
        found_by=plain.get("found_by", ""),
        why=plain.get("why", ""),
        score=plain.get("score"),
    )


def _untouched(plain: Plain) -> Untouched:
    kind = IdentifierKind(plain["kind"])
    return Untouched(_span(plain), kind, plain["why"], plain.get("found_by", ""), plain.get("score"))


def _span(plain: Plain) -> Span:
    return Span(plain["start"], plain["end"])
