"""Cases with their answer inside: ``‖`` stands where one sentence ends and the next begins."""

from __future__ import annotations

from epicrisis.text.sentences import sentence_spans

MARK = "‖"


def found(case: str, language: str = "en") -> list[str]:
    """Return the sentences of ``case`` as the splitter sees them, without its marks."""
    text = case.replace(MARK, "")
    return [text[span.start : span.end] for span in sentence_spans(text, language)]


def marked(case: str) -> list[str]:
    """Return the sentences of ``case`` by its marks."""
    return [sentence.strip() for sentence in case.split(MARK)]
