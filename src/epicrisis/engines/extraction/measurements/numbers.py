"""The number that words write: "1,2" is a decimal in Spanish, "12.300" may be twelve thousand."""

from __future__ import annotations

import re

_GROUPS = re.compile(r"\d{1,3}(?:[.,\s]\d{3})+")


def number_of(words: str, language: str, *, thousands: bool = False) -> float | None:
    """Return the number ``words`` write in ``language``, or ``None`` where they write none.

    "1,2" is a decimal in Spanish, and "7.35" in both languages. "12.300" is twelve thousand in Spanish, and of what is
    counted in ``thousands`` in English too; "2.300" is a thousand only there.
    """
    if _GROUPS.fullmatch(words) and _is_grouped(words, language, thousands=thousands):
        return float(re.sub(r"[.,\s]", "", words))
    grouped, decimal = (".", ",") if language == "es" else (",", ".")
    head, _, tail = words.partition(decimal)
    if tail and tail.isdigit() and _GROUPS.fullmatch(head) and grouped in head:
        return float(head.replace(grouped, "") + "." + tail)
    if words.count(".") + words.count(",") > 1 or "\n" in words:
        return None
    return float(words.replace(",", "."))


def _is_grouped(words: str, language: str, *, thousands: bool) -> bool:
    marks = {mark for mark in words if not mark.isdigit()}
    if len(marks) > 1 and marks != {",", "\n"}:
        return False
    if "\n" in marks or len(re.findall(r"[.,]", words)) > 1:
        return True
    if words[0] == "0":
        return False
    if marks == {","}:
        return language != "es" or thousands
    return thousands or (language == "es" and len(words.partition(".")[0]) > 1)
