"""What heads a list of habits and says nothing by itself: "HÁBITOS TÓXICOS: exfumador", "SUBSTANCE USE", "DRUGS"."""

from __future__ import annotations

import re

from epicrisis.domain.records import SocialKind, Use
from epicrisis.domain.sections import SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.history.uses import SUBSTANCES, amounts
from epicrisis.engines.extraction.lists import phrases
from epicrisis.engines.extraction.note import Note
from epicrisis.text.phrases import Phrases

# "Substance abuse history:", "TOBACCO USE" alone on its line.
_COLON = re.compile(r"(?: (?:history|hx|use|abuse|status)){0,2} ?(?::|\.-|\. ?\n|- )")
_LINE_END = re.compile(r"(?: (?:history|hx|use|abuse|status)){0,2} ?:?[ \t]*(?=\n)")
_TO_ANSWER = re.compile(r"(?: (?:history|hx|use|abuse|status)){0,2}[\s:.-]{0,4}")
# An answer ends where its clause does: "Hábitos tóxicos: niega."
_ANSWERED = re.compile(r"\s?(?:[.,;\n]|\Z)")
_CLAUSE = re.compile(r"[.;]\s|\n")
_REACH = 60
_LINES = 300
_USES = {"never": Use.NEVER, "not": Use.NEVER, "former": Use.FORMER, "current": Use.CURRENT}


class Headings:
    """The headings over habits in one note."""

    def __init__(self, note: Note, low: str, language: str) -> None:
        """Take a note, its text as ``phrases.folded`` returns it, and the language it is in."""
        self._note = note
        self._low = low
        self._language = language

    def holds(self, term: Span) -> bool:
        """Return whether ``term`` heads what is told behind it, and tells of no use itself.

        A word for several substances does where a colon follows, any word where it has a line of its own.
        """
        if self._is_broad(term) and _COLON.match(self._low, term.end) is not None:
            start = self._clause_start(term)
            denied = start < term.start and self._phrases("never", "not").first(self._low, start, term.start)
            return not denied
        line_end = _LINE_END.match(self._low, term.end)
        return line_end is not None and self._opens(term, has_colon=":" in line_end[0])

    def answer(self, kind: SocialKind, term: Span) -> tuple[Use, Span] | None:
        """Return what is said right behind the heading ``term``, and the words: "Hábitos tóxicos: no"."""
        ahead = _TO_ANSWER.match(self._low, term.end)
        at = term.end if ahead is None else ahead.end()
        is_broad = self._is_broad(term)
        keys = ("never", "not") if len(self._kinds(term)) > 1 else tuple(_USES)
        for key in keys:
            said = self._phrases(key).first(self._low, at, at + _REACH)
            if (
                said is not None
                and said.start == at
                and (self._is_plain(said) if is_broad else self._is_own(kind, said))
            ):
                return _USES[key], said
        amount = None if is_broad else amounts(self._language).match(self._low, at)
        return None if amount is None else (Use.CURRENT, Span(*amount.span()))

    def category(self, term: Span) -> SectionCategory | None:
        """Return what the section of ``term`` is about: "Drugs: none" behind "EtOH: none" heads no medicines."""
        section = self._note.annotated.section_of(term)
        if section is None or section.heading is None or section.category is not SectionCategory.MEDICATIONS:
            return self._note.category(term)
        words = self._low[section.heading.start : section.heading.end].strip(" :*_\t\n")
        is_far = term.start > section.heading.end + _REACH or "\n" in self._low[section.heading.end : term.end].strip()
        if is_far or words not in self._phrases("drugs") or not self._follows_habit(section.heading):
            return section.category
        is_heading = section.heading.contains(term)
        told = self.answer(SocialKind.DRUGS, term) if is_heading else (Use.CURRENT, term)
        return section.category if told is None else SectionCategory.SOCIAL_HISTORY

    def _follows_habit(self, heading: Span) -> bool:
        """Return whether tobacco or alcohol is told right before, on the same line or the line above."""
        line = self._low.rfind("\n", 0, heading.start)
        start = max(0, self._low.rfind("\n", 0, max(0, line)) + 1, heading.start - _LINES)
        before = self._phrases("tobacco", "alcohol", "tobacco-units").last(self._low, start, heading.start)
        if before is None:
            return False
        is_social = self._note.category(before) is SectionCategory.SOCIAL_HISTORY
        return is_social or _COLON.match(self._low, before.end) is not None

    def _is_broad(self, term: Span) -> bool:
        return self._low[term.start : term.end] in self._phrases("broad")

    def _kinds(self, term: Span) -> list[SocialKind]:
        words = self._low[term.start : term.end]
        return [kind for kind, key in SUBSTANCES.items() if words in self._phrases(key)]

    def _opens(self, term: Span, *, has_colon: bool) -> bool:
        """Return whether ``term`` stands where a heading does: in one, or first of a line where no list goes on."""
        section = self._note.annotated.section_of(term)
        if section is not None and section.heading is not None and section.heading.contains(term):
            return True
        start = self._low.rfind("\n", 0, term.start) + 1
        if self._low[start : term.start].strip():
            return False
        before = self._low[max(0, start - _REACH) : start].rstrip(" \t")
        return has_colon or before.endswith("\n\n") or before.rstrip()[-1:] in ("", ".", ":", ";")

    def _clause_start(self, term: Span) -> int:
        start = max(self._note.sentence(term).start, term.start - _REACH)
        ends = [match.end() for match in _CLAUSE.finditer(self._low, start, term.start)]
        return min(term.start, max(ends, default=start))

    def _is_plain(self, said: Span) -> bool:
        """Return whether words answer and name nothing: neither "no fumador" nor "niega alcohol"."""
        if self._phrases(*SUBSTANCES.values()).first(self._low, said.start, said.end) is not None:
            return False
        use = self._phrases("behind-use", "behind-answers").first(self._low, said.end, said.end + _REACH)
        end = use.end if use is not None and use.start == said.end + 1 else said.end
        return _ANSWERED.match(self._low, end) is not None

    def _is_own(self, kind: SocialKind, said: Span) -> bool:
        """Return whether what is said is not of another substance: "Tobacco use: denies alcohol"."""
        stop = _CLAUSE.search(self._low, said.end, said.end + _REACH)
        end = said.end + _REACH if stop is None else stop.start()
        others = self._phrases(*(key for each, key in SUBSTANCES.items() if each is not kind))
        return others.first(self._low, said.start, end) is None

    def _phrases(self, *keys: str) -> Phrases:
        return phrases("social", self._language, *keys)
