"""Which names of a note are one person's: "John Doe", and later "Mr. Doe"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from epicrisis.engines.privacy.names import Name, Role, gender_of

# How many people of one name are looked at: a note that names more of them makes no difference between them either.
_MOST_NAMESAKES = 32


@dataclass(eq=False, slots=True)
class Person:
    """Somebody a note names, with every word it names them by."""

    given: list[str] = field(default_factory=list)
    family: list[str] = field(default_factory=list)
    titled: str | None = None

    @classmethod
    def of(cls, name: Name) -> Person:
        """Return whom ``name`` means, as far as it says."""
        person = cls()
        person.take(name)
        return person

    @property
    def key(self) -> str:
        """Return what tells them from others in every note: the first given and the first family name."""
        return " ".join((*self.given[:1], "/", *self.family[:1]))

    @property
    def gender(self) -> str | None:
        """Return the gender their given name tells, or else a title."""
        return gender_of(self.given) or self.titled

    def take(self, name: Name) -> None:
        """Learn the words of one more mention."""
        for known, words in ((self.given, name.words(Role.GIVEN)), (self.family, name.words(Role.FAMILY))):
            known += [word for word in words if word not in known]
        self.titled = self.titled or name.gender

    def may_be(self, name: Name) -> bool:
        """Return whether ``name``, which does not say all of it, may mean them."""
        every = self.given + self.family
        return (
            set(name.words(Role.FAMILY)) <= set(self.family)
            and set(name.words(Role.GIVEN)) <= set(self.given)
            and all(any(word.startswith(initial) for word in every) for initial in name.words(Role.INITIAL))
            and (self.gender is None or name.gender is None or self.gender == name.gender)
        )


class _Crowd:
    """People by the words, and the first letters, they are named by; whoever joins again stands in front."""

    def __init__(self) -> None:
        self._named: defaultdict[str, dict[Person, None]] = defaultdict(dict)

    def join(self, person: Person) -> None:
        for word in _known_by(person.given + person.family):
            self._named[word].pop(person, None)
            self._named[word][person] = None

    def latest(self, words: Iterable[str]) -> Iterator[Person]:
        for word in words:
            yield from islice(reversed(self._named.get(word, {})), _MOST_NAMESAKES)


def people(names: Sequence[Name]) -> list[Person]:
    """Return whom each of ``names``, in the order of the note, means; one that fits several means the last before."""
    whole: dict[str, Person] = {}
    for name in names:
        if name.words(Role.GIVEN) and name.words(Role.FAMILY):
            person = Person.of(name)
            whole.setdefault(person.key, person).take(name)
    everyone, met = _Crowd(), _Crowd()
    for person in reversed(whole.values()):
        everyone.join(person)
    meant = []
    for name in names:
        person = Person.of(name)
        if person.key in whole:
            person = whole[person.key]
        else:
            words = (*name.words(Role.FAMILY), *name.words(Role.GIVEN), *name.words(Role.INITIAL))
            others = (*met.latest(words), *everyone.latest(words))
            person = next((other for other in others if other.may_be(name)), person)
        met.join(person)
        meant.append(person)
    return meant


def _known_by(words: Iterable[str]) -> set[str]:
    return {form for word in words for form in (word, word[:1])}
