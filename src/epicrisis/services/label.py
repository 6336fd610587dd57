"""Says what a sentence says as a whole: PRESENT, ABSENT, POSSIBLE or CONDITIONAL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from epicrisis.domain.annotations import Sentence
from epicrisis.domain.assertions import SentenceLabel, Status
from epicrisis.domain.documents import Document
from epicrisis.engines.contracts import LabelsQuickly, LabelsSentences
from epicrisis.services.answer_memory import Memory
from epicrisis.services.answers import Answers
from epicrisis.services.core import Core
from epicrisis.services.outcomes import Failure
from epicrisis.services.queueing import Work
from epicrisis.services.readers import ByLanguage, answer_by_language
from epicrisis.services.wordless import Signature

LABELS = (Status.PRESENT, Status.ABSENT, Status.POSSIBLE, Status.CONDITIONAL)

# The four, each with two shares that stand in for what the head does not say. The first is which of them a sentence is
# that names nothing, as far as anybody can tell: what any sentence is, of the 4,399 training sentences of
# mtsamples_status that are one of the four. The second is which a finding is of a sentence whose findings differ: of
# the 2,038 findings in the sentences that are MIXED there.
_SHARES = (
    (Status.PRESENT, 0.493, 0.533),
    (Status.ABSENT, 0.307, 0.196),
    (Status.POSSIBLE, 0.061, 0.178),
    (Status.CONDITIONAL, 0.139, 0.093),
)


@dataclass(frozen=True, slots=True)
class Labelled:
    """What a sentence says: ``scores`` holds a probability per label and sums to 1, ``score`` is that of ``label``."""

    label: Status
    score: float
    scores: Mapping[Status, float]
    engine: str
    version: str


class Label:
    """Labels sentences in one pass of the labeller, and nothing else: no entity is looked for, no second engine heard.

    An engine may know two labels more, and what it gives to those is shared out among the four. MIXED, a sentence whose
    findings differ, is shared as findings of such sentences are in training; NONE, a sentence that names nothing, as
    all sentences are. So "Thank you." is PRESENT, the unmarked reading, and a score near one half says how little is
    known. Shared in proportion to the four scores, which are noise where the engine says NONE, it would be ABSENT.

    Where the engine has a quicker way that is nearly as good, ``quick`` takes it.
    """

    def __init__(
        self, *, labellers: ByLanguage[LabelsSentences], core: Core, memory: Memory, quick: bool = True
    ) -> None:
        self.labellers = labellers
        self.quick = quick
        self.memory = memory
        signature = Signature(labellers)
        work: Work[Document, Labelled] = Work("label", self._label, document=lambda document: document)
        self._answers = Answers(
            work,
            core=core,
            memory=memory,
            scope=(work.name, quick),
            about=lambda document: (signature(document.language), document.language, document.text),
            kind=Labelled,
        )

    async def __call__(self, documents: Sequence[Document | Failure]) -> list[Labelled | Failure]:
        """Return what ``many`` returns; equal sentences are answered once, and their answer is kept for a while.

        Raises:
            Overloaded: too much work waits already.
            DeadlineExceeded: there was no answer in the time a request has.
        """
        outcomes = iter(await self._answers([document for document in documents if isinstance(document, Document)]))
        return [next(outcomes) if isinstance(document, Document) else document for document in documents]

    def many(self, documents: Sequence[Document | Failure]) -> list[Labelled | Failure]:
        """Return each sentence labelled, in order; what failed before it came here, or fails here, fails alone."""
        sentences = [document for document in documents if isinstance(document, Document)]
        outcomes = iter(self._label(sentences))
        return [next(outcomes) if isinstance(document, Document) else document for document in documents]

    async def close(self) -> None:
        """Let go of what shares the answers; the next sentence finds it again."""
        if self.memory.shared is not None:
            await self.memory.shared.close()

    def _label(self, documents: Sequence[Document]) -> list[Labelled | Failure]:
        return answer_by_language(self._label_in, documents, document=lambda document: document)

    def _label_in(self, language: str, documents: Sequence[Document]) -> list[Labelled]:
        labeller = self.labellers(language)
        read = labeller.sentence_labels
        if self.quick and isinstance(labeller, LabelsQuickly):
            read = labeller.quick_labels
        card = labeller.card
        answers = []
        for sentence in read([document.text for document in documents], language=language):
            scores = four_scores(sentence)
            label = max(scores, key=lambda status: scores[status])
            answers.append(Labelled(label, scores[label], scores, card.name, card.version))
        return answers


def four_scores(sentence: Sentence) -> dict[Status, float]:
    """Return how probable each of the four labels is; what MIXED and NONE hold is shared out among them."""
    known: Mapping[str, float] = sentence.scores or {sentence.label or SentenceLabel.NONE: 1.0}  # type: ignore[assignment]
    none, mixed = known.get(SentenceLabel.NONE, 0.0), known.get(SentenceLabel.MIXED, 0.0)
    # The two enumerations spell the four alike, and a StrEnum is its spelling.
    shares = [
        (status, known.get(status, 0.0) + none * at_large + mixed * inside) for status, at_large, inside in _SHARES
    ]
    total = sum(share for _, share in shares)
    return {status: share / total for status, share in shares}
