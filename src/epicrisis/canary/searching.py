"""Finds the words of a run in bytes, in whatever way somebody wrote them down."""

from __future__ import annotations

import base64
import gzip
import json
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from epicrisis.canary.identities import Kind, People, Person

AS_IT_IS = "as it is"
_GZIP = b"\x1f\x8b"
# A number this much longer than what we look for is another number, or a hash.
_LONGER = 4
_OF_NUMBERS = frozenset(b"0123456789abcdef.")


@dataclass(frozen=True, slots=True)
class Found:
    """A word of ``person`` that stands where none may; the word itself is not told."""

    person: Person
    kind: Kind
    writing: str


@dataclass(frozen=True, slots=True)
class Writing:
    """A way to write a word down as bytes; ``folded`` where small letters and capitals are then looked for as one.

    ``endings`` has every way in which a word may end there, where that depends on what comes behind it.
    """

    name: str
    write: Callable[[str], bytes]
    folded: bool = True
    endings: Callable[[str], Iterable[bytes]] | None = None

    def begins(self, word: str) -> bytes:
        """Return what a longer word that begins with ``word`` is looked for by."""
        return self.write(word).lower() if self.folded else self.write(word)

    def wholes(self, word: str) -> Iterable[bytes]:
        """Return everything that ``word`` may be; all are of one length."""
        return self.endings(word) if self.endings else [self.begins(word)]


def writings() -> Iterator[Writing]:
    """Yield every way a word is looked for in."""
    for case in (str.lower, str.upper):
        yield Writing(AS_IT_IS, _through(case, str.encode))
        yield Writing("in Latin-1", _through(case, partial(str.encode, encoding="latin-1")))
        yield Writing("in two code points a letter", _through(case, _decomposed))
        yield Writing("escaped as JSON", _through(case, _as_json))
        yield Writing("escaped in a URL", _through(case, _in_a_url))
        yield Writing("in UTF-16", _through(case, partial(str.encode, encoding="utf-16-le")))
        yield Writing("in UTF-16", _through(case, partial(str.encode, encoding="utf-16-be")))
    as_written: Callable[[str], str] = str
    for letters in (as_written, str.lower, str.upper):
        yield Writing("in hexadecimal", _through(letters, _in_hexadecimal))
        for before in range(3):
            for alphabet in (b"+/", b"-_"):
                yield _in_base64(letters, before, alphabet)


class Search:
    """Looks for the words of ``people``, all at once, and says whose each is."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._needles = list(_needles(people))

    def __call__(self, said: bytes) -> set[Found]:
        """Return the words in ``said``, and in what it unpacks to where it is compressed."""
        folded = said.lower()
        found = {each for needle in self._needles for each in self._with(needle, said, folded)}
        unpacked = _unpacked(said)
        return found | self(unpacked) if unpacked else found

    def _with(self, needle: _Needle, said: bytes, folded: bytes) -> Iterator[Found]:
        within = folded if needle.writing.folded else said
        at = within.find(needle.stem)
        while at >= 0:
            end = at + needle.length
            number = needle.whole.get(within[at:end])
            if number is not None and not (needle.bare and _is_part_of_another(within, at, end)):
                yield Found(self._people.by_number(number), needle.kind, needle.writing.name)
            at = within.find(needle.stem, at + 1)


@dataclass(frozen=True, slots=True)
class _Needle:
    """How the words of one kind begin in one writing, and what each is as a whole, with the number of its person.

    ``bare`` where hardly more than digits are written, which might stand in a longer number by accident.
    """

    kind: Kind
    writing: Writing
    stem: bytes
    whole: dict[bytes, int]
    bare: bool

    @property
    def length(self) -> int:
        return len(next(iter(self.whole)))


def _needles(people: People) -> Iterator[_Needle]:
    numbers = [person.number for person in people]
    for part in people.parts:
        for spelt in part.written:
            known = set[tuple[bytes, bool]]()
            for writing in writings():
                stem, one = writing.begins(spelt(part.stem)), writing.begins(spelt(part.whole(0)))
                # Small letters and capitals, or URLs and JSON, are often written alike.
                if (one, writing.folded) not in known:
                    known.add((one, writing.folded))
                    whole = {said: number for number in numbers for said in writing.wholes(spelt(part.whole(number)))}
                    bare = writing.name == AS_IT_IS and spelt(part.whole(0))[:-1].isdigit()
                    yield _Needle(part.kind, writing, stem, whole, bare)


def _is_part_of_another(within: bytes, start: int, end: int) -> bool:
    """Return whether what stands between ``start`` and ``end`` is a piece of a longer number, or of a hash."""
    first, last = start, end
    while first > 0 and within[first - 1] in _OF_NUMBERS and start - first <= _LONGER:
        first -= 1
    while last < len(within) and within[last] in _OF_NUMBERS and last - end <= _LONGER:
        last += 1
    return (last - first) - (end - start) >= _LONGER


def _unpacked(said: bytes) -> bytes:
    if said.startswith(_GZIP):
        with suppress(OSError, EOFError, zlib.error):
            return gzip.decompress(said)
    return b""


def _through(case: Callable[[str], str], write: Callable[[str], bytes]) -> Callable[[str], bytes]:
    return lambda word: write(case(word))


def _decomposed(word: str) -> bytes:
    return unicodedata.normalize("NFD", word).encode()


def _as_json(word: str) -> bytes:
    return json.dumps(word)[1:-1].encode()


def _in_a_url(word: str) -> bytes:
    return quote(word).encode()


def _in_hexadecimal(word: str) -> bytes:
    return word.encode().hex().encode()


def _in_base64(case: Callable[[str], str], before: int, alphabet: bytes) -> Writing:
    """Return how words are written that have ``before`` bytes, modulo 3, in front of them; six bits are a character."""
    # Characters that depend on what stands in front of the word too.
    first = -(-before * 8 // 6)

    def whole_characters(word: str) -> bytes:
        held = bytes(before) + case(word).encode()
        return base64.b64encode(held, alphabet)[first : len(held) * 8 // 6]

    def with_the_last(word: str) -> set[bytes]:
        held = bytes(before) + case(word).encode()
        last = -(-len(held) * 8 // 6)
        # Two or four bits of the last character are what comes behind, or nothing.
        return {base64.b64encode(held + bytes([behind]), alphabet)[first:last] for behind in range(0, 256, 4)}

    return Writing("in base64", whole_characters, folded=False, endings=with_the_last)
