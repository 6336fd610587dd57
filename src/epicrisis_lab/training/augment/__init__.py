"""Hard sentences made from templates over concepts of the training set."""

from __future__ import annotations

import random
import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.resources import files

from epicrisis_lab.training.examples import Example, TagSpan, Target

_SLOT = re.compile(
    r"\[(?P<kind>[PMTRN])(?P<many>\*?):(?P<status>[A-Z]+)(?P<flags>(?:\+[a-z]+)*)(?:\|(?P<around>[^\]{]*)\{M\})?\]|<(?P<cue>[^|>]+)\|(?P<cue_kind>[A-Z]+)>|\{(?P<word>\w+)\}"
)
_LABELS = {"P": "PROBLEM", "M": "MEDICATION", "T": "TEST", "R": "PROCEDURE", "N": "PROBLEM"}
_ATTRIBUTES = {"D": "DOSE", "F": "FREQUENCY", "O": "ROUTE", "U": "DURATION", "V": "VALUE"}
# Negative by a prefix of their own: "She is afebrile." carries no cue.
_SELF_NEGATIVE = re.compile(r"(?:a(?=[cfst])|an(?=i)|non-?|un(?=r))[a-z]{5,}", re.IGNORECASE)

# Invented, of many cultures: a name is no finding, whatever it sounds like.
_GIVEN = (
    "Ana", "John", "Fatima", "Wei", "Olga", "Kwame", "Priya", "Diego", "Mei", "Lars", "Amina", "Yusuf", "Sofia",
    "Hiroshi", "Ingrid", "Carlos", "Ngozi", "Ravi", "Elena", "Mary", "Ahmed", "Chloe", "Pedro", "Ling", "Tamika",
    "Ivan",
)  # fmt: skip
_FAMILY = (
    "Prueba", "Sample", "Doe", "Testman", "Ruiz", "Nguyen", "Okafor", "Johansson", "Patel", "Haddad", "Kim", "Moreau",
    "Tanaka", "Kowalski", "Abebe", "Silva", "Cohen", "Yilmaz", "Garcia Lopez", "O'Brien", "van Dyke", "Brown", "Stone",
)  # fmt: skip

Words = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Fillers:
    """What a language puts where no concept stands, from ``{language}.toml``."""

    patient: Sequence[str]
    relatives: Sequence[str]
    list_ends: Sequence[str]
    date: str
    unaccented: float = 0.0
    own: Words = field(default_factory=dict)


def fillers(language: str) -> Fillers:
    """Return the words of a language that fill the slots naming no concept."""
    return Fillers(**tomllib.loads(files(__name__).joinpath(f"{language}.toml").read_text(encoding="utf-8")))


