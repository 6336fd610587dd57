"""What clauses tell in words of their own, by the model that ships."""

from __future__ import annotations

import pytest

from epicrisis.assembly import load
from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.engines.differential.knowledge.reading import knowledge_base
from epicrisis.engines.differential.likeness import NOTHING, SHIPPED, Like, Likeness, likeness
from epicrisis.services.diagnose import Presentation
from epicrisis.settings import Settings

# None of these stands among the clauses that taught it (src/epicrisis_lab/knowledge/clauses).
TOLD = {
    "en": {
        "the whole room whirls round when she rolls over in bed": ("vertigo-positional", True),
        "his wee has gone as dark as cola": ("urine-dark", True),
        "her heart was dancing about with no rhythm to it": ("palpitations-irregular", True),
    },
    "es": {
        "se le va la habitación de un lado a otro al darse la vuelta en la cama": ("vertigo-positional", True),
        "orina del color de la coca-cola": ("urine-dark", True),
    },
}
MISREAD = {
    "he has to sleep bolt upright in the armchair": ("orthopnea", "nothing is sure enough"),
}


@pytest.fixture(scope="module", params=TOLD)
def reader(request: pytest.FixtureRequest) -> Likeness:
    return SHIPPED[request.param]()


def told(reader: Likeness, *sentences: str) -> list[Like | None]:
    """Return what each of ``sentences``, one clause, tells, where they stand one behind the other."""
    text, spans = " ".join(sentences), list[Span]()
    for sentence in sentences:
        start = spans[-1].end + 1 if spans else 0
        spans.append(Span(start, start + len(sentence)))
    return reader.told(text, spans, spans)


@pytest.mark.parametrize(
    ("language", "clause", "wanted"),
    [
        pytest.param(language, clause, wanted, id=f"{language}-{wanted[0]}")
        for language, clauses in TOLD.items()
        for clause, wanted in clauses.items()
    ],
)
def test_finds_what_is_told_in_words_of_its_own(language: str, clause: str, wanted: tuple[str, bool]) -> None:
    reader = SHIPPED[language]()
    [like] = told(reader, clause)

    assert like is not None
    assert (like.finding, like.present) == wanted
    assert reader.findings[int(reader.scores([clause])[0].argmax())] == wanted[0]


@pytest.mark.parametrize(
    ("clause", "wanted"),
    [
        pytest.param(clause, wanted, marks=pytest.mark.xfail(reason=why, strict=True), id=wanted)
        for clause, (wanted, why) in MISREAD.items()
    ],
)
def test_finds_what_it_cannot_tell_yet(clause: str, wanted: str) -> None:
    [like] = told(SHIPPED["en"](), clause)

    assert like is not None
    assert like.finding == wanted


def test_its_findings_are_of_the_knowledge_base(reader: Likeness) -> None:
    assert set(reader.findings) <= knowledge_base().findings.keys()
    assert NOTHING not in reader.findings
    for like in told(reader, *TOLD[reader.card.languages[0]]):
        assert isinstance(like, Like)
        assert 0 < like.probability <= 1


@pytest.mark.parametrize(
    ("language", "clause"),
    [("en", "she was brought in by her sister"), ("en", "works as a bus driver"), ("es", "acude con su marido")],
)
def test_what_tells_nothing_is_no_finding(language: str, clause: str) -> None:
    assert told(SHIPPED[language](), clause) == [None]


def test_other_sentences_change_nothing(reader: Likeness) -> None:
    own = TOLD[reader.card.languages[0]]
    alone = [told(reader, clause)[0] for clause in own]
    together = told(reader, *own, "A much longer sentence that stands beside them and has other words in it.", "short")

    assert [each and each.finding for each in together[: len(own)]] == [each and each.finding for each in alone]
    assert [each and each.probability for each in together[: len(own)]] == pytest.approx(
        [each and each.probability for each in alone], abs=1e-3
    )


def test_a_long_sentence_is_read_in_parts_and_none_of_its_clauses_is_lost() -> None:
    reader, clause = SHIPPED["en"](), "his wee has gone as dark as cola"
    text = ", ".join([clause, *["and then he went on about the garden"] * 60, clause])
    spans = [Span(0, len(clause)), Span(len(text) - len(clause), len(text))]

    assert [like and like.finding for like in reader.told(text, [Span(0, len(text))], spans)] == ["urine-dark"] * 2


@pytest.mark.parametrize("clause", [" ", "?!", "a" * 5_000, "\u200b", "42"])
def test_whatever_is_sent_is_answered(reader: Likeness, clause: str) -> None:
    [like] = told(reader, clause)

    assert like is None or like.finding in knowledge_base().findings


def test_there_is_one_a_language_and_none_for_others() -> None:
    assert likeness("en-GB") is likeness("en")
    assert likeness("es-MX") is likeness("es")
    assert likeness("fr") is None


@pytest.mark.parametrize("clauses", [True, False])
def test_a_setting_does_without_it(clauses: bool) -> None:
    note = Document("1", "Seen today. She says the whole room whirls round when she rolls over in bed.", "en")

    found = load(Settings(clauses=clauses)).differentials.one(Presentation(note=note))

    assert ("vertigo-positional" in {each.finding for each in found.case.observed}) == clauses


@pytest.mark.parametrize(
    ("language", "words", "finding"),
    [
        ("en", "heart dancing about", "palpitations"),
        ("en", "itchy elbow creases", "rash-flexural"),
        ("en", "asdfgh qwerty", None),
        ("en", "xyzzy", None),
        ("en", "wants a letter for work", None),
        ("es", "hormigueo en los pies", "sensory-disturbance"),
        ("es", "quiere un papel para el trabajo", None),
    ],
)
def test_what_stands_alone_tells_what_is_likelier_than_not(language: str, words: str, finding: str | None) -> None:
    reader = likeness(language)
    assert reader is not None
    assert reader.alone(words) == finding


def test_a_history_is_told_where_it_is_surer() -> None:
    text = "Seen on 2019. Denies chest pain."
    sentences = [Span(0, 13), Span(14, 32)]
    reader = likeness("en")
    assert reader is not None
    least = dict(zip(reader.findings, reader.least.tolist(), strict=True))
    assert least["history-of-asthma"] == 0.45
    assert least["fever"] == 0.3
    told = reader.told(text, sentences, [Span(0, 12), Span(14, 31)])
    assert [like and (like.finding, like.present) for like in told] == [None, ("chest-pain", False)]
