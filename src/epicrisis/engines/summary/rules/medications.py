"""How medications are told: what is taken, how, since when and why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from epicrisis.domain.patients import Dosage, MedicationUse, UseStatus
from epicrisis.domain.summaries import Baseline, Current, Statement
from epicrisis.engines.patients.spells import is_noted, is_taken
from epicrisis.engines.summary.rules.problems import conditions_of
from epicrisis.engines.summary.rules.telling import Told, listed, statement
from epicrisis.engines.summary.rules.unread import MEDICATIONS, Unread
from epicrisis.engines.summary.rules.values import dose_told, name_of, number, plain_words
from epicrisis.engines.summary.rules.wording import Words

_NO_REASON = Told("", ())
# A medication has more to tell than a problem.
_MOST = 4
_A_DAY = re.compile(r"\b(\d+(?:\.\d+)?)/d\b")
_NEARLY = 0.05
# "Oral Route of Administration" is a name of C-CDA and no word of a ward.
_ROUTE = re.compile(r"\s(?:route of administration|route)$", re.IGNORECASE)
_HOURS_A_DAY, _HOURS_A_WEEK = 24, 168


def current_medications(baseline: Baseline, unread: Unread, words: Words) -> Iterator[Statement]:
    """Yield every current medication, those for one reason together."""
    if not baseline.medications:
        key = "medications.unread" if unread.has(MEDICATIONS) else "medications.none"
        yield statement(words.say(key), baseline.identity.source)
        return
    names = names_of_conditions(baseline, words)
    reasons = [(_reason_of(each, names, words), each) for each in baseline.medications]
    # What is taken for the same reason stands together, and last what nobody gives a reason for.
    reasons.sort(key=lambda pair: (not pair[0].text, pair[0].text.casefold()))
    told = [medication_told(each, words, reason=reason) for reason, each in reasons]
    yield from listed(words, "medications.current", told, most=_MOST)


def medication_told(medication: Current, words: Words, *, reason: Told = _NO_REASON) -> Told:
    """Return a medication with its dosage, since when it is taken, and for what where ``reason`` says so.

    Orders of it that differ in name or dosage are all told: two strengths at a time are what somebody has to see.
    """
    told = [_order_told(order, words) for order in orders_of(medication, words)]
    parts = [words.say("medications.also", others=words.joined(told[1:]), first=told[0]) if told[1:] else told[0]]
    if reason.text:
        parts.append(words.say("medications.reason", reasons=reason.text))
    first = uses_of(medication)[0]
    if first.status not in (UseStatus.ACTIVE, UseStatus.UNKNOWN):
        parts.append(words.say(f"medications.{first.status.value}"))
    if is_noted(first):
        parts.append(words.say("medications.in_note"))
    return Told(", ".join(parts), (*medication.sources, *reason.sources))


def orders_of(medication: Current, words: Words) -> list[list[MedicationUse]]:
    """Return the entries by which ``medication`` is taken, those of one name and dosage together.

    A note that names the drug once more tells no other order.
    """
    first, *others = uses_of(medication)
    taken = [first, *(use for use in others if is_taken(use) and not is_noted(use))]
    orders: dict[tuple[str, str], list[MedicationUse]] = {}
    for use in taken:
        key = (name_of(use.concept, words).casefold(), dosage_told(use.dosages, words).casefold())
        orders.setdefault(key, []).append(use)
    return list(orders.values())


def dosage_told(dosages: tuple[Dosage, ...], words: Words) -> str:
    """Return how something is taken: the record's own words, or else dose, frequency and route."""
    return " + ".join(told for each in dosages if (told := _one_dosage(each, words)))


def regimen_told(regimen: str, words: Words) -> str:
    """Return what a change of dose tells, "1 {tablet}, 2/d", as it is said: "1 tablet, twice a day"."""
    return _A_DAY.sub(lambda found: _rate(found, words), plain_words(regimen).replace("{", "").replace("}", ""))


def names_of_conditions(baseline: Baseline, words: Words) -> dict[str, Told]:
    """Return what each condition that is or was there is called, by its reference."""
    return {
        entry.source.reference: Told(name_of(entry.concept, words), (entry.source,))
        for problem in (*baseline.past_problems, *baseline.problems)
        for entry in conditions_of(problem)
    }


def uses_of(medication: Current) -> tuple[MedicationUse, ...]:
    """Return the entries of ``medication``, which are uses."""
    return tuple(entry for entry in medication.entries if isinstance(entry, MedicationUse))


def _reason_of(medication: Current, names: Mapping[str, Told], words: Words) -> Told:
    """Return what a medication is taken for, by the names of conditions that its entries tell or point to."""
    reasons: dict[str, str] = {}
    known = [names[each] for use in uses_of(medication) for each in use.reason_references if each in names]
    for use in uses_of(medication):
        told = [plain_words(reason) for reason in use.reasons]
        for reason in told or [names[each].text for each in use.reason_references if each in names]:
            reasons.setdefault(reason.casefold(), reason)
    return Told(words.joined(list(reasons.values())), tuple(source for each in known for source in each.sources))


def _order_told(order: list[MedicationUse], words: Words) -> str:
    parts = [name_of(order[0].concept, words), dosage_told(order[0].dosages, words)]
    told = [moment for use in order if (moment := use.period.start or use.authored) is not None]
    if told:
        parts.append(words.say("medications.since", since=min(told)))
    if told and str(min(told)) != str(max(told)):
        parts.append(words.say("medications.last", last=max(told)))
    return ", ".join(part for part in parts if part)


def _one_dosage(dosage: Dosage, words: Words) -> str:
    if dosage.text:
        return plain_words(dosage.text)
    parts = [dose_told(dosage.dose) if dosage.dose is not None else "", _often(dosage, words)]
    parts += [_ROUTE.sub("", plain_words(dosage.route)), words.say("dosage.as_needed") if dosage.as_needed else ""]
    return " ".join(part for part in parts if part)


def _rate(found: re.Match[str], words: Words) -> str:
    """Return how often "2/d" is; "0.143/d" is once in seven days."""
    rate = float(found[1])
    days = 1 / rate if rate else 0.0
    once = Dosage(frequency=1.0, period_days=float(round(days)))
    if days > 1 and abs(days - round(days)) < _NEARLY:
        return _often(once, words)
    return _often(Dosage(frequency=rate, period_days=1.0), words) or found[0]


def _often(dosage: Dosage, words: Words) -> str:
    if not dosage.frequency or not dosage.period_days:
        return ""
    a_day = round(dosage.frequency / dosage.period_days, 6)
    hours = round(_HOURS_A_DAY * dosage.period_days / dosage.frequency, 3)
    if dosage.frequency == 1 and dosage.period_days < 1 and hours.is_integer():
        return words.say("dosage.hourly", count=int(hours))
    if a_day == 2:
        return words.say("dosage.twice")
    if a_day.is_integer():
        return words.say("dosage.daily", count=int(a_day))
    if hours == _HOURS_A_WEEK:
        return words.say("dosage.weekly")
    if dosage.frequency == 1 and hours % _HOURS_A_DAY == 0:
        return words.say("dosage.every", count=int(hours // _HOURS_A_DAY))
    return words.say("dosage.often", count=number(dosage.frequency), days=number(dosage.period_days))