def templates(language: str) -> list[tuple[str, str]]:
    """Return ``(sentence label, template)`` of every line of the language's list."""
    text = files(__name__).joinpath(f"{language}.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(label.strip(), template.strip()) for label, _, template in (line.partition("|") for line in lines)]


def words_of(examples: Sequence[Example]) -> dict[str, list[str]]:
    """Collect the concepts and attributes that may fill a slot: short, and as a rule not negative by themselves."""
    found: dict[str, list[str]] = defaultdict(list)
    for example in examples:
        absent = {(t.start, t.end) for t in example.targets if t.statuses == ("ABSENT",)}
        plain = {(t.start, t.end) for t in example.targets if t.statuses in (("PRESENT",), ("POSSIBLE",), ("NORMAL",))}
        for start, end, label in example.tags.get("clinical", []):
            surface = example.text[start:end]
            short = len(surface.split()) <= 5 and len(surface) > 2
            attribute = label in _ATTRIBUTES.values()
            if short and (attribute or (start, end) in plain):
                found[label].append(surface)
            elif (start, end) in absent and _SELF_NEGATIVE.fullmatch(surface):
                found["self-negative"].append(surface)
    return found


def augmented(language: str, words: Words, count: int, seed: int) -> Iterator[Example]:
    """Yield ``count`` sentences, every template about equally often, the same for the same seed."""
    rng = random.Random(seed)
    lines, own = templates(language), fillers(language)
    words = {**words, **own.own}
    for number in range(count):
        label, template = lines[number % len(lines)]
        yield _fill(f"augmented-{number}", label, template, words, own, rng)


def joined(examples: Sequence[Example], count: int, seed: int) -> Iterator[Example]:
    """Yield ``count`` runs of two to eight annotated sentences: a note whose sentences nobody cut."""
    rng = random.Random(seed)
    for number in range(count):
        text, tags, targets = "", {"clinical": list[TagSpan](), "cues": list[TagSpan]()}, list[Target]()
        for example in rng.choices(examples, k=rng.randint(2, 8)):
            text = text and text + rng.choice((" ", " ", "; ", "\n"))
            at = len(text)
            text += example.text
            for head, spans in tags.items():
                spans += [(start + at, end + at, label) for start, end, label in example.tags[head]]
            targets += [replace(target, start=target.start + at, end=target.end + at) for target in example.targets]
        yield Example(f"joined-{number}", "joined", "train", text, dict(tags), targets)


def _fill(name: str, label: str, template: str, words: Words, own: Fillers, rng: random.Random) -> Example:
    text = ""
    tags: list[TagSpan] = []
    cues: list[TagSpan] = []
    targets: list[Target] = []
    at = 0
    for match in _SLOT.finditer(template):
        text += template[at : match.start()]
        at = match.end()
        if match["cue"]:
            words_ = _plain(match["cue"], own, rng)
            cues.append((len(text), len(text) + len(words_), match["cue_kind"]))
            text += words_
        elif match["word"] in _ATTRIBUTES:
            surface = rng.choice(words[_ATTRIBUTES[match["word"]]])
            tags.append((len(text), len(text) + len(surface), _ATTRIBUTES[match["word"]]))
            text += surface
        elif match["word"]:
            text += _plain(match[0], own, rng)
        else:
            count = rng.randint(2, 5) if match["many"] else 1
            for index in range(count):
                if index:
                    text += rng.choice(own.list_ends) if index == count - 1 else ", "
                pool = "self-negative" if match["kind"] == "N" else _LABELS[match["kind"]]
                surface = _worded(match["around"], words, pool, rng, lower=bool(text))
                tags.append((len(text), len(text) + len(surface), _LABELS[match["kind"]]))
                targets.append(_target(len(text), len(surface), match["status"], match["flags"]))
                text += surface
    text += template[at:]
    if rng.random() < 0.15:
        text = text.upper()
    if own.unaccented and rng.random() < own.unaccented:
        text = _unaccented(text)
    return Example(name, "augmented", "train", text, {"clinical": tags, "cues": cues}, targets, label)


def _worded(around: str | None, words: Words, pool: str, rng: random.Random, *, lower: bool) -> str:
    if around is None:
        return _concept(words[pool], rng, lower=lower)
    surface = around + _concept(words["MEDICATION"], rng, lower=True)
    return surface if lower else surface[0].upper() + surface[1:]


def _concept(words: Sequence[str], rng: random.Random, *, lower: bool) -> str:
    surface = rng.choice(words)
    if lower and surface[:1].isupper() and surface[1:].islower():
        return surface[0].lower() + surface[1:]
    return surface if lower else surface[0].upper() + surface[1:]


def _unaccented(text: str) -> str:
    """Leave out the accents of vowels, letter for letter: "ñ" has a key of its own."""
    return "".join(letter if letter in "ñÑ" else unicodedata.normalize("NFD", letter)[0] for letter in text)


def _plain(text: str, own: Fillers, rng: random.Random) -> str:
    relative = rng.choice(own.relatives)
    text = text.replace("{who}", rng.choice(own.patient)).replace("{rel}", relative)
    text = text.replace("{name}", f"{rng.choice(_GIVEN)} {rng.choice(_FAMILY)}")
    date = own.date.format(month=rng.randint(1, 12), day=rng.randint(1, 28), year=rng.randint(1930, 2030))
    text = text.replace("{date}", date)
    text = text.replace("{number}", str(rng.randint(100, 9_999_999)))
    return text.replace("{Rel}", relative.capitalize())


def _target(start: int, length: int, status: str, flags: str) -> Target:
    temporality = "PAST" if "past" in flags else "FUTURE" if "future" in flags else "CURRENT"
    return Target(start, start + length, (status,), temporality, "FAMILY" if "family" in flags else "PATIENT")
