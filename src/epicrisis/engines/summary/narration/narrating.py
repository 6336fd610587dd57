"""A language model says the plan of the rules again, and what of it the record does not bear out is left out.

The model is asked for sentences over numbered statements; each sentence is held against the record, and whatever must
be told and was not comes in the words of the rules. So a model can make a summary read better, and never wrong or
shorter by a fact.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from epicrisis.domain.patients import Source
from epicrisis.domain.records import Flag
from epicrisis.domain.summaries import Baseline, Heading, Mode, Statement, SummarySection, Support
from epicrisis.engines.summary.models.contracts import LanguageModel, Stop
from epicrisis.engines.summary.narration.asking import Asking
from epicrisis.engines.summary.narration.prompting import Written, asked, numbered, sentences_in
from epicrisis.engines.summary.verifying.tokens import Sort, plain_unit, tokens_of
from epicrisis.errors import TextTooLong

Verify: TypeAlias = Callable[[str, Sequence[Source]], Statement]
"""Holds a sentence against the record; the second is what it says it rests on."""

Progress: TypeAlias = Callable[[float, str], None]
"""Hears how much is done, from 0 to 1, and which part is being written."""

# What guides the physician is told in the words of the rules: no model rewords a warning. Fast mode leaves it with what
# holds and what changed.
_REWORDED = {
    Mode.FAST: (Heading.ASSESSMENT, Heading.TRENDS),
    Mode.HQ: (Heading.ASSESSMENT, Heading.TRENDS, Heading.PLAN),
}
_MOST_REPAIRS = 6  # in one part of a summary


@dataclass(frozen=True, slots=True)
class Narration:
    """The parts of a summary as they are told now, and what a model wrote that the record does not bear out.

    ``kept`` sentences are the model's, ``added`` statements are the rules' where they had to be told and were not.
    ``is_whole`` is false where time was over, or nobody waited any more, before the model was through.
    """

    sections: tuple[SummarySection, ...]
    unsupported: tuple[Statement, ...] = ()
    kept: int = 0
    added: int = 0
    is_whole: bool = True


def must_be_told(baseline: Baseline) -> frozenset[Source]:
    """Return where that stands which no summary may leave out: what is active, and results out of range."""
    current = (*baseline.problems, *baseline.medications, *baseline.allergies)
    out = [each for each in (*baseline.labs, *baseline.vitals) if each.flag not in (None, Flag.NORMAL)]
    return frozenset(
        [
            *(source for each in current for source in each.sources),
            *(each.source for each in baseline.allergies_denied),
            *(each.observation.source for each in out),
        ]
    )


def narrate(
    sections: Sequence[SummarySection],
    *,
    model: LanguageModel,
    mode: Mode,
    language: str,
    verify: Verify,
    must: Collection[Source],
    stop: Stop,
    seconds: float,
    progress: Progress = lambda done, stage: None,
) -> Narration:
    """Return ``sections`` as ``model`` tells them, checked by ``verify``; rule mode is told as it stands.

    ``fast`` asks once for each piece of a part; ``hq`` has what was written joined, and once more corrected where it
    fails.

    Raises:
        GenerationFailed: the model could not answer.
        Unreachable: its server does not answer.
        UnknownLanguage: no model is asked in that language.
    """
    if mode is Mode.RULE:
        return Narration(tuple(sections))
    asking = Asking(model, language, stop, time.monotonic() + seconds)
    narrator = _Narrator(asking, mode, verify, frozenset(must))
    told: list[SummarySection] = []
    added = 0
    for number, section in enumerate(sections):
        progress(number / len(sections), section.heading.value)
        if section.heading not in _REWORDED[mode]:
            told.append(section)
            continue
        kept, read = narrator.section(section)
        rest = _untold(section, kept, read, frozenset(must))
        added += len(rest)
        told.append(SummarySection(section.heading, (*kept, *rest)))
    progress(1.0, "")
    return Narration(
        tuple(told),
        unsupported=tuple(narrator.unsupported),
        kept=narrator.kept,
        added=added,
        is_whole=not asking.is_over(),
    )


@dataclass(slots=True)
class _Narrator:
    asking: Asking
    mode: Mode
    verify: Verify
    must: frozenset[Source]
    unsupported: list[Statement] = field(default_factory=list)
    kept: int = 0

    def section(self, section: SummarySection) -> tuple[list[Statement], list[Statement]]:
        """Return the sentences of the model that the record bears out, and the statements it had time to read."""
        statements = [each for each in section.statements if each.sources]
        if self.mode is Mode.FAST and section.heading is Heading.ASSESSMENT:
            statements = [each for each in statements if self.must & frozenset(each.sources)]
        kept, read = self._told(section.heading, "narrate", statements)
        if self.mode is Mode.HQ and len(kept) > 1 and not self.asking.is_over():
            joined, _ = self._told(section.heading, "join", kept)
            # What was joined replaces its parts where it tells as much.
            if _sources(joined) >= _sources(kept) and len(joined) < len(kept):
                kept = joined
        self.kept += len(kept)
        return kept, read

    def _told(
        self, heading: Heading, kind: str, statements: Sequence[Statement]
    ) -> tuple[list[Statement], list[Statement]]:
        kept: dict[str, Statement] = {}
        read: list[Statement] = []
        for group, sentences in self.asking.answers(kind, heading, [each.text for each in statements]):
            some = [statements[number] for number in group]
            borne_out = self._kept(sentences, some)
            if not self.asking.is_over():
                read += some
            for sentence in borne_out:
                kept.setdefault(sentence.text.casefold(), sentence)
        return list(kept.values()), read

    def _kept(self, sentences: Sequence[Written], some: Sequence[Statement]) -> list[Statement]:
        """Return the ``sentences`` over ``some`` that the record bears out, at once or once they are corrected."""
        kept: list[Statement] = []
        repairs = _MOST_REPAIRS if self.mode is Mode.HQ else 0
        for written in sentences:
            statement = self.verify(written.text, _named(written, some))
            if statement.support is Support.SUPPORTED:
                kept.append(statement)
                continue
            self.unsupported.append(statement)
            if repairs and not self.asking.is_over():
                repairs -= 1
                repaired = self._repaired(written, statement, some)
                if repaired is not None:
                    kept.append(repaired)
        return kept

    def _repaired(self, written: Written, failed: Statement, some: Sequence[Statement]) -> Statement | None:
        about = [some[number] for number in dict.fromkeys(written.named)] or some
        statements = numbered([each.text for each in about])
        language = self.asking.language
        prompt = asked("repair", language, statements=statements, sentence=written.text, why=failed.why)
        try:
            answer = self.asking.complete(prompt, most_tokens=self.asking.most_tokens // 3)
        except TextTooLong:
            return None
        for again in sentences_in(answer, count=len(about), language=language)[:1]:
            statement = self.verify(again.text, _named(written, some))
            if statement.support is Support.SUPPORTED:
                return statement
        return None


def _named(written: Written, some: Sequence[Statement]) -> tuple[Source, ...]:
    return tuple(dict.fromkeys(source for number in written.named for source in some[number].sources))


def _sources(statements: Sequence[Statement]) -> frozenset[Source]:
    return frozenset(source for each in statements for source in each.sources)


def _untold(
    section: SummarySection, kept: Sequence[Statement], read: Sequence[Statement], must: frozenset[Source]
) -> list[Statement]:
    """Return the statements that have to be told and are not, wholly, by ``kept``.

    One is told where everything it rests on is, with every number that has a unit. One that rests on nothing (that
    nobody asked about allergies), or that the model did not read, has to be told as it stands. Without a
    sentence of the model, all of them are told.
    """
    if not kept:
        return list(section.statements)
    told, numbers = _sources(kept), _measured(kept)
    return [
        each
        for each in section.statements
        if not each.sources
        or each not in read
        or (must & frozenset(each.sources) and not (told >= frozenset(each.sources) and numbers >= _measured([each])))
    ]


def _measured(statements: Sequence[Statement]) -> frozenset[tuple[str, str]]:
    """Return the numbers of ``statements`` that a unit may follow."""
    return frozenset(
        (token.text, plain_unit(token.unit))
        for each in statements
        for token in tokens_of(each.text)
        if token.sort is Sort.NUMBER and token.unit
    )
