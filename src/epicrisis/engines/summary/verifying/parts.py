"""A sentence as parts that can be held against a record: what is named, what is claimed of it, numbers and dates."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from epicrisis.engines.summary.verifying.fact import Fact
from epicrisis.engines.summary.verifying.lexicon import Cue, Lexicon, Phrase
from epicrisis.engines.summary.verifying.naming import Name
from epicrisis.engines.summary.verifying.tokens import COMPARATORS, Sort, Token, decimals_of, plain_unit, value_of

# So many words back somebody says whether a date is a beginning or an end.
_NEAR = 3
_YEARS = range(1900, 2101)


class Role(Enum):
    """What a part is."""

    MENTION = auto()
    CUE = auto()
    NUMBER = auto()
    AGE = auto()
    DATE = auto()
    PERSON = auto()
    WORD = auto()
    VERB = auto()
    GLUE = auto()
    PURPOSE = auto()
    JOIN = auto()
    COMMA = auto()
    COLON = auto()
    TURN = auto()
    HARD = auto()


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a sentence; each role fills what it needs."""

    role: Role
    text: str = ""
    facts: tuple[Fact, ...] = ()
    name: Name = ()
    cues: frozenset[Cue] = frozenset()
    value: float = 0.0
    unit: str = ""
    decimals: int = 0
    begins: bool = False
    """Of a date: it is told as a beginning, or of a verb phrase: it is one."""
    ends: bool = False
    recorded: bool = False
    words: tuple[str, ...] = ()
    kin: frozenset[str] = frozenset()
    """Whose it is told to be: mother, and not family."""


Index = Mapping[str, Sequence[tuple[Name, tuple[Fact, ...]]]]
"""The names of a record with what they may mean, by their first word, the longest first."""


def index_of(facts: Collection[Fact]) -> Index:
    """Return the names of ``facts``."""
    by_name: dict[Name, list[Fact]] = {}
    for fact in facts:
        for name in fact.names:
            by_name.setdefault(name, []).append(fact)
    index: dict[str, list[tuple[Name, tuple[Fact, ...]]]] = {}
    for name, some in by_name.items():
        index.setdefault(name[0], []).append((name, tuple(some)))
    return {first: sorted(some, key=lambda each: -len(each[0])) for first, some in index.items()}


