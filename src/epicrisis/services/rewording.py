"""Has a language model say a summary in its own words, and falls back on those of the note where it cannot."""

from __future__ import annotations

from dataclasses import dataclass, replace
from threading import Event

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.documents import Document
from epicrisis.domain.note_summaries import Bounds, NoteSummary, Style
from epicrisis.engines.summary.models.contracts import LanguageModel
from epicrisis.engines.summary.notes.rewording import reworded
from epicrisis.engines.summary.notes.telling import told
from epicrisis.errors import DeadlineExceeded, Overloaded
from epicrisis.services.annotate import Annotate
from epicrisis.services.hands import Hands
from epicrisis.services.lending import Lend, why_not
from epicrisis.services.scrubbing import Scrubbing


@dataclass(frozen=True, slots=True)
class Quoting:
    """A summary in the words of its note, the note as it was read, and the bounds it keeps."""

    summary: NoteSummary
    note: AnnotatedDocument
    bounds: Bounds


class Rewording:
    """Lends quoted sentences to a model, and takes back what the note bears out of what it writes.

    ``annotate`` reads every sentence of the model as it read the note. ``scrub`` takes identifiers out of what it
    reads.
    """

    def __init__(self, *, lend: Lend, annotate: Annotate, hands: Hands, seconds: float, scrub: Scrubbing) -> None:
        self.lend = lend
        self.annotate = annotate
        self.hands = hands
        self.seconds = seconds
        self.scrub = scrub

    async def __call__(self, quoting: Quoting) -> NoteSummary:
        """Return the summary in a model's words, or as it is with the reason why no model said it."""
        try:
            return await self.hands.do(lambda stop: self.one(quoting, stop), seconds=self.seconds)
        except (DeadlineExceeded, Overloaded) as error:
            return not_reworded(quoting.summary, why_not(error, seconds=self.seconds))

    def one(self, quoting: Quoting, stop: Event | None = None) -> NoteSummary:
        """Return what asking would, here and now; ends early once ``stop`` is set."""
        summary = quoting.summary
        if not summary.statements:
            return not_reworded(summary, "there is nothing to reword.")
        try:
            with self.lend() as model:
                return reworded(
                    summary,
                    quoting.note,
                    model=model,
                    bounds=quoting.bounds,
                    read=lambda sentence: self.annotate.one(Document("sentence", sentence, summary.language)),
                    stop=(stop or Event()).is_set,
                    seconds=self.seconds,
                    texts=self._seen(summary, model),
                )
        except Exception as error:  # noqa: BLE001  whatever a model does, the note has words of its own
            return not_reworded(summary, why_not(error, seconds=self.seconds))

    def close(self) -> None:
        """Begin nothing more."""
        self.hands.close()

    def _seen(self, summary: NoteSummary, model: LanguageModel) -> list[str]:
        return self.scrub([told([each]) for each in summary.statements], summary.language, reader=model.card)


def not_reworded(summary: NoteSummary, why: str) -> NoteSummary:
    """Return ``summary`` as an answer to who asked for a model's words."""
    return replace(summary, asked=Style.ABSTRACTIVE, warnings=(*summary.warnings, f"In the words of the note: {why}"))
