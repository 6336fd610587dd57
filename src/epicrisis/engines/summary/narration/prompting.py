"""What a language model is asked, and how its answer is read: sentences, each with the statements it names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from epicrisis.engines.summary.models.contracts import Prompt
from epicrisis.engines.summary.rules.wording import LANGUAGES, Words, templates
from epicrisis.errors import UnknownLanguage
from epicrisis.text.sentences import sentence_spans

# "[1][3]", "[1, 3]": the statements a sentence names.
_NAMED = re.compile(r"\[\s*(\d{1,3}(?:\s*[,;]\s*\d{1,3}){0,20})\s*\]")
_BULLET = re.compile(r"^\s*(?:[-*•#]+|\d{1,3}[.)])\s+")
_ENDS = (".", "!", "?", "]", '"', ")")
_SHORTEST = 3  # letters: a number of a list is no sentence
_LONGEST = 600  # characters: what is longer is no sentence that anybody reads


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence of a model, and the numbers of the statements it names, from 0."""

    text: str
    named: tuple[int, ...]


def asked(kind: str, language: str, **fields: object) -> Prompt:
    """Return the prompt ``kind``, one of narrate, join and repair, with its ``fields``.

    Raises:
        UnknownLanguage: there are no prompts in that language.
    """
    words = _prompts(language.partition("-")[0].lower())
    return Prompt(task=words.say(f"{kind}.task").strip(), text=words.say(f"{kind}.text", **fields).strip())


def numbered(texts: Sequence[str]) -> str:
    """Return ``texts`` as a numbered list, from 1."""
    return "\n".join(f"{number}. {' '.join(text.split())}" for number, text in enumerate(texts, 1))


def sentences_in(answer: str, *, count: int, language: str) -> list[Written]:
    """Return the sentences of ``answer`` in order, each once; one that breaks off at the end is left out.

    ``count`` is how many statements were numbered: what else stands in brackets names none.
    """
    found: dict[str, Written] = {}
    lines = [_BULLET.sub("", line).strip() for line in answer.splitlines()]
    lines = [line for line in lines if line]
    if lines and not lines[-1].endswith(_ENDS):
        lines[-1] = lines[-1][: max(lines[-1].rfind(end) for end in (". ", ".[", "].", "! ", "? ")) + 1]
    for line in lines:
        for sentence in _split(line, language):
            named = tuple(
                int(number) - 1
                for group in _NAMED.findall(sentence)
                for number in re.findall(r"\d+", group)
                if 1 <= int(number) <= count
            )
            text = " ".join(_NAMED.sub("", sentence).split()).replace(" .", ".").strip(' *_"')
            if text and not text.endswith(":") and sum(each.isalpha() for each in text) >= _SHORTEST:
                found.setdefault(text.casefold(), Written(text[:_LONGEST], named))
    return list(found.values())


def _split(line: str, language: str) -> list[str]:
    """Return the sentences of ``line``, brackets behind a full stop with the sentence before."""
    if not line:
        return []
    parts: list[str] = []
    for span in sentence_spans(line, language):
        text = line[span.start : span.end]
        if parts and not _NAMED.sub("", text).strip(" ."):
            parts[-1] += text
            continue
        leading = re.match(r"(?:\s*\[[\d ,;]{1,40}\]\s*)+", text)
        if parts and leading is not None:
            parts[-1] += leading[0]
            text = text[leading.end() :]
        parts.append(text)
    return parts


@cache
def _prompts(language: str) -> Words:
    if language not in LANGUAGES:
        raise UnknownLanguage(f"No model is asked in {language!r}; try one of {list(LANGUAGES)}.")
    file = f"{language}.toml"
    content = (files("epicrisis.engines.summary.narration") / "prompts" / file).read_text(encoding="utf-8")
    return Words(language, templates(f"prompts/{file}", content))
