"""What a symptom or an illness of a list says beside its name: that it is not there, that it may be, that it was."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from epicrisis.engines.differential.matching import Match, Phrasebook
from epicrisis.engines.differential.wordlists import every
from epicrisis.text.phrases import alternatives, folded

# A year beside an illness is the year of it.
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_WORDS = re.compile(r"[^\W\d]+(?:/[^\W\d]+)*")
# With figures: HER2 is not hers.
_NAMING = re.compile(r"[^\W_]+")
_TAIL = " :=-–—,(["


class Listed:
    """Reads what stands in a list, by the names of a phrasebook and the words of its language."""

    def __init__(self, phrasebook: Phrasebook, words: Mapping[str, Sequence[str]]) -> None:
        self._book = phrasebook
        self._denials, self._behind, self._negative, self._opens, self._past = (
            sorted(map(folded, words[name]), key=len, reverse=True)
            for name in ("denials", "behind", "negative", "opens", "past")
        )
        self._family = re.compile(rf"(?:{alternatives((*words['relatives'], *words['women']))})\b")
        self._contrasts = re.compile(rf"\b(?:{alternatives(words['contrasts'])})\b")
        # A joining word parts two symptoms, and so does a denial in the middle of them: "fever without cough".
        parting, denying = ("|".join(map(re.escape, words[name])) for name in ("joins", "denials"))
        self._joins = re.compile(rf"[,;]|\b(?:{parting})\b|\s(?=(?:{denying})\s)", re.IGNORECASE)

    def parts(self, symptom: str) -> list[str]:
        """Return the parts of ``symptom`` that a joining word parts, where one of them denies: "fever but no cough"."""
        parts = [part.strip(" ,;") for part in self._joins.split(symptom)]
        # "Rash that does not blanch" is the name of a finding.
        if self._book.meaning(symptom):
            return [symptom]
        told_apart = any(self.denied(part) is not None or self.is_open(part) for part in parts[1:])
        # What is denied behind its name or before a "but" denies nothing that follows: "vomiting: none, diarrhea".
        told_apart = told_apart or self._denied_behind(parts[0]) is not None
        told_apart = told_apart or self._contrasts.search(folded(symptom)) is not None
        return parts if told_apart else [symptom]

    def denied(self, symptom: str) -> list[Match] | None:
        """Return what ``symptom`` says is not there, if anything by name; ``None`` where it says that something is."""
        low = folded(symptom)
        # "No appetite" is the name of a finding.
        if self._book.meaning(symptom):
            return None
        for denial in self._denials:
            if low.startswith(f"{denial} "):
                return self._named(symptom[len(denial) + 1 :])
        return self._denied_behind(symptom)

    def _denied_behind(self, symptom: str) -> list[Match] | None:
        low = folded(symptom)
        end = low.rstrip(" )].")
        for denial in (*self._behind, *self._negative):
            rest = end.removesuffix(denial)
            if rest != end and rest != rest.rstrip(_TAIL) and rest.rstrip(_TAIL):
                words = symptom[: len(rest.rstrip(_TAIL))]
                named = None if self._is_nearer(symptom, words) else self._named(words, is_whole=True)
                # "Breast cancer, HER2 negative" is one.
                return named if denial in self._behind else named or None
        return None

    def is_open(self, symptom: str) -> bool:
        """Return whether ``symptom`` says that something may be: "possible seizure", "seizure?"."""
        low = folded(symptom).strip()
        if low.startswith("?") or low.endswith(("?", "?)")):
            return True
        return any(low.startswith(f"{each} ") for each in self._opens) and not self._book.meaning(symptom)

    def is_past(self, condition: str) -> bool:
        """Return whether ``condition`` is told of the past: "heart attack 2010", "heart attack 20 years ago"."""
        low = folded(condition)
        words = f" {' '.join(_WORDS.findall(low))} "
        return _YEAR.search(low) is not None or any(f" {each} " in words for each in self._past)

    def is_of_family(self, condition: str) -> bool:
        """Return whether ``condition`` begins with whose it is, who is a relative: "family history of MI"."""
        return self._family.match(folded(condition).strip()) is not None

    def _is_nearer(self, symptom: str, words: str) -> bool:
        """Return whether ``symptom`` is more like a name than ``words``, the rest of it: "radial pulse absent"."""
        whole, rest = self._book.nearest(symptom), self._book.nearest(words)
        return whole is not None and (rest is None or whole.likeness > rest.likeness)

    def _named(self, words: str, *, is_whole: bool = False) -> list[Match]:
        """Return what ``words`` name, if misspelt; where ``is_whole``, nothing if they name more beside it.

        What is nearly a name may lack the very word that makes a finding of it: "urine output" is no low urine output.
        """
        found = self._book.find(words, keeps_case=False)
        if not found:
            near = self._book.nearest(words, is_whole=True)
            return [] if near is None else [near]
        # "Reflejo nauseoso: no" is not that there is no nausea.
        beside = words[: found[0].span.start] + words[found[-1].span.end :]
        names_more = not (every("articles") | every("filling") | every("tests")).issuperset(
            _NAMING.findall(folded(beside))
        )
        return [] if is_whole and names_more else found
