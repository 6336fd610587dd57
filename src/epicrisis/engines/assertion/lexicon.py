"""What the rules know of a language, read from ``cues/<language>.toml``."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from epicrisis.domain.assertions import CueKind, Status
from epicrisis.engines.assertion.linting import expand, lint
from epicrisis.engines.assertion.words import PhraseTree
from epicrisis.errors import UnknownLanguage
from epicrisis.text.characters import unaccented


class Role(StrEnum):
    """What the phrases of a group do."""

    CUE = "cue"
    PSEUDO = "pseudo"
    STOP = "stop"


class Direction(StrEnum):
    """Where a cue looks for its findings."""

    FORWARD = "forward"
    BACKWARD = "backward"
    BOTH = "both"


class Head(StrEnum):
    """Where the word stands that a noun phrase is about: "chest [x-ray]", "[radiografía] de tórax"."""

    FIRST = "first"
    LAST = "last"


class Trait(StrEnum):
    """How a group differs from others of its kind."""

    # "Risks include possible bleeding": within its reach no uncertainty counts.
    GOVERNS = "governs"
    # "Possible biopsy": said of a procedure, it is a plan.
    HEDGES = "hedges"
    # "No findings suggestive of infection": a negation before it reaches through it.
    REPORTS = "reports"
    # "Sin foco aparente": puts a negation before the finding in doubt, and says nothing where there is none.
    QUALIFIES = "qualifies"
    # "May be secondary to her diarrhea": the uncertainty is about the link.
    LINKS = "links"
    # "Will start aspirin": what is planned lies in the future.
    PLANS = "plans"
    # "Surgery is recommended": so do the procedures and tests, but not the problems, that are talked about.
    PROPOSES = "proposes"
    # "Neck: no masses, bruits": negates a list, so it can answer for what was examined.
    ENUMERATES = "enumerates"
    # "The cage is normal": needs no word we know to be a test.
    PLAIN = "plain"
    # "Allergic to penicillin": the first word of the cue can be the finding itself.
    OWN = "own"
    # "Tylenol, one tablet p.o. p.r.n.": a comma stops it where anything but directions stands before it.
    DIRECTS = "directs"
    # "P.r.n. pain": says what a drug is for.
    INDICATES = "indicates"
    # "Para evitar la recidiva": the guidelines know no exception, and a model is held to it too (`rulings.py`).
    BINDS = "binds"
    # Someone who is neither the patient nor a relative.
    OTHER_PERSON = "other-person"


@dataclass(frozen=True, slots=True)
class CueGroup:
    """Phrases that behave alike: what they do, where they look, how far, and what stops them.

    ``reach`` counts words, and ``problem_reach`` does for findings that are neither test, procedure nor drug; ``marks``
    are the punctuation marks that end the reach. A stop group ends the reach of the kinds and groups in ``stops``.
    """

    name: str
    role: Role
    source: str
    kind: CueKind | None = None
    direction: Direction = Direction.FORWARD
    reach: int = 0
    problem_reach: int | None = None
    marks: frozenset[str] = frozenset()
    stops: frozenset[str] = frozenset()
    traits: frozenset[Trait] = frozenset()


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Phrases by group, hints about a finding's own words, and how often each piece of evidence was right.

    ``head`` says which word of a finding names it; ``hints`` and ``suffixes`` tell tests, procedures, drugs and other
    words apart. ``odds`` gives, per evidence (``group/STATUS``), the share of each status among the training targets
    that it decided. ``binding`` are the numbers of the groups that bind a model too.
    """

    language: str
    groups: tuple[CueGroup, ...]
    phrases: PhraseTree
    stops: PhraseTree
    head: Head = Head.LAST
    hints: Mapping[str, frozenset[str]] = field(default_factory=dict)
    suffixes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    odds: Mapping[str, Mapping[Status, float]] = field(default_factory=dict)
    binding: frozenset[int] = frozenset()


@cache
def load_lexicon(language: str) -> Lexicon:
    """Read the shipped cues of ``language``, once: it takes half a second.

    Raises:
        UnknownLanguage: no cues are shipped for it.
        InvalidWordList: the list breaks its own rules.
    """
    file = files("epicrisis.engines.assertion") / "cues" / f"{language}.toml"
    if not file.is_file():
        raise UnknownLanguage(f"No assertion cues for language {language!r}; `epicrisis engines` lists what there is.")
    return read_lexicon(tomllib.loads(file.read_text(encoding="utf-8")), language)


def read_lexicon(tables: Mapping[str, Any], language: str) -> Lexicon:
    """Build a lexicon from the tables of a word list.

    Raises:
        InvalidWordList: the list breaks its own rules.
    """
    lint(tables)
    classes = _classes(tables)
    phrases, stops = PhraseTree(classes), PhraseTree(classes)
    groups = tuple(_group(table) for table in tables["groups"])
    for number, table in enumerate(tables["groups"]):
        tree = stops if groups[number].role is Role.STOP else phrases
        for phrase in table["phrases"]:
            for elements, ahead in expand(phrase):
                tree.add(elements, ahead=ahead, group=number)
    return Lexicon(
        language=language,
        groups=groups,
        phrases=phrases,
        stops=stops,
        head=Head(tables["head"]),
        hints=defaultdict(frozenset, {name: frozenset(_in_haste(words)) for name, words in tables["hints"].items()}),
        suffixes={name: tuple(_in_haste(endings)) for name, endings in tables["suffixes"].items()},
        odds={name: {Status(key): share for key, share in row.items()} for name, row in tables["odds"].items()},
        binding=frozenset(number for number, group in enumerate(groups) if Trait.BINDS in group.traits),
    )


def _classes(tables: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return, by word, what else than itself it may stand for in a phrase: its classes, and itself with its accents.

    Whoever writes in haste leaves accents out and adds none: "sintomas" is "síntomas", but "sí" is never "si".
    """
    edges: dict[str, list[str]] = defaultdict(list)
    for name, words in tables["classes"].items():
        for word in _in_haste(words):
            edges[word].append(f"{{{name}}}")
    accented = (phrase for table in tables["groups"] for phrase in table["phrases"] if not phrase.isascii())
    spoken = (elements for phrase in accented for elements, _ in expand(phrase))
    for form in {form for elements in spoken for form in elements if not form.isascii()}:
        edges[unaccented(form)].append(form)
    return {word: tuple(found) for word, found in edges.items()}


def _in_haste(words: Iterable[str]) -> list[str]:
    return sorted({form for word in words for form in (word, unaccented(word))})


def _group(table: Mapping[str, Any]) -> CueGroup:
    role = Role(table["role"])
    return CueGroup(
        name=table["name"],
        role=role,
        source=table["source"],
        kind=CueKind(table["kind"]) if role is Role.CUE else None,
        direction=Direction(table.get("direction", Direction.FORWARD)),
        reach=table.get("reach", 0),
        problem_reach=table.get("problem_reach"),
        marks=frozenset(table.get("marks", "")),
        stops=frozenset(table.get("stops", ())),
        traits=frozenset(Trait(trait) for trait in table.get("traits", ())),
    )
