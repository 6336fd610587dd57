"""Notes inside a record: documents, the words of reports, what a Composition tells. Nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterator

from epicrisis.domain.patients import Source
from epicrisis.formats.documents.fhir.access import Resource
from epicrisis.formats.patients.drafts import Draft, File, Part
from epicrisis.formats.patients.fhir.chart import Chart
from epicrisis.formats.patients.fhir.codes import WITHDRAWN
from epicrisis.formats.patients.fhir.values import all_said, code_of, inner, listed, said_by, words
from epicrisis.formats.patients.troubles import ELSEWHERE

_DROPPED = frozenset({WITHDRAWN, "superseded", "cancelled", "registered", "deprecated"})
_TIMES = ("effectiveDateTime", "effectivePeriod", "date", "indexed", "created", "issued")


def document(resource: Resource, source: Source, chart: Chart) -> Iterator[Draft]:
    """Yield the note of a DocumentReference; its contents are one document in several formats."""
    if not _DROPPED.isdisjoint((code_of(resource.get("status")), code_of(resource.get("docStatus")))):
        return
    attachments = [found for each in listed(resource.get("content")) for found in listed(each.get("attachment"))]
    files = _files(attachments, resource, chart)
    if not files:
        return
    context = resource.get("context")
    titles = (words(inner(attachments, "title")), said_by(resource.get("type")), words(resource.get("description")))
    encounter = inner(context, "encounter") if isinstance(context, dict) else context
    yield Draft(
        source,
        "DocumentReference",
        (Part(files=files),),
        title=next(filter(None, titles), ""),
        at=chart.told(resource, *_TIMES)
        or chart.period(inner(context, "period")).start
        or chart.moment(inner(attachments, "creation")),
        encounter=chart.reference(encounter, resource),
        language=words(inner(attachments, "language")) or words(resource.get("language")),
    )


def report(resource: Resource, source: Source, chart: Chart) -> Iterator[Draft]:
    """Yield the words of a DiagnosticReport: the report itself, and its conclusion."""
    if code_of(resource.get("status")) in _DROPPED:
        return
    conclusion = _lines(resource.get("conclusion")) or "; ".join(
        all_said(resource.get("conclusionCode") or resource.get("codedDiagnosis"))
    )
    forms = listed(resource.get("presentedForm"))
    parts = []
    if conclusion:
        parts.append(Part("Impression", conclusion))
    if forms and (files := _files(forms, resource, chart)):
        parts.append(Part(files=files))
    if parts:
        yield Draft(
            source,
            "DiagnosticReport",
            tuple(parts),
            title=said_by(resource.get("code")),
            at=chart.told(resource, *_TIMES),
            encounter=chart.visit(resource),
            language=words(inner(forms, "language")) or words(resource.get("language")),
        )


def impression(resource: Resource, source: Source, chart: Chart) -> Iterator[Draft]:
    """Yield what a ClinicalImpression finds, in the words of whoever wrote it."""
    said = [text for name in ("description", "summary") if (text := _lines(resource.get(name)))]
    if said and code_of(resource.get("status")) not in _DROPPED:
        yield Draft(
            source,
            "ClinicalImpression",
            (Part("Assessment", "\n".join(dict.fromkeys(said))),),
            title=said_by(resource.get("code")),
            at=chart.told(resource, *_TIMES),
            encounter=chart.visit(resource),
            language=words(resource.get("language")),
        )


def composition(resource: Resource, source: Source, chart: Chart) -> Iterator[Draft]:
    """Yield what the sections of a Composition tell and no entry of theirs does.

    A narrative is what a section says to a reader (hl7.org/fhir/R4/narrative.html); where its entries are here, they
    say the same in codes, unless its status is that it says more. One with an ``emptyReason`` says why it is empty.
    """
    if code_of(resource.get("status")) in _DROPPED:
        return
    parts = []
    waiting = listed(resource.get("section"))[::-1]
    while waiting:
        section = waiting.pop()
        waiting += listed(section.get("section"))[::-1]
        written, state = inner(section, "text", "div"), inner(section, "text", "status")
        entries = [chart.find(each, within=resource) for each in listed(section.get("entry"))]
        says_nothing = not isinstance(written, str) or state == "empty" or section.get("emptyReason") is not None
        if says_nothing or (state != "additional" and any(entries)):
            continue
        heading = words(section.get("title")) or said_by(section.get("code"))
        parts.append(Part(heading, files=(File(page=f"<html><body>{written}</body></html>"),)))
    if parts:
        yield Draft(
            source,
            "Composition",
            tuple(parts),
            title=words(resource.get("title")) or said_by(resource.get("type")),
            at=chart.told(resource, "date"),
            encounter=chart.visit(resource),
            language=words(resource.get("language")),
        )


def _files(attachments: list[Resource], resource: Resource, chart: Chart) -> tuple[File, ...]:
    """Return the files whose data is here, in an attachment or in a Binary of the record."""
    files, is_elsewhere = [], False
    for attachment in attachments:
        media, data = words(attachment.get("contentType")), attachment.get("data")
        if isinstance(data, str) and data:
            files.append(File(encoded=data, media=media))
            continue
        url = attachment.get("url")
        binary = chart.find(url, within=resource)
        # DSTU2 and STU3 call the data of a Binary its content.
        data = (binary.get("data") or binary.get("content")) if binary is not None else None
        if isinstance(data, str) and data and binary is not None:
            files.append(File(encoded=data, media=words(binary.get("contentType")) or media))
        elif isinstance(url, str) and url:
            is_elsewhere = True
    if is_elsewhere and not files:
        chart.troubles.add(str(resource["resourceType"]), ELSEWHERE)
    return tuple(files)


def _lines(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
