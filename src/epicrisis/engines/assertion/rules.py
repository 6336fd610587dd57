"""ConText of our own: cues with a kind, a direction and a reach decide what is said of a finding.

After Chapman et al. 2001 (NegEx, J Biomed Inform 34:301) and Harkema et al. 2009 (ConText, J Biomed Inform 42:839).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from epicrisis.domain.assertions import Assertion, Cue
from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.engines.assertion.lexicon import load_lexicon
from epicrisis.engines.assertion.notes import RuledNote
from epicrisis.engines.contracts import EngineCard
from epicrisis.errors import UnknownLanguage

# On the development part, given spans; for comparison, medspaCy's ConText on the same rows: 0.667 and 0.405.
_SCORES = {
    "mtsamples_status.dev.status.accuracy": 0.867,
    "mtsamples_status.dev.status.macro_f1": 0.785,
    "mtsamples_status.dev.status.ece": 0.046,
    "negex.train.status.ABSENT.f1": 0.969,
    "es_status.dev.status.accuracy": 0.876,
    "nubes.dev.status.annotated.ABSENT.f1": 0.94,
    "nubes.dev.status.annotated.POSSIBLE.f1": 0.888,
    "iula_plus.dev.status.annotated.ABSENT.f1": 0.982,
    "iula_plus.dev.status.annotated.POSSIBLE.f1": 0.923,
}


LANGUAGES = ("en", "es")


@dataclass(frozen=True, slots=True)
class RuleAssertionEngine:
    """Judges findings by the cues of a word list per language, and can say which words decided."""

    languages: tuple[str, ...] = LANGUAGES

    @property
    def card(self) -> EngineCard:
        """Describe the engine."""
        return EngineCard(
            name="rules",
            version="1",
            summary="ConText rules: cues, pseudo-cues, terminators, directions and reach over word lists of our own.",
            languages=self.languages,
            trained_on=("mtsamples_status", "negex", "es_status", "nubes", "iula_plus"),
            scores=_SCORES,
            limits=(
                "Knows the cues of its list only; a plan or a risk told without one reads as PRESENT.",
                "Tells tests, procedures, drugs and problems apart by their words, and knows a few hundred of each.",
                "CONDITIONAL is missed more often than found.",
                "Its probabilities are shares of the training targets in which its phrases were read: on other notes "
                "it is right about five times in a hundred less often than it says.",
            ),
        )

    def assess(self, document: Document, targets: Sequence[Span]) -> Sequence[Assertion]:
        """Return one assertion per target, in the order of ``targets``.

        Raises:
            InvalidSpan: a target ends after the text does.
            UnknownLanguage: the document is in a language the cues are not for.
        """
        for target in targets:
            document.quote(target)  # refuses what ends after the text
        note = self._note(document)
        return [note.judge(target) for target in targets]

    def cues(self, document: Document) -> Sequence[Cue]:
        """Return the cues of ``document`` with their scopes, in the order of the text; pseudo-cues are none.

        Raises:
            UnknownLanguage: the document is in a language the cues are not for.
        """
        return [found.cue for reading in self._note(document).readings() for found in reading.cues if found.has_scope]

    def _note(self, document: Document) -> RuledNote:
        language = document.language.partition("-")[0].lower()
        if language not in self.languages:
            raise UnknownLanguage(
                f"The assertion engine 'rules' does not read {document.language!r}; it reads {list(self.languages)}."
            )
        return RuledNote.of(document, load_lexicon(language))


def build() -> RuleAssertionEngine:
    """Build the engine; the cues of a language are read when the first note in it comes."""
    return RuleAssertionEngine()
