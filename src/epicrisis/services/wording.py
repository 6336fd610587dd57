"""Has a language model word the plan of a patient's summary, and checks what it says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from threading import Event

from epicrisis.domain.summaries import Baseline, Delta, Mode, Statement, SummarySection
from epicrisis.engines.summary.narration.narrating import must_be_told, narrate
from epicrisis.engines.summary.verifying.verifier import Verifier
from epicrisis.services.lending import Lend
from epicrisis.services.scrubbing import Scrubbing
from epicrisis.services.summary_modes import Narrated


@dataclass(slots=True)
class Wording:
    """A model that is lent when it writes, and reads no identifier that ``scrub`` does not let it."""

    lend: Lend
    scrub: Scrubbing
    name: str = field(default="", init=False)

    def write(
        self,
        plan: Sequence[SummarySection],
        *,
        baseline: Baseline,
        delta: Delta,
        mode: Mode,
        language: str,
        stop: Event,
        seconds: float,
        progress: Callable[[float], None],
    ) -> Narrated:
        """Return ``plan`` reworded; what the rules add to the model's words they say in their own, unredacted."""
        with self.lend() as model:
            self.name = f"{model.card.name}/{model.card.version}"
            own = [statement for section in plan for statement in section.statements]
            texts = self.scrub([statement.text for statement in own], language, reader=model.card)
            seen = [replace(statement, text=text) for statement, text in zip(own, texts, strict=True)]
            told = _with(plan, seen)
            narration = narrate(
                told,
                model=model,
                mode=mode,
                language=language,
                verify=Verifier(baseline, delta, told, language=language).check,
                must=must_be_told(baseline),
                stop=stop.is_set,
                seconds=seconds,
                progress=lambda done, _: progress(done),
            )
        meant = dict(zip(seen, own, strict=True))
        sections = tuple(
            replace(section, statements=tuple(meant.get(each, each) for each in section.statements))
            for section in narration.sections
        )
        return Narrated(sections, narration.unsupported, narration.kept, narration.is_whole)


def _with(plan: Sequence[SummarySection], statements: Sequence[Statement]) -> list[SummarySection]:
    """Return ``plan`` with ``statements`` in the places of its own."""
    following = iter(statements)
    return [replace(section, statements=tuple(next(following) for _ in section.statements)) for section in plan]
