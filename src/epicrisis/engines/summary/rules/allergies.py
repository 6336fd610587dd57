"""How allergies are told, and the difference between none that are known and nothing that is said."""

from __future__ import annotations

from collections.abc import Iterator

from epicrisis.domain.patients import AllergyIntolerance, Reaction
from epicrisis.domain.summaries import Baseline, Current, Statement
from epicrisis.engines.summary.rules.relevance import relevance
from epicrisis.engines.summary.rules.telling import Told, listed, statement
from epicrisis.engines.summary.rules.unread import ALLERGIES, Unread
from epicrisis.engines.summary.rules.values import name_of, plain_words
from epicrisis.engines.summary.rules.wording import Words

# The codes of FHIR (hl7.org/fhir/R4/valueset-allergy-intolerance-criticality.html).
_CRITICALITIES = ("high", "low", "unable-to-assess")


def known_allergies(baseline: Baseline, unread: Unread, words: Words) -> Iterator[Statement]:
    """Yield every allergy with what it does, or who says that there are none, or that nobody says anything."""
    yield from listed(words, "allergies.known", [allergy_told(each, words) for each in baseline.allergies])
    key = "allergies.denied" if speaks_of_drugs(baseline) else "allergies.denied_part"
    key = "allergies.also_denied" if baseline.allergies else key
    for denial in baseline.allergies_denied:
        yield statement(words.say(key, words=name_of(denial.concept, words)), denial.source)
    if not (baseline.allergies or baseline.allergies_denied):
        key = "allergies.unread" if unread.has(ALLERGIES) else "allergies.unknown"
        yield statement(words.say(key), baseline.identity.source)


def speaks_of_drugs(baseline: Baseline) -> bool:
    """Return whether the record tells an allergy, or denies those to drugs: "no known food allergy" does neither."""
    kinds = {relevance().denied_kind(denial.concept.text) for denial in baseline.allergies_denied}
    return bool(baseline.allergies) or not kinds.isdisjoint(("", "medication"))


def allergy_told(allergy: Current, words: Words) -> Told:
    """Return an allergy with its reactions, its criticality, and how sure it is where it is not confirmed."""
    first = allergies_of(allergy)[0]
    aside = []
    reactions = [_reaction(each, words) for entry in allergies_of(allergy) for each in entry.reactions]
    reactions = list(dict.fromkeys(reaction for reaction in reactions if reaction))
    if reactions:
        aside.append(words.say("allergies.reaction", reactions=words.joined(reactions)))
    criticality = first.criticality.lower()
    if criticality in _CRITICALITIES:
        aside.append(words.say(f"allergies.{criticality}"))
    if not first.verification.is_sure:
        aside.append(words.say(f"allergies.{first.verification.value}"))
    if first.source.span is not None:
        aside.append(words.say("allergies.in_note"))
    name = name_of(first.concept, words)
    return Told(f"{name} ({', '.join(aside)})" if aside else name, allergy.sources)


def allergies_of(allergy: Current) -> tuple[AllergyIntolerance, ...]:
    """Return the entries of ``allergy``, which are allergies."""
    return tuple(entry for entry in allergy.entries if isinstance(entry, AllergyIntolerance))


def _reaction(reaction: Reaction, words: Words) -> str:
    told = words.joined([plain_words(each) for each in reaction.manifestations])
    severity = plain_words(reaction.severity).lower()
    return words.say("allergies.severity", reaction=told, severity=severity) if told and severity else told or severity
