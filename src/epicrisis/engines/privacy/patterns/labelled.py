"""What stands behind a label that names its kind: "MRN: 12345", "Nombre: Ana Prueba", "plate 123 ABC"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from epicrisis.domain.identifiers import Identifier, IdentifierKind
from epicrisis.engines.privacy import checks
from epicrisis.engines.privacy.patterns.calendar import dated
from epicrisis.engines.privacy.patterns.organizations import Organizations
from epicrisis.engines.privacy.patterns.page import Page, mark
from epicrisis.engines.privacy.patterns.people import People
from epicrisis.engines.privacy.patterns.telephones import dialled
from epicrisis.engines.privacy.patterns.words import Label, by_first_word, words

# What may stand between a label and its value: "Number:", "No.", "#", "is", a colon, blanks; every part is bounded.
_GAP = re.compile(
    r"(?:[.)]{0,2}[ \t]{0,40}(?:(?:number|numbers|numero|número|num|no|nbr|nro|nº|n°|id|code|is|was|of|es|ending in"
    r"|under|s/n)\b[.:]{0,2}"
    r"|[#:=]{1,3}|[-–—](?= )|(?<=:)\n)){0,4}[.]?[ \t]{0,40}",
    re.IGNORECASE,
)
_SEPARATED = re.compile(r"[:#=]")
# A code: letters and figures with single marks inside; stars and crosses stand where somebody hid some of it.
_CODE = re.compile(r"#?[^\W_](?:[^\W_]|[-/.*–]{1,2}(?=[^\W_*])){1,39}(?!\w)|\*{2,10}\d{2,6}")
_GROUPS = re.compile(r"(?:[ -][A-Z0-9]{1,8}(?![\w])(?! ?(?:years?|years-old|años|mg|ml|kg|cm|mm)\b)){0,6}")
_PLATE = re.compile(r"[A-Z0-9]{1,8}(?:[ •·-][A-Z0-9]{1,7}){0,2}(?!\w)")
# What stands right before a code and goes with it: "MRN: #12345", "S/N 12345".
_LEAD = re.compile(r"(?:S/N )?#\Z|S/N \Z")
# A code in brackets of its own has more figures than a year: "MRN (123456)", not "chart (2019)".
_BRACKETED = re.compile(r" ?[(\[](?=#?[^\W_](?:[^\W_]|-){4,40}[)\]])")
_BRACKETED_KINDS = frozenset({IdentifierKind.MRN, IdentifierKind.SSN})
_LOGIN = re.compile(r"[^\W\d_][^\W\d_.]{0,30}\d[\w.-]{0,20}|[a-z][a-z._-]{2,30}(?![\w ])")
_LINE = re.compile(r"[^\n;|]{2,120}")
_LINE_END = re.compile(r" {2,}|\.(?= |$)|\t")


def labelled(page: Page, people: People, organizations: Organizations, language: str) -> Iterator[Identifier]:
    """Yield what stands behind the labels of ``language``."""
    labels = _labels(language)
    free = 0
    for number in page.where(labels):
        # "Patient" leads to a name, and the "Name" of "Patient Name" is no label of its own.
        if number < free:
            continue
        end, matching = _at(page, labels[page.keys[number]], number)
        if end:
            yield from _valued(page, people, organizations, matching, number, end)
            free = end


def _at(page: Page, labels: Sequence[tuple[Sequence[str], Label]], number: int) -> tuple[int, list[Label]]:
    """Return where the longest of ``labels`` ends that begins at word ``number``, 0 where none does, and all such."""
    best, matching = 0, list[Label]()
    for phrase, label in labels:
        end = page.follows(phrase, number)
        if end > best:
            best, matching = end, [label]
        elif end and end == best:
            matching.append(label)
    return best, matching


def _valued(
    page: Page, people: People, organizations: Organizations, labels: list[Label], number: int, end: int
) -> Iterator[Identifier]:
    after = page.words[end - 1].end
    gap = _GAP.match(page.text, after)
    at = gap.end() if gap else after
    bracket = _BRACKETED.match(page.text, at)
    if bracket is not None and any(label.kind in _BRACKETED_KINDS for label in labels):
        at = bracket.end()
    between = page.text[after:at]
    if at == after and page.text[at - 1 : at] not in "-/":
        return
    said = page.text[page.words[number].start : after].lower()
    for label in labels:
        if (
            label.value in ("name", "organization")
            and number
            and page.keys[number - 1] in ("the", "of", "this", "del", "al")
        ):
            continue  # "HISTORY OF THE PATIENT:" is a heading
        if label.colon and not _SEPARATED.search(between):
            continue
        found = _value(page, people, organizations, label, at, said)
        if found is not None:
            yield found
            return


def _value(
    page: Page, people: People, organizations: Organizations, label: Label, at: int, said: str
) -> Identifier | None:
    match label.value:
        case "code":
            return _code(page, label, at, said)
        case "name":
            return people.labelled(page, at, said)
        case "login":
            login = _LOGIN.match(page.text, at)
            why = f"a login behind '{said}'"
            return login and mark(*login.span(), label.kind, "label-login", why, score=0.9, sub=label.sub)
        case "date":
            return dated(page, at, said)
        case "phone":
            return dialled(page, at, label.kind, said)
        case "organization":
            return organizations.labelled(page, at, said)
        case _:
            return _line(page, label, at, said)


def _code(page: Page, label: Label, at: int, said: str) -> Identifier | None:
    match = _CODE.match(page.text, at)
    if label.kind is IdentifierKind.VEHICLE:
        match = _PLATE.match(page.text, at) or match
    if match is None:
        return None
    lead = _LEAD.search(page.text, max(0, match.start() - 5), match.start())
    start, end = match.start(), match.end()
    if lead is not None and page.text[lead.start() - 1] in " \t\n([":
        start = lead.start()
    if label.groups and match.group().replace("-", "").isdecimal():
        groups = _GROUPS.match(page.text, end)
        end = groups.end() if groups else end
    value = page.text[match.start() : end]
    if len(checks.digits_of(value)) < label.digits:
        return None
    sub, why = _checked(label, value)
    name, why = f"label-{label.kind.lower()}", f"a code behind '{said}'{why}"
    return mark(start, end, label.kind, name, why, score=0.97, sub=sub)


_CHECKS = {
    "dea": checks.is_dea,
    "npi": checks.is_npi,
    "dni": checks.is_dni,
    "nie": checks.is_dni,
    "nuss": checks.is_nuss,
}


def _checked(label: Label, value: str) -> tuple[str | None, str]:
    """Return the finer label, and what the check digit says; a slip of the pen is an identifier all the same."""
    if label.kind is IdentifierKind.LICENSE and label.sub is None:
        for name in ("dea", "npi"):
            if _CHECKS[name](value):
                return name.upper(), ", with its check digit"
    if label.sub is not None and label.sub.lower() in _CHECKS:
        return label.sub, ", with its check digit" if _CHECKS[label.sub.lower()](
            value
        ) else ", whose check digit is off"
    return label.sub, ""


def _line(page: Page, label: Label, at: int, said: str) -> Identifier | None:
    match = _LINE.match(page.text, at)
    if match is None:
        return None
    stop = _LINE_END.search(match.group())
    end = match.start() + (stop.start() if stop and stop.start() else len(match.group()))
    # "Av. San Antonio, 47": the full stop of a short word ends no line.
    while stop and end - match.start() <= 4 and page.text[end : end + 1] == ".":
        stop = _LINE_END.search(match.group(), end - match.start() + 1)
        end = match.start() + (stop.start() if stop else len(match.group()))
    said_there = page.text[match.start() : end].rstrip(" .,)")
    if not said_there or not said_there[0].isalnum() or not any(c.isupper() or c.isdecimal() for c in said_there):
        return None
    return mark(
        match.start(), match.start() + len(said_there), label.kind, "label-place", f"a line behind '{said}'", score=0.9
    )


@cache
def _labels(language: str) -> Mapping[str, Sequence[tuple[Sequence[str], Label]]]:
    """Return every label by its first word, the longest first."""
    first: dict[str, list[tuple[tuple[str, ...], Label]]] = {}
    for label in words(language).labels:
        for phrases in by_first_word(label.words).values():
            for phrase in phrases:
                first.setdefault(phrase[0], []).append((phrase, label))
    return {key: tuple(sorted(own, key=lambda pair: -len(pair[0]))) for key, own in first.items()}
