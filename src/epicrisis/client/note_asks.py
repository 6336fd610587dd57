"""What can be asked about notes: one, or a batch of which each is answered in its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from epicrisis.client.asking import Ask, Plain, Told, in_json, refusal
from epicrisis.client.results import Annotation, Batch, Judgement, NamedEntity, NamedNote, Naming, Refusal
from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.assessments import Assessment
from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.errors import InvalidInput
from epicrisis.formats.assessments import assessment_from_plain
from epicrisis.formats.jsonl import from_plain

Item = TypeVar("Item")
Read = Callable[[Plain, Document], Item]

_ANNOTATIONS, _ASSERTIONS, _ENTITIES = "/v1/annotations", "/v1/assertions", "/v1/entities"


def annotate(text: str, *, language: str | None) -> Ask[Annotation]:
    """Ask for everything in the note ``text``."""

    def read(told: Told) -> Annotation:
        return Annotation(_about(text, told.plain, from_plain), told.request_id)

    return Ask("POST", _ANNOTATIONS, read, in_json(text=text, language=language))


def annotate_batch(texts: Sequence[str], *, language: str | None) -> Ask[Batch[AnnotatedDocument]]:
    """Ask for everything in each of the notes ``texts``."""
    body = in_json(documents=in_documents(texts), language=language)
    return Ask("POST", _ANNOTATIONS, batch_of(texts, from_plain), body)


def assess(text: str, *, targets: Sequence[Span], language: str | None) -> Ask[Judgement]:
    """Ask what ``text`` says of the findings at ``targets`` or, without any, of those marked or found in it."""

    def read(told: Told) -> Judgement:
        return Judgement(_about(text, told.plain, assessment_from_plain), told.request_id)

    body = in_json(text=text, targets=_plain_targets(targets) or None, language=language)
    return Ask("POST", _ASSERTIONS, read, body)


def assess_batch(
    texts: Sequence[str], *, targets: Sequence[Sequence[Span]], language: str | None
) -> Ask[Batch[Assessment]]:
    """Ask what each of ``texts`` says of its own ``targets``.

    Raises:
        InvalidInput: there are targets, and not for each text.
    """
    if targets and len(targets) != len(texts):
        raise InvalidInput(f"There are {len(texts)} texts and targets for {len(targets)}; give as many, or none.")
    documents = in_documents(texts)
    for document, own in zip(documents, targets, strict=False):
        document["targets"] = _plain_targets(own)
    body = in_json(documents=documents, language=language)
    return Ask("POST", _ASSERTIONS, batch_of(texts, assessment_from_plain), body)


def named(text: str, *, label_sets: Sequence[str], language: str | None) -> Ask[Naming]:
    """Ask what the note ``text`` names in ``label_sets``, or in the usual ones of its language."""

    def read(told: Told) -> Naming:
        return Naming(_about(text, told.plain, _named), told.request_id)

    return Ask("POST", _ENTITIES, read, in_json(text=text, label_sets=list(label_sets) or None, language=language))


def named_batch(texts: Sequence[str], *, label_sets: Sequence[str], language: str | None) -> Ask[Batch[NamedNote]]:
    """Ask what each of the notes ``texts`` names."""
    body = in_json(documents=in_documents(texts), label_sets=list(label_sets) or None, language=language)
    return Ask("POST", _ENTITIES, batch_of(texts, _named), body)


def in_documents(texts: Sequence[str]) -> list[dict[str, Any]]:
    """Return ``texts`` as a batch has them."""
    return [{"text": text} for text in texts]


def batch_of(texts: Sequence[str], read: Read[Item]) -> Callable[[Told], Batch[Item]]:
    """Return what reads the answer to a batch, each item in its place by ``read``."""

    def each(text: str, plain: Plain) -> Item | Refusal:
        return refusal(plain["problem"]) if "problem" in plain else _about(text, plain, read)

    def every(told: Told) -> Batch[Item]:
        answered = zip(texts, told.plain["documents"], strict=True)
        return Batch(tuple(each(text, plain) for text, plain in answered), told.request_id)

    return every


def _about(text: str, plain: Plain, read: Read[Item]) -> Item:
    return read(plain, Document(id=plain["id"], text=text, language=plain["language"]))


def _plain_targets(targets: Sequence[Span]) -> list[dict[str, int]]:
    return [{"start": target.start, "end": target.end} for target in targets]


def _named(plain: Plain, document: Document) -> NamedNote:
    entities = tuple(
        NamedEntity(
            span=Span(each["start"], each["end"]),
            label=each["label"],
            label_es=each["label_es"],
            label_set=each["label_set"],
            score=each["score"],
            sub=each.get("sub"),
        )
        for each in plain["entities"]
    )
    return NamedNote(document, tuple(plain["label_sets"]), entities, plain["engine"], plain["version"])
