"""What is read: real notes, joined and cut to a length; and texts made to trouble whoever looks for identifiers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle

from epicrisis_lab.corpora.catalogue import DATA_SETTING, corpus, data_root
from epicrisis_lab.corpora.reading import load_rows

# Which notes there are of each language; all identities in them are invented.
CORPORA: Mapping[str, str] = {"en": "mtsamples_phi", "es": "meddocan"}
# Stands at the end of every long text: who cuts it short does not find it.
LAST: Mapping[str, str] = {
    "en": "\nPatient: Ana Prueba, SSN 123-45-6789",
    "es": "\nPaciente: Ana Prueba, DNI 12345678Z",
}
ADVERSARIAL: Mapping[str, str] = {
    "digits": "7",
    "letters": "a",
    "at signs": "@",
    "brackets": "(",
    "spaces": " ",
    "line feeds": "\n",
    "capitals": "Ana ",
    "groups of digits": "123-",
}


def notes(language: str, *, split: str | None = None) -> list[str]:
    """Return the notes of ``language``, in the order of their files; of one part of the corpus, or of all.

    Raises:
        SystemExit: the corpus is not there.
    """
    root, name = data_root(), CORPORA[language]
    files = [
        path for path in (corpus(name).files(root) if root else []) if split is None or path.stem.startswith(split)
    ]
    if not files:
        raise SystemExit(f"The notes of {name} are not here; set {DATA_SETTING} to the folder of the corpora.")
    return [row.text for row in load_rows(files, language=language).rows]


def cut(texts: Sequence[str], length: int, count: int) -> list[str]:
    """Return ``count`` different stretches of ``length`` characters of ``texts``, joined; each begins with a note."""
    found: list[str] = []
    for first in range(len(texts)):
        if len(found) == count:
            break
        found.append(joined(texts[first:], length))
    return list(dict.fromkeys(found))


def joined(texts: Sequence[str], length: int) -> str:
    """Return ``length`` characters of ``texts``, one note after the other, from the first again where they end."""
    parts, size = [], 0
    for text in cycle(texts):
        parts.append(text)
        size += len(text) + 2
        if size - 2 >= length:
            return "\n\n".join(parts)[:length]
    raise ValueError("There are no notes to join.")


def ending(texts: Sequence[str], length: int, language: str) -> str:
    """Return ``length`` characters of ``texts`` that end with ``LAST``."""
    return joined(texts, length - len(LAST[language])) + LAST[language]
