"""What a prescription says beside its drug, where the encoder left it unmarked: "Vicodin 1-2tabs po Q6H".

Prescriptions are a small language with a grammar, and rare forms of it are many. Beside a drug, only what stands in
one row with it is added, or says both how and how often. Of what is marked one thing changes: a drug whose mention runs
on into its route or a bare dose ends before it.
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

# Of 30 that were added to the sentences of mtsamples_status, dev and train, 22 were right.
_SCORE = 0.73
_ADDED = frozenset({EntityLabel.DOSE, EntityLabel.ROUTE, EntityLabel.FREQUENCY})
_LINKS = frozenset({*_ADDED, EntityLabel.MEDICATION, EntityLabel.DURATION})
# "Percocet, #20 tablets, one to two PO q.3-4h.": what a pharmacy hands out stands between the drug and its row.
_UNMISTAKABLE = frozenset({EntityLabel.ROUTE, EntityLabel.FREQUENCY})
# "Chocolate Ensure one can po QID": the row tells of a drug that nobody knows.
_BY_MOUTH = ("p.o", " po ", "v.o", " vo ")
# "Versed 3, Demerol 25 and", "Percocet 5 #40": so written it is a dose, all of the twelve that mtsamples_status holds.
_BARE = re.compile(r" \d{1,4}(?:\.\d{1,2})?(?=\s?(?:[,;#]|\.(?!\d)|$|(?:and|y|e)\b))")
# "omega 3", "vitamin D 3", "interferon beta 1": there it belongs to the name.
_NUMBERED = re.compile(r"(?:^|\s)(?:\S|no\.?|nr\.?|number|alpha|alfa|beta|gamma|omega|coq|factor|type|tipo)$")
_LAST_NUMBER = re.compile(r" \d{1,4}(?:\.\d{1,2})?$")
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
    names = [_name_alone(low, each, language) if each.label == EntityLabel.MEDICATION else each for each in found]
    return sorted([*names, *_added(low, names, language)], key=lambda each: each.span)


def _name_alone(low: str, drug: Tagged, language: str) -> Tagged:
    """Return ``drug`` without the route or the bare dose behind its name: "Brimonidine ophthalmic", "Demerol 25"."""
    start, end = drug.span.start, drug.span.end
    pieces = grammar(language).pieces(low, start, end)
    behind = [piece.span.start for piece in pieces if piece.part is Part.ROUTE and piece.span.end == end]
    number = _LAST_NUMBER.search(low, start, end)
    if number and _bare_number(low, Span(start, number.start())):
        behind.append(number.start())
    name = low[start : min(behind, default=end)].rstrip()
    return drug._replace(span=Span(start, start + len(name))) if name else drug


def _added(low: str, found: Sequence[Tagged], language: str) -> Iterator[Tagged]:
    links: list[_Link] = [(each.span, EntityLabel(each.label), False) for each in found if each.label in _LINKS]
    # A form links what stands around it, and so does "p.r.n.", which says when and not how often.
    links += [
        (piece.span, piece.part.label, piece.part is not Part.AS_NEEDED and _is_free(piece.span, found))
        for piece in grammar(language).pieces(low, 0, len(low))
    ]
    links += [(span, EntityLabel.DOSE, True) for span in _bare(low, found) if _is_free(span, found)]
    for row in _rows(low, sorted(links, key=lambda link: link[0])):
        labels = {label for _, label, _ in row}
        if EntityLabel.MEDICATION in labels or labels >= _UNMISTAKABLE:
            for span, label, is_free in row:
                if is_free and label in _ADDED:
                    yield Tagged(span, str(label), _SCORE)


def _bare(low: str, found: Sequence[Tagged]) -> Iterator[Span]:
    """Yield the numbers without a unit right behind a drug."""
    for each in found:
        if each.label == EntityLabel.MEDICATION and (number := _bare_number(low, each.span)):
            yield Span(number.start() + 1, number.end())


def _bare_number(low: str, drug: Span) -> re.Match[str] | None:
    """Return the number without a unit behind ``drug``, unless it is a part of its name."""
    return None if _NUMBERED.search(low, drug.start, drug.end) else _BARE.match(low, drug.end)


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
