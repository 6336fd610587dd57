"""The check of one whole summary: each sentence against what it cites, each list against what it counts."""

from __future__ import annotations

from collections.abc import Sequence

from epicrisis_lab.evaluation.patients.counts import miscounted
from epicrisis_lab.evaluation.patients.derivable import flaws
from epicrisis_lab.evaluation.patients.raw import Raw
from epicrisis_lab.evaluation.patients.sentences import Flaw, Sentence


class Check:
    """Checks ``sentences``, the whole of a summary in ``language``, against ``raw``."""

    def __init__(self, raw: Raw, sentences: Sequence[Sentence], language: str) -> None:
        self.raw, self.sentences, self.language = raw, sentences, language
        cited = {name for sentence in sentences for name in sentence.references}
        self.entries = sum(not name.startswith("Patient/") for name in cited)
        self.counted = dict(miscounted(sentences, raw))

    def flaws(self, sentence: Sentence) -> list[Flaw]:
        """Return what of ``sentence`` does not stand in what it cites."""
        own = [self.counted[sentence]] if sentence in self.counted else []
        return [*own, *flaws(sentence, self.raw, language=self.language, entries=self.entries)]

    def finds(self, spoilt: Sentence, place: int) -> bool:
        """Return whether something is found in ``spoilt`` that was not found in the sentence at ``place``."""
        before = set(self.flaws(self.sentences[place]))
        after = set(flaws(spoilt, self.raw, language=self.language, entries=self.entries))
        lists = [*self.sentences[:place], spoilt, *self.sentences[place + 1 :]]
        return bool({*after, *(flaw for _, flaw in miscounted(lists, self.raw))} - {*before, *self.counted.values()})
