"""What sections are called and what their narratives say, in the language of the summary."""

from __future__ import annotations

from collections.abc import Mapping

from epicrisis.formats.word_tables import word_table


def ips_words(language: str) -> Mapping[str, str]:
    """Return the words of ``language`` ("en" or "es") by what they stand for.

    Raises:
        InvalidWordList: the file breaks its own rules, or has other words than the English one.
    """
    return word_table(__package__, language)