class Reader:
    """Cuts sentences of one language into parts, by the names of one record and the units it uses."""

    def __init__(self, lexicon: Lexicon, index: Index, units: Collection[str]) -> None:
        self._lexicon = lexicon
        self._index = index
        self._units = frozenset(units)
        self._recorded = {phrase[0] for phrase in lexicon.recorded if len(phrase) == 1}

    def parts(self, tokens: Sequence[Token], *, decimal_comma: bool) -> list[Part]:
        """Return the parts of a sentence in order."""
        found: list[Part] = []
        at = 0
        while at < len(tokens):
            part, at = self._part(tokens, at, found, decimal_comma)
            if part is not None:
                found.append(part)
        return found

    def _part(self, tokens: Sequence[Token], at: int, before: list[Part], comma: bool) -> tuple[Part | None, int]:
        token = tokens[at]
        if token.sort in _SIGNS:
            return Part(_SIGNS[token.sort]), at + 1
        if token.sort is Sort.SIGN:
            return (Part(Role.WORD, token.text) if token.text in COMPARATORS else None), at + 1
        dated = self._date(tokens, at)
        if dated is not None:
            told, behind = dated
            begins, ends = self._role_of_date(tokens, at)
            return Part(Role.DATE, told, begins=begins, ends=ends), behind
        mention = self._mention(tokens, at)
        cue = self._cue(tokens, at)
        if mention is not None and (cue is None or mention[1] >= cue[1]):
            return mention
        if cue is not None:
            return cue
        if token.sort is Sort.NUMBER:
            return self._number(tokens, at, before, comma)
        return self._word(tokens, at)

    def _mention(self, tokens: Sequence[Token], at: int) -> tuple[Part, int] | None:
        for name, facts in self._index.get(tokens[at].text, ()):
            behind = _matched(tokens, at, name)
            if behind is not None:
                return Part(Role.MENTION, " ".join(name), facts=facts, name=name), behind
        return None

    def _cue(self, tokens: Sequence[Token], at: int) -> tuple[Part, int] | None:
        for phrase, cues in self._lexicon.cues.get(tokens[at].text, ()):
            behind = _matched(tokens, at, phrase)
            if behind is not None:
                is_verb = any(word in self._lexicon.verbs for word in phrase)
                recorded = any(word in self._recorded for word in phrase)
                text = " ".join(phrase)
                kin = frozenset(phrase) - self._lexicon.any_kin if Cue.FAMILY in cues else frozenset()
                part = Part(Role.CUE, text, cues=cues, begins=is_verb, recorded=recorded, kin=kin)
                return part, behind
        return None

    def _number(self, tokens: Sequence[Token], at: int, before: list[Part], comma: bool) -> tuple[Part, int]:
        token = tokens[at]
        value = value_of(token.text, decimal_comma=comma)
        behind = at + 1
        unit = plain_unit(token.unit)
        joined = plain_unit(token.unit + tokens[at + 2].text) if at + 2 < len(tokens) else ""
        if unit in self._units:
            behind = _after(tokens, behind, token.end + len(token.unit) + 1)
        elif joined in self._units and joined:
            unit, behind = joined, at + 3
        else:
            unit = ""
        if not unit and (aged := self._age(tokens, at, before)) is not None:
            return Part(Role.AGE, value=value), aged
        return Part(Role.NUMBER, value=value, unit=unit, decimals=decimals_of(token.text)), behind

    def _age(self, tokens: Sequence[Token], at: int, before: list[Part]) -> int | None:
        """Return where an age ends that begins with the number at ``at``, or ``None``."""
        words = [each for each in range(at + 1, min(at + 5, len(tokens))) if tokens[each].sort is Sort.WORD]
        said_before = any(
            token.text in self._lexicon.old for token in tokens[max(0, at - 3) : at] if token.sort is Sort.WORD
        )
        if words and tokens[words[0]].text in self._lexicon.years:
            if len(words) > 1 and tokens[words[1]].text in self._lexicon.old:
                return words[1] + 1
            if said_before or any(part.role is Role.PERSON for part in before[-2:]):
                return words[0] + 1
        return at + 1 if said_before else None

    def _word(self, tokens: Sequence[Token], at: int) -> tuple[Part, int]:
        text, lexicon = tokens[at].text, self._lexicon
        for phrases, role in ((lexicon.turns, Role.TURN), (lexicon.joins, Role.JOIN)):
            for phrase in phrases:
                behind = _matched(tokens, at, phrase)
                if behind is not None:
                    return Part(role), behind
        if text in lexicon.numbers:
            return Part(Role.NUMBER, value=float(lexicon.numbers[text]), words=(text,)), at + 1
        if text in lexicon.female or text in lexicon.male:
            return Part(Role.PERSON, "female" if text in lexicon.female else "male"), at + 1
        recorded = text in self._recorded
        for words, role in (
            (lexicon.verbs, Role.VERB),
            (lexicon.purpose, Role.PURPOSE),
            (lexicon.glue, Role.GLUE),
            (lexicon.start | lexicon.end | lexicon.old | lexicon.years, Role.GLUE),
        ):
            if text in words:
                return Part(role, text, recorded=recorded), at + 1
        return Part(Role.GLUE if recorded else Role.WORD, text, recorded=recorded), at + 1

    def _date(self, tokens: Sequence[Token], at: int) -> tuple[str, int] | None:
        """Return the date that begins at ``at`` in ISO 8601, and where it ends."""
        token = tokens[at]
        if token.sort is Sort.DATE:
            return token.text, at + 1
        words = [each for each in range(at, min(at + 7, len(tokens))) if tokens[each].sort in _DATED]
        words = [each for each in words if tokens[each].text not in ("de", "del", "of")][:3]
        told = [tokens[each].text for each in words]
        months = self._lexicon.months
        if len(told) == 3 and _day(told[0]) and told[1] in months and _year(told[2]):
            return f"{told[2]}-{months[told[1]]:02}-{int(told[0]):02}", words[2] + 1
        if len(told) == 3 and told[0] in months and _day(told[1]) and _year(told[2]):
            return f"{told[2]}-{months[told[0]]:02}-{int(told[1]):02}", words[2] + 1
        if len(told) > 1 and told[0] in months and _year(told[1]):
            return f"{told[1]}-{months[told[0]]:02}", words[1] + 1
        if token.sort is Sort.NUMBER and _year(token.text) and plain_unit(token.unit) not in self._units:
            return token.text, at + 1
        return None

    def _role_of_date(self, tokens: Sequence[Token], at: int) -> tuple[bool, bool]:
        for token in reversed(tokens[max(0, at - _NEAR) : at]):
            if token.sort in (Sort.HARD, Sort.COMMA):
                break
            begins, ends = token.text in self._lexicon.start, token.text in self._lexicon.end
            if begins or ends:
                return begins, ends
        return False, False


_SIGNS = {Sort.HARD: Role.HARD, Sort.COMMA: Role.COMMA, Sort.COLON: Role.COLON}
_DATED = (Sort.WORD, Sort.NUMBER)


def _matched(tokens: Sequence[Token], at: int, phrase: Phrase) -> int | None:
    """Return where ``phrase`` ends that begins at ``at``, signs and commas inside left aside, or ``None``."""
    for number, word in enumerate(phrase):
        if number:
            while at < len(tokens) and tokens[at].sort in (Sort.SIGN, Sort.COMMA):
                at += 1
        if at >= len(tokens) or tokens[at].text != word:
            return None
        at += 1
    return at


def _after(tokens: Sequence[Token], at: int, end: int) -> int:
    while at < len(tokens) and tokens[at].start < end:
        at += 1
    return at


def _day(text: str) -> bool:
    return text.isdigit() and 1 <= int(text) <= 31


def _year(text: str) -> bool:
    return len(text) == 4 and text.isdigit() and int(text) in _YEARS


def clauses(parts: Sequence[Part]) -> Iterator[list[list[Part]]]:
    """Yield the groups of a sentence between full stops, semicolons and turns, each as its clauses."""
    group: list[list[Part]] = [[]]
    for part in parts:
        if part.role in (Role.HARD, Role.TURN):
            if any(group):
                yield [clause for clause in group if clause]
            group = [[]]
        elif part.role in (Role.COMMA, Role.JOIN):
            group.append([])
        else:
            group[-1].append(part)
    if any(group):
        yield [clause for clause in group if clause]
