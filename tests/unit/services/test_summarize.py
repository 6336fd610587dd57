from __future__ import annotations

from contextlib import nullcontext

import pytest

from epicrisis.assembly import deidentification
from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.documents import Document
from epicrisis.domain.note_summaries import Bounds, NoteSummary, Style
from epicrisis.engines.record_contracts import NoteSummaryEngine
from epicrisis.engines.summary.notes.engine import SalienceEngine
from epicrisis.errors import GenerationFailed, InvalidSpan, UnknownLanguage
from epicrisis.services.hands import Hands
from epicrisis.services.outcomes import Failure
from epicrisis.services.readers import ByLanguage
from epicrisis.services.rewording import Rewording
from epicrisis.services.scrubbing import Scrubbing
from epicrisis.services.summarize import Summarize, Wanted, bounds_of
from tests.bundles import settings_with
from tests.language_models import RecitingModel
from tests.serving import a_core, rules_pipeline

COUGH = Document("c", "The patient has had a cough for three days. He denies fever. He lives alone with two cats.")
GOUT = Document("g", "Assessment: gout. Aspirin 81 mg daily.")
FRENCH = Document("f", "Pas de toux.", "fr")
SHORT = Wanted(Bounds(3, 12))


class Choosy(SalienceEngine):
    """Tells notes in short, but none about gout."""

    def summarize(self, note: AnnotatedDocument, *, bounds: Bounds) -> NoteSummary:
        if "gout" in note.document.text:
            raise InvalidSpan
        return super().summarize(note, bounds=bounds)


def service(engine: NoteSummaryEngine | None = None) -> Summarize:
    return Summarize(
        annotate=rules_pipeline().annotation, engines=ByLanguage.of(engine or SalienceEngine()), core=a_core()
    )


def told(outcome: NoteSummary | Failure) -> str:
    assert isinstance(outcome, NoteSummary)
    return outcome.text


def test_tells_a_note_in_short() -> None:
    summary = service().one(COUGH, SHORT)

    assert (summary.document_id, summary.engine) == ("c", "salience")
    assert summary.text == "The patient has had a cough for three days."


def test_the_pipeline_tells_a_text_in_short() -> None:
    summary = rules_pipeline().summarize(COUGH.text, max_words=12)

    assert summary.text == service().one(COUGH, Wanted(bounds_of(12))).text


def test_who_asks_for_few_words_is_not_held_to_the_usual_least() -> None:
    assert bounds_of() == Bounds(50, 150)
    assert bounds_of(20) == Bounds(20, 20)
    assert bounds_of(20, 5) == Bounds(5, 20)


@pytest.mark.anyio
async def test_asked_in_the_event_loop_it_answers_the_same() -> None:
    summarize = service()

    assert await summarize(COUGH, SHORT) == summarize.one(COUGH, SHORT)
    assert await summarize.batch([COUGH, GOUT], SHORT) == summarize.many([COUGH, GOUT], SHORT)


@pytest.mark.anyio
async def test_what_cannot_be_read_or_told_fails_alone() -> None:
    early = Failure("e", "unreadable", "It was never read.")
    summarize = service(Choosy())
    asked: list[Document | Failure] = [COUGH, early, GOUT, FRENCH]

    for outcomes in (summarize.many(asked, SHORT), await summarize.batch(asked, SHORT)):
        assert "cough" in told(outcomes[0])
        assert outcomes[1] is early
        assert [each.code for each in outcomes[2:] if isinstance(each, Failure)] == [
            InvalidSpan.code,
            UnknownLanguage.code,
        ]


@pytest.mark.anyio
async def test_one_note_that_cannot_be_read_is_raised() -> None:
    with pytest.raises(UnknownLanguage):
        await service()(FRENCH)


def in_words_of(model: RecitingModel) -> Summarize:
    summarize = service()
    scrub = Scrubbing(lambda: deidentification(settings_with(), rules_pipeline()), policy="limited-data-set")
    hands = Hands(threads=1, waiting=2, name="test")
    summarize.rewording = Rewording(
        lend=lambda: nullcontext(model), annotate=summarize.annotate, hands=hands, seconds=20.0, scrub=scrub
    )
    return summarize


ABSTRACTIVE = Wanted(Bounds(3, 40), Style.ABSTRACTIVE)


@pytest.mark.anyio
async def test_a_model_says_it_in_its_own_words() -> None:
    summarize = in_words_of(RecitingModel(3 * ["The patient had a cough for three days [1]."], name="scripted"))

    summary = await summarize(COUGH, ABSTRACTIVE)

    assert summary.text == "The patient had a cough for three days."
    assert (summary.style, summary.model) == (Style.ABSTRACTIVE, "scripted/1")
    assert summarize.one(COUGH, ABSTRACTIVE) == summary
    assert summarize.many([COUGH], ABSTRACTIVE) == [summary]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("model", "why"),
    [
        (RecitingModel(error=GenerationFailed()), "generation-failed"),
        (RecitingModel(["He has lung cancer [1]."]), "borne out"),
    ],
    ids=["it fails", "it makes up"],
)
async def test_where_a_model_fails_the_note_has_words_of_its_own(model: RecitingModel, why: str) -> None:
    summary = await in_words_of(model)(COUGH, ABSTRACTIVE)

    assert summary.text == told(service().one(COUGH, Wanted(ABSTRACTIVE.bounds)))
    assert (summary.style, summary.asked) == (Style.EXTRACTIVE, Style.ABSTRACTIVE)
    assert summary.warnings[-1].startswith("In the words of the note:")
    assert why in summary.warnings[-1]


@pytest.mark.anyio
async def test_without_a_model_the_answer_says_so() -> None:
    summary = await service()(COUGH, ABSTRACTIVE)

    assert "EPICRISIS_SUMMARY_MODEL" in summary.warnings[-1]


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_model_sees_no_identifier(elsewhere: bool) -> None:
    model = RecitingModel(["The patient has a cough [1]."], leaves_process=elsewhere)
    note = Document("n", "Dr. Ana Ruiz saw her for a cough of three days. She denies fever.", "en")

    in_words_of(model).one(note, ABSTRACTIVE)

    assert model.asked
    assert any("cough" in prompt.text for prompt in model.asked)
    assert not any("Ruiz" in prompt.text for prompt in model.asked)
