"""What a prescription says beside its drug, where the encoder left it unmarked: "Vicodin 1-2tabs po Q6H".

Prescriptions are a small language with a grammar, and rare forms of it are many. Beside a drug, only what stands in
one row with it is added, or says both how and how often; nothing that is marked is changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.spans import Span
from epicrisis.engines.encoder.tagging import Tagged
from epicrisis.engines.entities.sig import Part, grammar
from epicrisis.text.phrases import folded

LANGUAGES = frozenset({"en", "es"})

# Of 15 that were added to the sentences of mtsamples_status, dev and train, 10 were right.
_SCORE = 0.67
_ADDED = frozenset({EntityLabel.DOSE, EntityLabel.ROUTE, EntityLabel.FREQUENCY})
_LINKS = frozenset({*_ADDED, EntityLabel.MEDICATION, EntityLabel.DURATION})
# "Percocet, #20 tablets, one to two PO q.3-4h.": what a pharmacy hands out stands between the drug and its row.
_UNMISTAKABLE = frozenset({EntityLabel.ROUTE, EntityLabel.FREQUENCY})
# "Chocolate Ensure one can po QID": the row tells of a drug that nobody knows.
_BY_MOUTH = ("p.o", " po ", "v.o", " vo ")
# What may stand between two parts of one prescription.
_GAP = re.compile(r"[\s,;:()]{0,3}(?:(?:and|then|of|an?|by|per|x|for|de|por|una?) ?)?")


def prescribed(text: str, found: Sequence[Tagged], language: str) -> list[Tagged]:
    """Return what was ``found`` in ``text``, with the doses, routes and frequencies in a row with its drugs.

    ``language`` is one of ``LANGUAGES``; in others nothing is added.
    """
    low = folded(text)
    is_about_drugs = any(each.label == EntityLabel.MEDICATION for each in found) or any(way in low for way in _BY_MOUTH)
    if language not in LANGUAGES or not is_about_drugs:
        return list(found)
    return sorted([*found, *_added(low, found, language)], key=lambda each: each.span)


def _added(low: str, found: Sequence[Tagged], language: str) -> Iterator[Tagged]:
    links: list[_Link] = [(each.span, EntityLabel(each.label), False) for each in found if each.label in _LINKS]
    # A form links what stands around it, and so does "p.r.n.", which says when and not how often.
    links += [
        (piece.span, piece.part.label, piece.part is not Part.AS_NEEDED and _is_free(piece.span, found))
        for piece in grammar(language).pieces(low, 0, len(low))
    ]
    for row in _rows(low, sorted(links, key=lambda link: link[0])):
        labels = {label for _, label, _ in row}
        if EntityLabel.MEDICATION in labels or labels >= _UNMISTAKABLE:
            for span, label, is_free in row:
                if is_free and label in _ADDED:
                    yield Tagged(span, str(label), _SCORE)


def _is_free(span: Span, found: Sequence[Tagged]) -> bool:
    return not any(each.span.start < span.end and span.start < each.span.end for each in found)


_Link = tuple[Span, EntityLabel | None, bool]


def _rows(low: str, links: Sequence[_Link]) -> Iterator[list[_Link]]:
    """Yield what stands side by side in ``low``, with nothing between but marks and small words."""
    row: list[_Link] = []
    end = 0
    for link in links:
        gap = _GAP.match(low, end)
        if row and link[0].start > (gap.end() if gap else end):
            yield row
            row = []
        row.append(link)
        end = max(end, link[0].end)
    yield row
