"""A small annotated note with everything a format has to carry, and strategies for many more."""

from __future__ import annotations

from hypothesis import strategies as st

from epicrisis.domain.annotations import AnnotatedDocument, Sentence
from epicrisis.domain.assertions import (
    Assertion,
    Conflict,
    Cue,
    CueKind,
    Experiencer,
    SentenceLabel,
    Status,
    Temporality,
    in_text_order,
)
from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity, EntityLabel
from epicrisis.domain.sections import Section, SectionCategory
from epicrisis.domain.spans import Span

TEXT = "FAMILY HISTORY: Mother had a stroke.\nDenies chest\npain 🫀. Took aspirin 81 mg."


def span(words: str, text: str = TEXT) -> Span:
    start = text.index(words)
    return Span(start, start + len(words))


def sample() -> AnnotatedDocument:
    """Return a note about an invented patient's mother and her pain, with a conflict and a family cue."""
    family = Cue(span("Mother"), CueKind.FAMILY)
    denies = Cue(span("Denies"), CueKind.NEGATION, scope=span("Denies chest\npain"), score=0.9876)
    return AnnotatedDocument(
        document=Document(id="n1", text=TEXT),
        entities=(
            Entity(span("stroke"), EntityLabel.PROBLEM, 0.95, code="I64"),
            Entity(span("chest\npain"), EntityLabel.PROBLEM, 0.9),
            Entity(span("aspirin"), EntityLabel.MEDICATION, 0.8),
            Entity(span("81 mg"), EntityLabel.DOSE, 0.7),
        ),
        assertions=(
            Assertion(
                span("stroke"),
                Status.PRESENT,
                0.97,
                temporality=Temporality.PAST,
                experiencer=Experiencer.FAMILY,
                cues=(family,),
            ),
            Assertion(
                span("chest\npain"),
                Status.ABSENT,
                0.9,
                cues=(denies,),
                scores={Status.ABSENT: 0.9, Status.PRESENT: 0.1},
            ),
            Assertion(
                span("aspirin"),
                Status.PRESENT,
                0.6,
                conflict=Conflict("rules", Status.ABSENT, (denies,)),
            ),
            None,
        ),
        cues=(family, denies),
        sentences=(
            Sentence(span("FAMILY HISTORY: Mother had a stroke."), SentenceLabel.PRESENT, {SentenceLabel.PRESENT: 1.0}),
            Sentence(span("Denies chest\npain 🫀."), SentenceLabel.ABSENT),
            Sentence(span("Took aspirin 81 mg.")),
        ),
        sections=(
            Section(Span(0, 36), SectionCategory.FAMILY_HISTORY, heading=span("FAMILY HISTORY")),
            Section(Span(37, len(TEXT))),
        ),
        engine="model",
        version="1",
    )


# Text as notes can hold it: letters, line ends of every kind, astral and combining characters, markup, controls.
texts = st.text(
    st.sampled_from("ab <>&\"'\r\n\t\x00\x1b\u00a0\u0301\u202e\u200d🫀é"),
    min_size=1,
    max_size=60,
).filter(lambda text: not text.isspace())


@st.composite
def annotated(draw: st.DrawFn) -> AnnotatedDocument:
    """Draw a note whose entities and cues may overlap in every way."""
    text = draw(texts)
    spans = st.tuples(st.integers(0, len(text) - 1), st.integers(1, len(text))).filter(lambda pair: pair[0] < pair[1])
    placed = spans.map(lambda pair: Span(*pair))
    cues = in_text_order(draw(st.lists(st.builds(Cue, placed, st.sampled_from(CueKind)), max_size=4, unique=True)))
    entities = tuple(
        sorted(
            draw(st.lists(st.builds(Entity, placed, st.sampled_from(EntityLabel).map(str)), max_size=5, unique=True))
        )
    )
    return AnnotatedDocument(
        document=Document(id=draw(st.sampled_from(["n1", "<b>", "é 🫀"])), text=text),
        entities=entities,
        assertions=tuple(
            Assertion(
                entity.span,
                draw(st.sampled_from(Status)),
                draw(st.sampled_from([0.0, 0.5, 1.0])),
                temporality=draw(st.sampled_from(Temporality)),
                experiencer=draw(st.sampled_from(Experiencer)),
                cues=draw(st.sampled_from([(), cues])),
            )
            if EntityLabel(entity.label).is_concept
            else None
            for entity in entities
        ),
        cues=cues,
        engine="model",
        version="1",
    )
