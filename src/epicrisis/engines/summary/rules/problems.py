"""How problems are told: the active ones all by name, the past ones shortly, and what is denied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from epicrisis.domain.moments import Moment
from epicrisis.domain.patients import ClinicalStatus, Condition
from epicrisis.domain.summaries import Baseline, Current, Statement
from epicrisis.engines.summary.rules.relevance import relevance
from epicrisis.engines.summary.rules.telling import MOST, Told, listed, statement
from epicrisis.engines.summary.rules.unread import PROBLEMS, Unread
from epicrisis.engines.summary.rules.values import name_of, plain_words
from epicrisis.engines.summary.rules.wording import Words

_YEAR = timedelta(days=365)
_PAST, _MINOR, _DENIED = 8, 4, 8
_BACK = (ClinicalStatus.RECURRENCE, ClinicalStatus.RELAPSE)


def active_problems(baseline: Baseline, unread: Unread, words: Words) -> Iterator[Statement]:
    """Yield every active problem by name; more than a few are grouped by how long they have been there.

    What notes alone tell stands apart.
    """
    problems: list[Current] = []
    circumstances: list[Current] = []
    noted: list[Current] = []
    for each in sorted(baseline.problems, key=_newest_first):
        if all(source.span is not None for source in each.sources):
            noted.append(each)
        else:
            (circumstances if relevance().is_circumstance(_first(each).concept) else problems).append(each)
    if not (problems or noted):
        key = "problems.unread" if unread.has(PROBLEMS) else "problems.none"
        yield statement(words.say(key), baseline.identity.source)
    if len(problems) <= MOST:
        yield from listed(words, "problems.active", [problem_told(each, words) for each in problems])
    else:
        for key, some in _by_age(problems, baseline.at):
            yield from listed(words, key, [problem_told(each, words) for each in some])
    # Somebody put the others on the list; these are what an engine of ours read.
    yield from listed(words, "problems.noted", [problem_told(each, words) for each in noted])
    yield from listed(words, "problems.circumstances", [problem_told(each, words) for each in circumstances])


def past_problems(baseline: Baseline, words: Words) -> Iterator[Statement]:
    """Yield the past problems of note, the last first, and after them illness that passes by itself."""
    notable: list[Told] = []
    minor: list[Told] = []
    for group in _same_name(baseline.past_problems, words):
        is_minor = relevance().is_self_limited(name_of(group[0].concept, words))
        (minor if is_minor else notable).append(_past_told(group, words))
    yield from listed(words, "problems.past", notable[:_PAST], others=notable[_PAST:])
    yield from listed(words, "problems.minor", minor[:_MINOR], others=minor[_MINOR:])


def denied_problems(baseline: Baseline, words: Words) -> Iterator[Statement]:
    """Yield what the record or a note in it says is not there."""
    denied: dict[str, Told] = {}
    for condition in baseline.denied:
        name = name_of(condition.concept, words)
        before = denied.get(name.casefold(), Told(name, ()))
        denied[name.casefold()] = Told(before.text, (*before.sources, condition.source))
    told = list(denied.values())
    yield from listed(words, "problems.denied", told[:_DENIED], others=told[_DENIED:])


def problem_told(problem: Current, words: Words) -> Told:
    """Return a problem with its beginning, and how sure it is where it is not confirmed."""
    first = _first(problem)
    name = name_of(first.concept, words)
    aside = [part for part in (plain_words(first.severity).lower(), plain_words(first.body_site)) if part]
    aside = [part for part in aside if part.casefold() not in name.casefold()]
    since = _beginning(problem)
    if since is not None:
        aside.append(words.say("problems.since", since=since))
    elif first.recorded is not None:
        aside.append(words.say("problems.recorded", since=first.recorded))
    if first.clinical in _BACK:
        aside.append(words.say(f"problems.{first.clinical.value}"))
    if not first.verification.is_sure:
        aside.append(words.say(f"problems.{first.verification.value}"))
    return Told(f"{name} ({', '.join(aside)})" if aside else name, problem.sources)


def conditions_of(problem: Current) -> tuple[Condition, ...]:
    """Return the entries of ``problem``, which are conditions."""
    return tuple(entry for entry in problem.entries if isinstance(entry, Condition))


def _first(problem: Current) -> Condition:
    return conditions_of(problem)[0]


def _beginning(problem: Current) -> Moment | None:
    return min((entry.onset for entry in conditions_of(problem) if entry.onset is not None), default=None)


def _newest_first(problem: Current) -> tuple[bool, bool, float]:
    since = _beginning(problem) or _first(problem).recorded
    doubted = not _first(problem).verification.is_sure
    return doubted, since is None, -since.first.timestamp() if since is not None else 0.0


def _by_age(problems: Sequence[Current], at: Moment) -> Iterator[tuple[str, list[Current]]]:
    began = [(_beginning(each) or _first(each).recorded, each) for each in problems]
    a_year_ago = at.first - _YEAR
    yield "problems.recent", [each for since, each in began if since is not None and since.first > a_year_ago]
    yield "problems.standing", [each for since, each in began if since is not None and since.first <= a_year_ago]
    yield "problems.undated", [each for since, each in began if since is None]


def _same_name(problems: Sequence[Current], words: Words) -> list[list[Condition]]:
    """Return the entries of past problems, those of one name together, the last to end first."""
    groups: dict[str, list[Condition]] = {}
    for problem in problems:
        for entry in conditions_of(problem):
            groups.setdefault(name_of(entry.concept, words).casefold(), []).append(entry)
    for group in groups.values():
        group.sort(key=_when, reverse=True)
    return sorted(groups.values(), key=lambda group: _when(group[0]), reverse=True)


def _when(entry: Condition) -> float:
    moment = entry.ended or entry.onset or entry.recorded
    return moment.first.timestamp() if moment is not None else float("-inf")


def _past_told(group: Sequence[Condition], words: Words) -> Told:
    last = group[0]
    name = name_of(last.concept, words)
    sources = tuple(entry.source for entry in group)
    when = last.ended or last.onset or last.recorded
    if len(group) > 1 and when is not None:
        times = words.say("list.times", count=len(group))
        return Told(f"{name} ({words.say('problems.last', times=times, last=when)})", sources)
    return Told(f"{name}{_stretch(last, words)}", sources)


def _stretch(entry: Condition, words: Words) -> str:
    aside = []
    if entry.onset is not None and entry.ended is not None and str(entry.onset) != str(entry.ended):
        aside.append(words.say("problems.from_to", start=entry.onset, end=entry.ended))
    elif entry.ended is not None:
        aside.append(words.say("problems.until", end=entry.ended))
    elif entry.onset is not None:
        aside.append(words.say("problems.since", since=entry.onset))
    if entry.clinical in (ClinicalStatus.INACTIVE, ClinicalStatus.REMISSION):
        aside.append(words.say(f"problems.{entry.clinical.value}"))
    return f" ({', '.join(aside)})" if aside else ""
