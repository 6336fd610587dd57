"""How many characters two texts differ by."""

from __future__ import annotations


def normalised(text: str) -> str:
    """Return ``text`` with every run of white space as one blank."""
    return " ".join(text.split())


def distance(one: str, other: str) -> int:
    """Return the fewest insertions, deletions and replacements that turn ``one`` into ``other``.

    Myers 1999, "A fast bit-vector algorithm for approximate string matching", as Hyyrö 2003 gives it for whole strings:
    a column of the table of Levenshtein is a number, and a page takes milliseconds.
    """
    if not one:
        return len(other)
    places: dict[str, int] = {}
    for at, sign in enumerate(one):
        places[sign] = places.get(sign, 0) | 1 << at
    every, last = (1 << len(one)) - 1, 1 << len(one) - 1
    more, less, score = every, 0, len(one)
    for sign in other:
        same = places.get(sign, 0)
        across = (((same & more) + more) ^ more) | same | less
        grows, shrinks = less | ~(across | more) & every, more & across
        score += bool(grows & last) - bool(shrinks & last)
        grows, shrinks = grows << 1 | 1, shrinks << 1
        upright = same | less
        more, less = (shrinks | ~(upright | grows)) & every, grows & upright & every
    return score
