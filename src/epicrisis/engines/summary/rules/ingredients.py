"""What a drug is made of and what class it belongs to, by any name a record gives it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise

from epicrisis.engines.artifacts import Artifact
from epicrisis.engines.codes.ingredients.linker import FOLDER, vocabulary_of
from epicrisis.engines.codes.ingredients.names import Names
from epicrisis.engines.patients.sameness import allergen_of
from epicrisis.engines.shipped import shipped
from epicrisis.engines.summary.rules.wording import LANGUAGES
from epicrisis.errors import InvalidWordList
from epicrisis.text.phrases import Phrases, folded

FILE = "drug_classes.toml"

# As many names as a server meets in a while; each is some hundred bytes.
_KEPT = 4096

_WORD = re.compile(r"[^\W\d_]{5,}")


@dataclass(frozen=True, slots=True)
class DrugClass:
    """Ingredients of which an allergy to one is told when another is taken; ``once`` where two at a time are told.

    ``also`` is what medicines with a member hold, by names of theirs that the vocabulary does not have.
    """

    id: str
    names: Mapping[str, str]
    members: frozenset[str]
    also: Mapping[str, frozenset[str]] = field(default_factory=dict)
    allergens: Phrases | None = None
    crosses: tuple[str, ...] = ()
    notes: Mapping[str, str] | None = None
    once: bool = False


class Ingredients:
    """Knows ingredients by the vocabulary of the ingredient linker, and classes by ``drug_classes.toml``."""

    def __init__(self, names: Names, classes: Iterable[DrugClass]) -> None:
        self.classes = {each.id: each for each in classes}
        self._names = names
        self._members = Phrases({member for each in self.classes.values() for member in each.members})
        self._also = {folded(name): held for each in self.classes.values() for name, held in each.also.items()}
        self._medicines = Phrases(self._also)
        self._known = lru_cache(_KEPT)(self._found)

    def of(self, name: str) -> frozenset[str]:
        """Return the ingredients of the drug that is called ``name``, in small letters; none where nobody knows it."""
        return self._known(name)

    def of_allergy(self, name: str) -> frozenset[str]:
        """Return the ingredients that an allergy of that name is to."""
        return self.of(allergen_of(name))

    def classes_of(self, ingredients: Iterable[str]) -> list[DrugClass]:
        """Return the classes that any of ``ingredients`` belongs to."""
        wanted = frozenset(ingredients)
        return [each for each in self.classes.values() if each.members & wanted]

    def classes_named(self, name: str) -> list[DrugClass]:
        """Return the classes that an allergy names as such: "sulfa drugs"."""
        low = folded(name)
        return [each for each in self.classes.values() if each.allergens is not None and each.allergens.first(low)]

    def _found(self, name: str) -> frozenset[str]:
        low = folded(name)
        found = {ingredient.display.lower() for ingredient, _ in self._names.of(name)}
        if not found:
            # "120 ACTUAT Fluticasone propionate 0.044 MG/ACTUAT Metered Dose Inhaler": one of its words is a drug.
            found = {each.display.lower() for word in _WORD.findall(low) for each in self._names.named(word)}
        members = {low[span.start : span.end] for span in self._members.find(low)}
        held = [self._also[low[span.start : span.end]] for span in self._medicines.find(low)]
        return frozenset(found | members).union(*held)


@cache
def ingredients() -> Ingredients:
    """Return what the package knows of drugs.

    Raises:
        ArtifactError: the vocabulary of the ingredient linker is missing or not what its card says.
        InvalidWordList: the classes break their own rules.
    """
    names = vocabulary_of(Artifact(shipped(FOLDER)))
    return Ingredients(names, drug_classes((files(__package__) / FILE).read_text(encoding="utf-8")))


def drug_classes(content: str) -> list[DrugClass]:
    """Return the classes in ``content``.

    Raises:
        InvalidWordList: they have no source, a name is missing, a list is not sorted, or one crosses an unknown class.
    """
    tables = tomllib.loads(content)
    if not str(tables.pop("source", "")).strip():
        raise InvalidWordList(f"{FILE}: no `source`; say where the classes come from.")
    for id_, table in tables.items():
        for key in ("members", "allergens", "atc"):
            words = table.get(key, [])
            if any(not before < word for before, word in pairwise(words)):
                raise InvalidWordList(f"{FILE}: `{id_}.{key}` is not sorted, or has a word twice.")
        if not all(table.get(language) for language in LANGUAGES) or not table.get("members"):
            raise InvalidWordList(f"{FILE}: `{id_}` needs members, and a name in each of {list(LANGUAGES)}.")
        if not all(set(held) & set(table["members"]) for held in table.get("also", {}).values()):
            raise InvalidWordList(f"{FILE}: `{id_}.also` has a medicine that holds no member.")
        if not set(table.get("crosses", [])) <= set(tables):
            raise InvalidWordList(f"{FILE}: `{id_}` crosses a class that is not there.")
    return [_class(id_, table) for id_, table in tables.items()]


def _class(id_: str, table: Mapping[str, object]) -> DrugClass:
    def words(key: str) -> list[str]:
        listed = table.get(key, [])
        return [str(word) for word in listed] if isinstance(listed, list) else []

    also = table.get("also", {})
    return DrugClass(
        id=id_,
        names={language: str(table[language]) for language in LANGUAGES},
        members=frozenset(words("members")),
        also={str(name): frozenset(held) for name, held in also.items()} if isinstance(also, dict) else {},
        allergens=Phrases(words("allergens")) if words("allergens") else None,
        crosses=tuple(words("crosses")),
        notes={language: str(table[f"note_{language}"]) for language in LANGUAGES if f"note_{language}" in table},
        once=table.get("once") is True,
    )
