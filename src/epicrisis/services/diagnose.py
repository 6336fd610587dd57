"""Says what may explain what is told of a patient: symptoms, illnesses, results of tests, or a whole note."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from anyio import to_thread

from epicrisis.domain.differentials import Case, Differential, Observed, Severity
from epicrisis.domain.documents import Document
from epicrisis.domain.patients import Sex, Source
from epicrisis.engines.case_contracts import DifferentialEngine
from epicrisis.engines.contracts import EngineCard
from epicrisis.engines.differential.hearing import NOTE, Heard, Hearing, together
from epicrisis.engines.differential.likeness import Likeness
from epicrisis.engines.differential.measuring import Laboratory, Result, checked
from epicrisis.services.outcomes import answered
from epicrisis.services.understand import Understand, Understood

MOST_HYPOTHESES = 10


@dataclass(frozen=True, slots=True)
class Presentation:
    """What is told of a patient: ``age`` in years, ``conditions`` they are known to have, and a ``note`` or none.

    ``findings`` are those that are named as the knowledge base names them; ``long_ago`` are the conditions that began
    long ago.
    """

    language: str = "en"
    age: float | None = None
    sex: Sex = Sex.UNKNOWN
    severity: Severity | None = None
    symptoms: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()
    findings: tuple[Observed, ...] = ()
    note: Document | None = None
    long_ago: tuple[str, ...] = ()


def _hears_none(_: str) -> None:
    """Return nothing: words are understood by what things are called alone."""


class Diagnose:
    """Understands a presentation, and has an engine rank what may explain it; it is built when it is first asked."""

    def __init__(
        self,
        *,
        engine: Callable[[], DifferentialEngine],
        hearing: Callable[[str], Hearing],
        laboratory: Callable[[], Laboratory],
        likeness: Callable[[str], Likeness | None] = _hears_none,
        understand: Understand | None = None,
    ) -> None:
        self._engine = engine
        self._hearing = hearing
        self._laboratory = laboratory
        self._likeness = likeness
        self._understand = understand
        self._loaded: set[str] = set()

    @property
    def card(self) -> EngineCard:
        """The card of the engine, which is built for it where nobody asked before."""
        return self._engine().card

    async def __call__(self, told: Presentation, *, most: int = MOST_HYPOTHESES) -> Differential:
        """Return what may explain ``told``, the likeliest ``most`` first.

        Raises:
            InvalidInput: a code of a test has no shape of LOINC, or a finding is not in the knowledge base.
            Overloaded: too much work waits already.
            DeadlineExceeded: there was no answer in the time a request has.
            UnknownLanguage: nobody here understands its language.
        """
        return self._answer(told, await self._understood(told), most)

    async def understood(self, told: Presentation) -> tuple[Case, tuple[str, ...]]:
        """Return what ``case`` returns, once the note of ``told`` was read; raises as ``__call__`` does."""
        return self.case(told, await self._understood(told))

    def one(self, told: Presentation, *, most: int = MOST_HYPOTHESES) -> Differential:
        """Return what ``__call__`` does, here and now."""
        understood = None
        if told.note is not None and self._understand is not None:
            [outcome] = self._understand.many([told.note])
            understood = answered(outcome)
        return self._answer(told, understood, most)

    def case(self, told: Presentation, understood: Understood | None = None) -> tuple[Case, tuple[str, ...]]:
        """Return ``told`` as a case, and what whoever asks should know about how it was understood."""
        hearing, likeness = self._hearing(told.language), self._likeness(told.language)
        symptoms = hearing.of_symptoms(told.symptoms, None if likeness is None else likeness.alone)
        heard = [Heard(told.findings), symptoms, hearing.of_conditions(told.conditions, long_ago=told.long_ago)]
        age, sex = told.age, told.sex
        if understood is not None:
            heard.append(understood.heard)
            age = understood.age if age is None else age
            sex = understood.sex if sex is Sex.UNKNOWN else sex
        measured, warnings = self._measured(told, understood, age, sex)
        whole = together([*heard, Heard(tuple(measured))])
        said = () if understood is None else understood.said
        case = Case(age, sex, told.severity, whole.observed, whole.known, whole.unmatched, said)
        return case, tuple(warnings)

    async def _understood(self, told: Presentation) -> Understood | None:
        # The first who asks waits for the tables to be read, and nobody else does meanwhile.
        if told.language not in self._loaded:
            await to_thread.run_sync(self._load, told.language)
        return await self._understand(told.note) if told.note is not None and self._understand else None

    def _load(self, language: str) -> None:
        self._engine()
        self._hearing(language)
        self._laboratory()
        if (likeness := self._likeness(language)) is not None:
            likeness.load()
        self._loaded.add(language)

    def _answer(self, told: Presentation, understood: Understood | None, most: int) -> Differential:
        case, warnings = self.case(told, understood)
        found = self._engine().differential(case, language=told.language, most=most)
        return replace(found, warnings=(*warnings, *found.warnings))

    def _measured(
        self, told: Presentation, understood: Understood | None, age: float | None, sex: Sex
    ) -> tuple[list[Observed], list[str]]:
        laboratory, observed, warnings = self._laboratory(), list[Observed](), list[str]()
        codes = [checked(each.loinc) for each in told.results]
        times = Counter(codes)
        for (loinc, warning), result in dict(zip(codes, told.results, strict=True)).items():
            warnings += [f"{loinc} was told twice; the last counts."] if times[loinc, warning] > 1 else []
            warnings += [warning] if warning else []
            if loinc not in laboratory:
                warnings.append(f"{loinc} is no test that these conditions are told apart by; it was left out.")
                continue
            read = laboratory.read(replace(result, loinc=loinc), age=age, sex=sex)
            warnings += [f"{loinc}: {read.why}"] if read.why else []
            observed += read.observed
        if understood is not None:
            silent, spoke = dict[str, str](), set[str]()
            for result, span in zip(understood.results, understood.spans, strict=True):
                if result.loinc not in laboratory:
                    continue
                read = laboratory.read(result, age=age, sex=sex)
                if read.why:
                    silent[result.loinc] = f"{result.loinc}, in the note: {read.why}"
                spoke |= {result.loinc} if read.observed else set()
                observed += [replace(each, source=Source(NOTE, span)) for each in read.observed]
            warnings += [why for loinc, why in silent.items() if loinc not in spoke]
        return observed, list(dict.fromkeys(warnings))
