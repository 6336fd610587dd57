"""How sharp the check is: faults are planted in good sentences, one in each, and counted where they are found.

Each sentence gets a number that is another, a date a year later, the words of another patient, the sources of another
sentence, or a list that is one longer; which of them is the turn of its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from epicrisis_lab.evaluation.patients.sentences import Sentence
from epicrisis_lab.evaluation.patients.tokens import clauses

_DATE = re.compile(r"(?<!\d)(?P<year>[12]\d{3})(?=-\d\d-\d\d)")
_VALUE = re.compile(r"(?<![\w.–-])(?P<whole>\d{1,3})(?P<rest>\.\d+)(?= [a-zA-Z%])")
_COUNT = re.compile(r"(?<=\()\d+(?=\)(?:, continued)?: )")
_NAME = re.compile(r"(?<=: )[A-Z][a-z]{4,}(?: [a-z]{4,})?")


def planted(sentences: Sequence[Sentence], others: Sequence[Sentence]) -> Iterator[tuple[str, Sentence, int]]:
    """Yield a kind of fault, a sentence with it, and its place, for each of ``sentences`` that has room for one.

    ``others`` are sentences of another patient.
    """
    names = [found[0] for each in others for found in [_NAME.search(each.text)] if found and clauses(each.text)[0]]
    for place, sentence in enumerate(sentences):
        for kind, fault in _FAULTS.items():
            spoilt = fault(sentence, sentences, names, place)
            if spoilt is not None and spoilt != sentence:
                yield kind, spoilt, place


_Fault = Callable[[Sentence, Sequence[Sentence], Sequence[str], int], Sentence | None]


def _number(sentence: Sentence, _: Sequence[Sentence], __: Sequence[str], place: int) -> Sentence | None:
    return _changed(sentence, _VALUE, lambda found: f"{int(found['whole']) + 7}{found['rest']}")


def _date(sentence: Sentence, _: Sequence[Sentence], __: Sequence[str], place: int) -> Sentence | None:
    return _changed(sentence, _DATE, lambda found: str(int(found["year"]) + 1))


def _count(sentence: Sentence, _: Sequence[Sentence], __: Sequence[str], place: int) -> Sentence | None:
    return _changed(sentence, _COUNT, lambda found: str(int(found[0]) + 1))


def _name(sentence: Sentence, _: Sequence[Sentence], names: Sequence[str], place: int) -> Sentence | None:
    strange = [name for name in names if name not in sentence.text]
    if not strange or not clauses(sentence.text)[0]:
        return None
    return _changed(sentence, _NAME, lambda _: strange[place % len(strange)])


def _sources(sentence: Sentence, every: Sequence[Sentence], _: Sequence[str], place: int) -> Sentence | None:
    others = [each for each in every if each.references and not set(each.references) & set(sentence.references)]
    if not others or not clauses(sentence.text)[0]:
        return None
    return Sentence(sentence.text, others[place % len(others)].references)


_FAULTS: dict[str, _Fault] = {"number": _number, "date": _date, "count": _count, "name": _name, "sources": _sources}


def _changed(sentence: Sentence, pattern: re.Pattern[str], into: Callable[[re.Match[str]], str]) -> Sentence:
    return Sentence(pattern.sub(into, sentence.text, count=1), sentence.references)
