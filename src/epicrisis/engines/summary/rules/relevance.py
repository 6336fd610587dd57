"""What of a record a reader wants first, and what only fills the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from epicrisis.domain.patients import Concept
from epicrisis.domain.records import CodeSystem
from epicrisis.text.phrases import Phrases, folded
from epicrisis.text.wordlists import parsed

FILE = "relevance.toml"

# Groups of tests in the order in which they are told.
_GROUPS = (
    "kidney",
    "electrolytes",
    "glucose",
    "count",
    "clotting",
    "liver",
    "heart",
    "inflammation",
    "lipids",
    "thyroid",
    "prostate",
    "pressure",
    "pulse",
    "breathing",
    "temperature",
    "size",
)

# Lists of words that deny allergies of one category (hl7.org/fhir/R4/valueset-allergy-intolerance-category.html).
_DENIED = {"denied_drugs": "medication", "denied_environment": "environment", "denied_food": "food"}


@dataclass(frozen=True, slots=True)
class Relevance:
    """The lists of ``relevance.toml``, ready to be asked."""

    self_limited: Phrases
    lasting: Phrases
    circumstances: Phrases
    routine: Phrases
    denials: Mapping[str, Phrases]
    codes: Mapping[str, frozenset[str]]
    places: Mapping[str, int]

    def is_self_limited(self, name: str) -> bool:
        """Return whether a problem of that name passes and leaves little: a cold, a sprain; nothing chronic."""
        low = folded(name)
        return self.self_limited.first(low) is not None and self.lasting.first(low) is None

    def is_circumstance(self, concept: Concept) -> bool:
        """Return whether it tells how somebody lives rather than what ails them: "Full-time employment (finding)"."""
        low = folded(concept.text)
        # "Post-traumatic stress disorder" is no circumstance.
        return "disorder" not in low and self.circumstances.first(low) is not None

    def is_routine(self, name: str) -> bool:
        """Return whether a procedure of that name is done at many a visit and changes nothing."""
        return self.routine.first(folded(name)) is not None

    def denied_kind(self, words: str) -> str:
        """Return which allergies "no known drug allergies" denies, as FHIR names their category; empty for all."""
        low = folded(words)
        return next((kind for kind, phrases in self.denials.items() if phrases.first(low) is not None), "")

    def rank(self, concept: Concept) -> int:
        """Return how early a test is told: the place of its group, and after all groups what is in none."""
        places = (self.places.get(code.code, len(_GROUPS)) for code in concept.codes if code.system == CodeSystem.LOINC)
        return min(places, default=len(_GROUPS))

    def is_in(self, group: str, concept: Concept) -> bool:
        """Return whether a code of ``concept`` is on the list ``group``."""
        return any(code.system == CodeSystem.LOINC and code.code in self.codes[group] for code in concept.codes)


@cache
def relevance() -> Relevance:
    """Return the lists.

    Raises:
        InvalidWordList: their file breaks its own rules.
    """
    return relevance_lists((files(__package__) / FILE).read_text(encoding="utf-8"))


def relevance_lists(content: str) -> Relevance:
    """Return the lists in ``content``.

    Raises:
        InvalidWordList: they break their own rules.
    """
    lists = parsed(FILE, content)
    phrases = {name: Phrases(lists[name]) for name in ("self_limited", "lasting", "circumstances", "routine")}
    denials = {kind: Phrases(lists[name]) for name, kind in _DENIED.items()}
    codes = {name: frozenset(words) for name, words in lists.items() if name not in (*phrases, *_DENIED)}
    places = {code: place for place, group in enumerate(_GROUPS) for code in codes[group]}
    return Relevance(**phrases, denials=denials, codes=codes, places=places)
