"""Whether a list holds as many things as it says: "Active problems (7)", in one sentence or in several."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from epicrisis_lab.evaluation.patients.facts import DRUGS, drug
from epicrisis_lab.evaluation.patients.raw import Raw, Resource, key_of, what, words_of
from epicrisis_lab.evaluation.patients.sentences import Flaw, Sentence
from epicrisis_lab.evaluation.patients.tokens import clauses

_TIMES = re.compile(r"\b(?:times|veces)\b")


def miscounted(sentences: Sequence[Sentence], raw: Raw) -> Iterator[tuple[Sentence, Flaw]]:
    """Yield the first sentence of each list that says another number than that of the things it cites."""
    lists: dict[str, list[Sentence]] = {}
    for sentence in sentences:
        lead, _, _ = clauses(sentence.text)
        if lead:
            lists.setdefault(lead, []).append(sentence)
    for lead, parts in lists.items():
        _, count, _ = clauses(parts[0].text)
        cited = [found for each in parts for name in each.references if (found := raw.cited(name)) is not None]
        # Where one thing is said to be there several times, the list counts it once.
        repeats = any(_TIMES.search(each.text) for each in parts)
        if count not in _things(cited, raw, one_by_one=not repeats):
            yield parts[0], Flaw("count", f"{lead} ({count})")


def _things(cited: Sequence[Resource], raw: Raw, *, one_by_one: bool) -> set[int]:
    """Return how many things ``cited`` are, of the type that most have: by their codes, their names, or one by one."""
    if not cited:
        return set()
    [(most, _)] = Counter(_kind(each) for each in cited).most_common(1)
    meant = {each.get("id", ""): each for each in cited if _kind(each) == most}
    told = [drug(each, raw) if most in DRUGS else what(each) for each in meant.values()]
    found = {len({key_of(each) for each in told}), len({words_of(each) for each in told})}
    return found | {len(meant)} if one_by_one else found


def _kind(resource: Resource) -> str:
    """Return the type of a resource; an order and a statement are both of a drug."""
    kind = str(resource["resourceType"])
    return DRUGS[0] if kind in DRUGS else kind
