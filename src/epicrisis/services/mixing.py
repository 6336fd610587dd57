"""A note may mix languages; it is read in one, and each sentence that is clearly in another says so."""

from __future__ import annotations

from dataclasses import replace

from epicrisis.domain.annotations import Sentence
from epicrisis.domain.documents import Document
from epicrisis.text.language import clear_language


def with_foreign(document: Document, sentences: tuple[Sentence, ...]) -> tuple[Sentence, ...]:
    """Return ``sentences``, each with the language it is clearly in where that is not the one of ``document``."""
    found = [clear_language(document.quote(sentence.span)) for sentence in sentences]
    own = document.language.partition("-")[0]
    if all(language in (None, own) for language in found):
        return sentences
    return tuple(
        sentence if language in (None, own) else replace(sentence, language=language)
        for sentence, language in zip(sentences, found, strict=True)
    )
