"""One evaluation of summaries: Bundles in, what is told, what is not derivable and what of the changes is wrong out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from epicrisis.domain.patients import PatientRecord
from epicrisis.domain.summaries import Mode, PatientSummary
from epicrisis_lab.errors import MissingCapability, NothingToScore
from epicrisis_lab.evaluation.mistakes import Mistake
from epicrisis_lab.evaluation.patients import ours
from epicrisis_lab.evaluation.patients.changes import events
from epicrisis_lab.evaluation.patients.checking import Check
from epicrisis_lab.evaluation.patients.comparing import wrongs
from epicrisis_lab.evaluation.patients.facts import Fact, allergies, medications, out_of_range, problems
from epicrisis_lab.evaluation.patients.pairs import PAIRS, pairs
from epicrisis_lab.evaluation.patients.planting import planted
from epicrisis_lab.evaluation.patients.raw import Raw, load, moment
from epicrisis_lab.evaluation.patients.recall import untold
from epicrisis_lab.evaluation.run import Evaluation, Task

RULE = Mode.RULE.value
# What the model has for one summary: with more of it more is reworded.
MODEL_SECONDS = 20.0
GROUPS: Mapping[str, Callable[[Raw], list[Fact]]] = {
    "problems": problems,
    "medications": medications,
    "allergies": allergies,
    "labs": out_of_range,
}
_SOURCE = "patients"


@dataclass(slots=True)
class Checked:
    """What one Bundle came to: facts and those told of each group, sentences and those that are not derivable."""

    file: str
    facts: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    sentences: int = 0
    underivable: int = 0


class Patients:
    """Bundles, read once, and how each mode writes of them."""

    def __init__(self, files: Sequence[Path], language: str = "en") -> None:
        self.files = tuple(map(str, bundles(files)))
        self.language = language
        self._loaded = [load(Path(file)) for file in self.files]
        self.checked: list[Checked] = []

    @cached_property
    def records(self) -> Sequence[PatientRecord]:
        """Return what epicrisis reads in each."""
        return [ours.read(data) for data, _ in self._loaded]

    @property
    def raws(self) -> Sequence[Raw]:
        """Return what lies in each."""
        return [raw for _, raw in self._loaded]

    def evaluate(self, mode: str) -> Evaluation:
        """Score the summaries of ``mode``, and the changes, which are the same in every mode.

        Raises:
            MissingCapability: no such mode is measured here.
            EpicrisisError: a Bundle is refused.
        """
        if mode not in list(Mode):
            raise MissingCapability(f"No mode {mode!r} is measured here; try one of {[each.value for each in Mode]}.")
        mistakes: list[Mistake] = []
        self.checked = []
        for raw, record in zip(self.raws, self.records, strict=True):
            mistakes += self._summary(raw, self._summarized(record, Mode(mode)))
        changed, wrong = self._changes()
        mistakes += wrong
        return Evaluation(
            task=Task.PATIENTS.value,
            files=self.files,
            rows=len(self.files),
            engine=mode,
            language=self.language,
            metrics={**self._figures(), **changed, **(self._caught() if mode == RULE else {})},
            intervals={},
            skipped=0,
            mistakes=tuple(mistakes),
        )

    def _summarized(self, record: PatientRecord, mode: Mode) -> PatientSummary:
        if mode is Mode.RULE:
            return ours.ruled(record, self.language)
        return ours.worded(record, mode, self.language, MODEL_SECONDS)

    def _summary(self, raw: Raw, summary: PatientSummary) -> Iterator[Mistake]:
        """Check one summary, and yield what is wrong with it."""
        told, checked = ours.written(summary), Checked(raw.file)
        self.checked.append(checked)
        for group, find in GROUPS.items():
            facts = find(raw)
            missed = list(untold(facts, told.sentences, told.markdown))
            checked.facts[group], checked.told[group] = len(facts), len(facts) - len(missed)
            for fact in missed:
                value = "" if fact.value is None else f" {fact.value:g}"
                yield Mistake(f"untold {group}", raw.file, _SOURCE, f"{fact.name}{value} ({fact.references[0]})")
        check = Check(raw, told.sentences, self.language)
        for sentence in told.sentences:
            found = check.flaws(sentence)
            checked.sentences += 1
            checked.underivable += bool(found)
            for flaw in found:
                yield Mistake(f"underivable {flaw.kind}", raw.file, _SOURCE, f"{flaw.what!r} in: {sentence.text}")

    def _caught(self) -> dict[str, float]:
        """Return how many of the faults that are planted in sentences the check finds, by their kind."""
        checks = [
            Check(raw, ours.written(ours.ruled(record, self.language)).sentences, self.language)
            for raw, record in zip(self.raws, self.records, strict=True)
        ]
        all_of, found = Counter[str](), Counter[str]()
        for check, other in zip(checks, [*checks[1:], *checks[:1]], strict=True):
            for kind, spoilt, place in planted(check.sentences, other.sentences):
                all_of[kind] += 1
                found[kind] += check.finds(spoilt, place)
        figures = {f"caught.{kind}": _share(found[kind], count) for kind, count in all_of.items()}
        return figures | {f"caught.{kind}.support": float(count) for kind, count in all_of.items()}

    def _changes(self) -> tuple[dict[str, float], list[Mistake]]:
        """Return the figures of the changes between pairs of times, and what is wrong with how they are told."""
        records = dict(zip((raw.file for raw in self.raws), self.records, strict=True))
        chosen, mistakes = pairs(self.raws, PAIRS), list[Mistake]()
        count: Counter[str] = Counter()
        for pair in chosen:
            since, until = moment(pair.since), moment(pair.until)
            if since is None or until is None:
                continue
            expected = events(pair.raw, since, until)
            told = ours.changes(records[pair.raw.file], pair.since, pair.until)
            count["must"] += sum(each.must for each in expected)
            count["told"] += len(told)
            for wrong in wrongs(expected, told, pair.raw):
                count[wrong.fault] += 1
                about = f"{wrong.name} between {pair.since[:10]} and {pair.until[:10]}"
                mistakes.append(Mistake(f"change {wrong.fault} {wrong.kind}", pair.raw.file, _SOURCE, about))
        figures = {
            "changes.pairs": float(len(chosen)),
            "changes.told": _share(count["must"] - count["missed"], count["must"]),
            "changes.told.support": float(count["must"]),
            "changes.made_up": float(count["made up"]),
            "changes.made_up.support": float(count["told"]),
            "changes.twice": float(count["twice"]),
        }
        return figures, mistakes

    def _figures(self) -> dict[str, float]:
        figures: dict[str, float] = {}
        for group in GROUPS:
            facts = sum(each.facts[group] for each in self.checked)
            figures[f"told.{group}"] = _share(sum(each.told[group] for each in self.checked), facts)
            figures[f"told.{group}.support"] = float(facts)
        sentences = sum(each.sentences for each in self.checked)
        wrong = sum(each.underivable for each in self.checked)
        figures["underivable"] = wrong / sentences if sentences else 0.0
        figures["underivable.support"] = float(sentences)
        return figures


def bundles(files: Sequence[Path]) -> list[Path]:
    """Return ``files`` with each folder replaced by the Bundles in it; an index beside them is none.

    Raises:
        NothingToScore: no file is left.
    """
    found = [
        each
        for file in files
        for each in (sorted(file.glob("*.json*")) if file.is_dir() else [file])
        if each.name != "index.json"
    ]
    if not found:
        raise NothingToScore("No Bundle there; name files of FHIR JSON (.json, .json.gz), or a folder of them.")
    return found


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0
