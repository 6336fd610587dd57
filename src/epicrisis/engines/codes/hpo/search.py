"""The terms of the ontology nearest to a name: by the name as it stands, by its words, and by their letters."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from epicrisis.engines.codes.hpo.letters import Letters
from epicrisis.engines.codes.hpo.terms import as_it_stands, plain_forms
from epicrisis.engines.codes.words.index import Index, Strings
from epicrisis.engines.codes.words.terms import plain_words
from epicrisis.engines.codes.words.weighing import head_of, weighed

# How many terms are looked at.
_CANDIDATES = 20
# The score of a name that is a term as it stands.
_AS_IT_STANDS = 1.0


class Search:
    """The terms, ready to be asked."""

    def __init__(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        self.index = Index(arrays)
        self._letters = Letters(list(self.index.words))
        names = Strings(arrays["names"].astype(np.uint8), arrays["name_ends"].astype(np.int32))
        self._names = {names[number]: int(code) for number, code in enumerate(arrays["name_codes"])}

    @classmethod
    def read(cls, path: Path) -> Search:
        """Return the terms kept in ``path``, an .npz file without pickles."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls(arrays)

    def nearest(self, name: str, *, around: str = "") -> list[tuple[int, float]]:
        """Return the numbers of the terms nearest to ``name``, the nearest first, each with how near (0 to 1).

        Abbreviations are read by the words ``around`` it.
        """
        best = self._by_words(name, around)
        own = self._names.get(as_it_stands(name))
        if own is None:
            return list(best.items())
        best.pop(own, None)
        return [(own, _AS_IT_STANDS), *best.items()]

    def _by_words(self, name: str, around: str) -> dict[int, float]:
        plain = plain_words(name, around=around)
        said = plain_forms(plain)
        [*_, head] = plain_forms([head_of(name, plain, around=around)])
        asked = weighed(said, head, self.index.words, alike=self._letters.nearest)
        best = dict[int, float]()
        for near in self.index.near(asked.known, unknown=asked.unknown, most=_CANDIDATES):
            best.setdefault(near.code, near.score)
        return best
