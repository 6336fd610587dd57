"""What a summary is held against: the first sentences, and the two rankings by likeness that everybody knows.

TextRank (Mihalcea and Tarau 2004) and LexRank (Erkan and Radev 2004) are those of the package ``sumy``, over the
sentences our own splitter finds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, TypeAlias

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.spans import Span
from epicrisis_lab.errors import MissingCapability
from epicrisis_lab.evaluation.summaries.rouge import words_of

Ranked: TypeAlias = Callable[[AnnotatedDocument], Sequence[Span]]
"""The sentences of a note, the one to tell first first."""

LEAD_3, LEAD, TEXTRANK, LEXRANK = "lead-3", "lead", "textrank", "lexrank"
BASELINES = (LEAD_3, LEAD, TEXTRANK, LEXRANK)
_LANGUAGES = {"en": "english", "es": "spanish"}


def baseline(name: str, language: str) -> Ranked:
    """Return the baseline called ``name``, for notes in ``language``.

    Raises:
        MissingCapability: there is none of that name, or `sumy` is not installed.
    """
    if name == LEAD_3:
        return lambda note: _sentences(note)[:3]
    if name == LEAD:
        return _sentences
    if name in (TEXTRANK, LEXRANK):
        return _by_likeness(name, _LANGUAGES[language])
    raise MissingCapability(f"No summary engine or baseline {name!r}; try one of {list(BASELINES)}.")


def fitting(text: str, ranked: Sequence[Span], most: int) -> list[Span]:
    """Return those of ``ranked`` that fit into ``most`` words, the first first, in the order of the text."""
    chosen: list[Span] = []
    left = most
    for span in ranked:
        words = len(text[span.start : span.end].split())
        if words <= left:
            chosen.append(span)
            left -= words
    return sorted(chosen)


def _sentences(note: AnnotatedDocument) -> list[Span]:
    return [sentence.span for sentence in note.sentences]


def _by_likeness(name: str, language: str) -> Ranked:
    try:
        dom = import_module("sumy.models.dom")
        stemmer = import_module("sumy.nlp.stemmers").Stemmer(language)
        stop_words = import_module("sumy.utils").get_stop_words(language)
        ranking = import_module("sumy.summarizers.text_rank").TextRankSummarizer
        if name == LEXRANK:
            ranking = import_module("sumy.summarizers.lex_rank").LexRankSummarizer
    except ImportError as cause:
        raise MissingCapability(
            f"The baseline {name!r} needs sumy; install it with `pip install epicrisis[bench]`."
        ) from cause

    # Asked for the best sentences, both hand their ratings to this method, and to nobody else.
    class Rated(ranking):  # type: ignore[misc, valid-type]
        def _get_best_sentences(self, sentences: Any, count: int, rating: Any, *_: Any) -> list[Any]:
            rate = rating if callable(rating) else rating.get
            return sorted(sentences, key=rate, reverse=True)

    rank = Rated(stemmer)
    rank.stop_words = stop_words

    def ranked(note: AnnotatedDocument) -> list[Span]:
        text, words = note.document.text, _Words()
        sentences: dict[Any, Span] = {}
        for span in _sentences(note):
            # Equal sentences have equal ratings: the first speaks for them.
            sentences.setdefault(dom.Sentence(text[span.start : span.end], words), span)
        document = dom.ObjectDocumentModel([dom.Paragraph(list(sentences))])
        return [sentences[each] for each in rank(document, len(sentences))]

    return ranked


class _Words:
    """The tokenizer of ``sumy``, without the data it would fetch."""

    def to_words(self, sentence: str) -> tuple[str, ...]:
        return tuple(words_of(sentence))
