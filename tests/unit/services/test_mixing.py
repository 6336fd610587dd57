from __future__ import annotations

from epicrisis.domain.annotations import Sentence
from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.services.mixing import with_foreign

OWN = "La paciente niega dolor torácico y disnea de esfuerzo."
FOREIGN = "The patient denies chest pain and shortness of breath."


def marked(language: str) -> list[str | None]:
    document = Document("1", f"{OWN} {FOREIGN} Normal.", language)
    after = len(OWN) + 1
    spans = (Span(0, len(OWN)), Span(after, after + len(FOREIGN)), Span(after + len(FOREIGN) + 1, len(document.text)))
    return [sentence.language for sentence in with_foreign(document, tuple(map(Sentence, spans)))]


def test_a_sentence_clearly_in_another_language_says_so() -> None:
    assert marked("es") == [None, "en", None]
    assert marked("en") == ["es", None, None]
    assert marked("es-MX") == [None, "en", None]


def test_a_note_in_one_language_keeps_its_sentences() -> None:
    sentences = (Sentence(Span(0, len(OWN))),)

    assert with_foreign(Document("1", OWN, "es"), sentences) is sentences
