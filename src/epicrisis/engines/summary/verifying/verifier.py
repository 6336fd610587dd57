"""Holds sentences against a record: what it does not bear out, whatever the reason, is not supported."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from epicrisis.domain.patients import Identity, Sex, Source
from epicrisis.domain.records import Flag
from epicrisis.domain.summaries import Baseline, Delta, Statement, SummarySection, Support
from epicrisis.engines.summary.rules.opening import months_between
from epicrisis.engines.summary.rules.wording import Words, templates
from epicrisis.engines.summary.verifying.claims import Claims, Loose, claims_of
from epicrisis.engines.summary.verifying.facts import facts_in
from epicrisis.engines.summary.verifying.holding import Mismatch, borne_out
from epicrisis.engines.summary.verifying.lexicon import KINDS, Cue, lexicon_of
from epicrisis.engines.summary.verifying.naming import units
from epicrisis.engines.summary.verifying.parts import Part, Reader, Role, index_of
from epicrisis.engines.summary.verifying.statements import Item, items_of, says_again
from epicrisis.engines.summary.verifying.tokens import tokens_of


class Verifier:
    """Checks sentences about one patient, in one language.

    Every word of a sentence must be a name or a word of one fact of the record, or one that only joins; every number,
    date, status and direction must be that of the fact it is said of. ``sections`` are sentences of the rules, which
    hold by construction: what says one of their items again is borne out too.

    Raises:
        UnknownLanguage: no sentence is checked in that language.
    """

    def __init__(
        self, baseline: Baseline, delta: Delta, sections: Sequence[SummarySection] = (), *, language: str = "en"
    ) -> None:
        self._lexicon = lexicon_of(language)
        self._comma = language.partition("-")[0].lower() == "es"
        self._language = language
        self._baseline, self._delta = baseline, delta
        facts = facts_in(baseline, delta)
        known = {unit for fact in facts for _, unit in fact.numbers if unit} - {"time", "day", "hour", "result"}
        self._reader = Reader(self._lexicon, index_of(facts), known | units())
        self._statements: dict[str, Statement] = {}
        self._items: list[Item] = []
        for section in sections:
            for statement in section.statements:
                self._statements.setdefault(_plain(statement.text), statement)
                self._items += items_of(self._parts(statement.text), statement.sources)

    def check(self, sentence: str, sources: Sequence[Source] = ()) -> Statement:
        """Return ``sentence`` with what it rests on, or unsupported with why; ``sources`` are those it names."""
        same = self._statements.get(_plain(sentence))
        if same is not None:
            return Statement(sentence, same.sources)
        parts = self._parts(sentence)
        wrong, found = self._by_facts(parts)
        if wrong is not None:
            again = self._by_statements(parts)
            if again is None:
                return Statement(sentence, tuple(sources), Support.UNSUPPORTED, why_of(wrong, self._language))
            found = again
        named = [source for source in found if source in set(sources)]
        return Statement(sentence, tuple(dict.fromkeys(named or found or sources)))

    def _parts(self, sentence: str) -> list[Part]:
        return self._reader.parts(tokens_of(sentence), decimal_comma=self._comma)

    def _by_facts(self, parts: Sequence[Part]) -> tuple[Mismatch | None, list[Source]]:
        claims = claims_of(parts)
        found: list[Source] = []
        for claim in claims.named:
            fact, wrong = borne_out(claim)
            if fact is None:
                return wrong, []
            if claim.reason_of is None:
                found += fact.sources
        for part in claims.people:
            if (amiss := _of_person(part, self._baseline)) is not None:
                return amiss, []
            found.append(self._baseline.identity.source)
        for loose in claims.loose:
            if (amiss := self._loose(loose, claims)) is not None:
                return amiss, []
        said = claims.named or claims.people or any(loose.cues for loose in claims.loose)
        return (None, found) if said else (Mismatch.UNTOLD, [])

    def _loose(self, loose: Loose, claims: Claims) -> Mismatch | None:
        """Return what is wrong with a clause that names nothing: a count, a denial, or a lead of what follows."""
        if not loose.cues and not loose.parts:
            return None
        if any(part.role is Role.WORD for part in loose.parts):
            return Mismatch.ENTITY
        if any(part.role is Role.DATE for part in loose.parts):
            return Mismatch.DATE
        if Cue.DEAD in loose.cues:
            return None if self._baseline.identity.is_dead else Mismatch.STATUS
        numbers = [part for part in loose.parts if part.role is Role.NUMBER]
        if numbers:
            sizes = self._sizes(loose.cues)
            return None if all(part.value in sizes and not part.unit for part in numbers) else Mismatch.COUNT
        if Cue.NEGATION in loose.cues and not claims.named:
            return None if self._is_denied(loose) else Mismatch.DENIAL
        if claims.named:
            # The lead of a list: its cues were held against each item.
            return None
        return Mismatch.UNTOLD

    def _sizes(self, cues: frozenset[Cue]) -> set[float]:
        sizes = {
            Cue.PROBLEM: len(self._baseline.problems),
            Cue.DRUG: len(self._baseline.medications),
            Cue.ALLERGY: len(self._baseline.allergies),
            Cue.CHANGE: len(self._delta.changes),
        }
        # How many were new or are over depends on since when, so only the sentences of the rules say that.
        return set() if cues - KINDS - {Cue.ACTIVE} else {float(size) for cue, size in sizes.items() if cue in cues}

    def _is_denied(self, loose: Loose) -> bool:
        """Return whether there is none of what the clause denies, and it is said whose word that is."""
        baseline, cues = self._baseline, loose.cues
        kinds = cues & KINDS
        if cues - KINDS - {Cue.NEGATION, Cue.ACTIVE, Cue.OUT, Cue.PAST}:
            return False
        if Cue.ALLERGY in kinds:
            return not baseline.allergies and bool(baseline.allergies_denied or loose.recorded)
        if Cue.OUT in cues:
            judged = [each.flag for each in (*baseline.labs, *baseline.vitals) if each.flag is not None]
            return kinds == {Cue.TEST} and bool(judged) and all(flag is Flag.NORMAL for flag in judged)
        empty = {
            Cue.PROBLEM: not (baseline.past_problems if Cue.PAST in cues else baseline.problems),
            Cue.DRUG: not baseline.medications,
            Cue.PROCEDURE: not baseline.procedures,
            Cue.VACCINE: not baseline.immunizations,
            Cue.TEST: not baseline.labs and not baseline.vitals,
            Cue.CHANGE: not self._delta.changes,
        }
        return loose.recorded and bool(kinds) and all(empty.get(kind, False) for kind in kinds)

    def _by_statements(self, parts: Sequence[Part]) -> list[Source] | None:
        """Return the sources of the items that ``parts`` say again, item by item; ``None`` where one says more.

        Of a sentence with several items only those count whose names are said: the others are not told.
        """
        found: list[Source] = []
        for said in items_of(parts, ()):
            if not (said.words or said.numbers or said.dates or said.people):
                continue
            item = next((each for each in self._items if says_again(said, each)), None)
            if item is None:
                return None
            about = item.sources if item.is_whole else _said(said, item)
            if not about:
                # "…; and 4 more" is true of one number of items alone.
                return None
            found += about
        return found or None


def _said(said: Item, item: Item) -> list[Source]:
    names = {source for part in said.named for fact in part.facts for source in fact.sources}
    return [source for source in item.about if source in names]


def why_of(wrong: Mismatch, language: str) -> str:
    """Return what ``wrong`` says of a sentence, in our words."""
    return _why(language.partition("-")[0].lower()).say(f"why.{wrong.value}")


def _of_person(part: Part, baseline: Baseline) -> Mismatch | None:
    identity = baseline.identity
    if part.role is Role.PERSON:
        told = {Sex.FEMALE: "female", Sex.MALE: "male"}.get(identity.sex)
        return None if told == part.text else Mismatch.SEX
    return None if part.value in _ages(identity, baseline) else Mismatch.AGE


def _ages(identity: Identity, baseline: Baseline) -> set[float]:
    if identity.born is None:
        return set()
    end = identity.died or baseline.at
    youngest = months_between(identity.born.last_day, end.day)
    oldest = months_between(identity.born.day, end.last_day)
    return {float(youngest // 12), float(oldest // 12)}


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".")


@cache
def _why(language: str) -> Words:
    name = f"{language}.toml"
    content = (files("epicrisis.engines.summary.verifying") / "why" / name).read_text(encoding="utf-8")
    return Words(language, templates(f"why/{name}", content))
