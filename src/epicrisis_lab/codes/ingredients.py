"""The names of drugs as the linker keeps them, out of the DrugBank vocabulary.

The vocabulary (CC0) and the synonyms come with the package ``drug-named-entity-recognition`` 2.0.9 (MIT), which joined
them with names of MeSH, MedlinePlus, the NHS and Wikipedia.
"""

from __future__ import annotations

import bz2
import io
import json
import pickle
import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO

from epicrisis.engines.codes.ingredients.linker import FOLDER, VOCABULARY
from epicrisis.engines.shipped import shipped
from epicrisis.text.phrases import folded
from epicrisis.text.wordlists import LANGUAGES, word_lists
from epicrisis_lab.codes.packing import put_on_card
from epicrisis_lab.errors import MissingLibrary, UnreadableFile

PACKAGE, DICTIONARY = "drug_named_entity_recognition", "drug_ner_dictionary.pkl.bz2"

# A substance is one of a note where somebody beside DrugBank writes of it, or where its id is one of the first.
_OTHER_SOURCES = frozenset({"medline_plus_id", "mesh_id", "nhs_url", "wikipedia_url"})
_FIRST_IDS = 1400
# "(2s)-2-amino-..." and "hn glycoprotein, sendai virus" stand in no list of medicines.
_PLAIN = re.compile(r"[^\W\d_](?:[^\W\d_]|[' -]){3,39}")


class _PlainUnpickler(pickle.Unpickler):
    """Reads what is made of plain values alone: a pickle that names any class or function is refused."""

    def find_class(self, module: str, name: str) -> Any:
        """Refuse ``module.name``."""
        raise UnreadableFile(f"The dictionary of {PACKAGE} names {module}.{name}, and should hold plain values only.")


def ship(folder: Path | None = None) -> int:
    """Write the names into ``folder``, the one that ships by default, and their checksum on the card; return how many.

    Raises:
        MissingLibrary: the package with the vocabulary is not installed.
    """
    folder = folder or shipped(FOLDER)
    content = compiled(dictionary())
    data = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    (folder / VOCABULARY).write_bytes(data)
    put_on_card(folder, VOCABULARY)
    return len(content["names"])


def dictionary() -> Mapping[str, Any]:
    """Return the dictionary of the package, read without running anything of it."""
    if find_spec(PACKAGE) is None:
        raise MissingLibrary("The vocabulary comes with a package: pip install drug-named-entity-recognition")
    with bz2.open(str(files(PACKAGE) / DICTIONARY)) as packed:
        return plain_values(io.BytesIO(packed.read()))


def plain_values(stream: BinaryIO) -> Mapping[str, Any]:
    """Return the mapping pickled in ``stream``.

    Raises:
        UnreadableFile: it is made of more than plain values, so loading it could run something.
    """
    loaded: Mapping[str, Any] = _PlainUnpickler(stream).load()
    return loaded


def compiled(dictionary: Mapping[str, Any]) -> dict[str, Any]:
    """Return the ingredients, sorted by name, for each of their names the number of its ingredient, and idle words.

    A name of a combination has the numbers of all.
    """
    data, own = dictionary["drug_canonical_to_data"], own_words()
    wanted = {part for parts in own["names"].values() for part in parts if data.get(part, {}).get("drugbank_id")}
    kept = sorted(name for name, facts in data.items() if name in wanted or _is_medicine(name, facts))
    numbers = {name: number for number, name in enumerate(kept)}
    common = {word for language in LANGUAGES for word in word_lists("common_words", language)["words"]}
    names = {folded(name): number for name, number in numbers.items()}
    for variant, canonicals in sorted(dictionary["drug_variant_to_canonical"].items()):
        known = [numbers[name] for name in canonicals if name in numbers]
        if len(known) == 1 and _PLAIN.fullmatch(variant) and variant not in common:
            names.setdefault(folded(variant), known[0])
    combined = {folded(name): [names[part] for part in parts] for name, parts in own["names"].items()}
    return {
        "ingredients": [[data[name]["drugbank_id"], data[name]["name"]] for name in kept],
        "names": dict(sorted((names | combined).items())),
        "beside": sorted(map(folded, own["beside"]["words"])),
    }


def own_words() -> Mapping[str, Any]:
    """Return the names we add to the vocabulary, and the words that say nothing of an ingredient."""
    return tomllib.loads((files("epicrisis_lab.codes") / "ingredients.toml").read_text(encoding="utf-8"))


def _is_medicine(name: str, facts: Mapping[str, Any]) -> bool:
    identifier = facts.get("drugbank_id", "")
    if not (identifier.startswith("DB") and _PLAIN.fullmatch(name)):
        return False
    return bool(_OTHER_SOURCES & set(facts)) or int(identifier[2:]) < _FIRST_IDS
