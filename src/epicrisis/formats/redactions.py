"""A redaction as plain JSON, the shape of ``/v1/redactions``; what stood there before is never told."""

from __future__ import annotations

from epicrisis.domain.documents import Document
from epicrisis.domain.redactions import Redaction, Replacement
from epicrisis.formats.writing import Plain, Writer, probability
from epicrisis.text.alignment import OffsetUnit


def redaction_to_plain(
    redaction: Redaction,
    original: Document,
    *,
    explain: bool = False,
    offset_unit: OffsetUnit = OffsetUnit.CODE_POINT,
) -> Plain:
    """Return ``redaction`` of ``original`` as values ``json.dumps`` takes; offsets count ``offset_unit``.

    To ``explain`` is to say of each identifier what found it and why, and to name those that were let stand; the words
    of none of them are told.
    """
    told = [each.identifier.span for each in redaction.replacements]
    if explain:
        told += [each.span for each in redaction.kept]
        told += [each.span for each in redaction.spared]
    before = Writer.over(original.text, told, offset_unit)
    after = Writer.over(redaction.document.text, (each.place for each in redaction.replacements), offset_unit)
    plain = {
        "id": redaction.original_id,
        "language": redaction.document.language,
        "policy": redaction.policy,
        "offset_unit": offset_unit.value,
        "text": redaction.document.text,
        "replacements": [_replacement(each, before, after, explain=explain) for each in redaction.replacements],
        "counts": redaction.counts,
        "engine": redaction.engine,
        "version": redaction.version,
    }
    if explain:
        plain["kept"] = [
            {
                **before.bounds(each.span),
                "kind": each.kind.name,
                "found_by": each.found_by,
                "why": each.why,
                "score": probability(each.score),
            }
            for each in redaction.kept
        ]
        plain["spared"] = [
            {**before.bounds(each.span), "kind": each.kind.name, "why": each.why} for each in redaction.spared
        ]
    return plain


def _replacement(replacement: Replacement, before: Writer, after: Writer, *, explain: bool) -> Plain:
    identifier = replacement.identifier
    plain = {
        **after.span(replacement.place),
        "original": before.bounds(identifier.span),
        "kind": identifier.kind.name,
        "operator": replacement.operator.value,
    }
    if identifier.sub is not None:
        plain["sub"] = identifier.sub
    if explain:
        plain |= {"found_by": identifier.found_by, "why": identifier.why, "score": probability(identifier.score)}
    return plain
