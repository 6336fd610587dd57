"""Dates in the forms of notes: figures, months by name, in English and Spanish; each must exist."""

from __future__ import annotations

import re
from collections.abc import Iterator

from epicrisis.domain.identifiers import Identifier, IdentifierKind
from epicrisis.engines.privacy.checks import is_day
from epicrisis.engines.privacy.patterns.page import Page, mark

# The first digit before what looks back from it: the search leaps from digit to digit.
_DIGIT = r"\d(?<![\w/.-]\d)"
_DAY = rf"(?P<one>{_DIGIT}\d?)"
_END = r"(?![\w%]|[/.-]\d)"
_YEAR = r"(?:(?:1[89]|20|21)\d\d|['’]\d\d)"
_TIME = r"(?:[T ,]{1,2}(?:at |a las )?\d{1,2}:\d\d(?::\d\d)?(?: ?[AaPp]\.?[Mm]\b\.?|h| horas)?Z?)?"

_EN = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?"
    r"|JAN(?:UARY)?|FEB(?:RUARY)?|MAR(?:CH)?|APR(?:IL)?|MAY|JUNE?|JULY?|AUG(?:UST)?|SEPT?(?:EMBER)?|OCT(?:OBER)?"
    r"|NOV(?:EMBER)?|DEC(?:EMBER)?)\.?"
)
_EN_SMALL = (
    r"(?:january|february|march|april|june|july|august|september|october|november|december"
    r"|jan|feb|apr|aug|sept|oct|nov)\.?"
)
_ES = (
    r"(?:ene(?:ro)?|feb(?:rero)?|mar(?:zo)?|abr(?:il)?|may(?:o)?|jun(?:io)?|jul(?:io)?|ago(?:sto)?|sep(?:t(?:iembre)?)?"
    r"|set(?:iembre)?|oct(?:ubre)?|nov(?:iembre)?|dic(?:iembre)?)\.?"
)
_ES_FULL = r"(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre)"
_NTH = r"(?: ?(?:st|nd|rd|th|ST|ND|RD|TH))?"
_RANGE_EN = rf"(?:\d{{1,2}}{_NTH} ?(?:-|–|to|and|through) ?)?"
_RANGE_ES = r"(?:\d{1,2} ?(?:-|–|al|a|y) ?(?:el )?)?"

_FIGURES = re.compile(_DAY + r"(?P<mark>[/.-])(?P<two>\d{1,2})(?P=mark)(?P<year>\d{4}|\d{2})" + _TIME + _END)
_ISO = re.compile(
    r"(?P<year>[12](?<![\w/.-]\d)(?:[89]|[01])\d\d)(?P<mark>[/.-])(?P<one>\d{1,2})(?P=mark)(?P<two>\d{1,2})"
    + _TIME
    + _END
)
_SPACED = re.compile(_DAY + r" ?(?P<mark>[/-]) ?(?P<two>\d{1,2}) ?(?P=mark) ?(?P<year>(?:19|20)\d\d)" + _END)
_MONTH_YEAR = re.compile(_DAY + r"[/-](?P<year>19\d\d|20[0-3]\d)" + _END)
# Without a year only behind a word that leads to a date: "3/6" is a murmur, and "5/5" how strong an arm is.
_DAY_MONTH = re.compile(
    r"(?<!\w)(?:on|dated|since|until|till|thru|el|día|dia|desde el|hasta el) "
    r"(?P<one>\d{1,2})(?P<mark>/)(?P<two>\d{1,2})" + _END
)
_NAMED_EN = re.compile(
    rf"(?<![\w-]){_EN} {{0,2}}(?:the )?{_RANGE_EN}\d{{1,2}}(?!\d){_NTH}(?:,? ?(?:of )?{_YEAR})?{_TIME}(?![\w%/])"
)
_NAMED_SMALL = re.compile(rf"(?<![\w-]){_EN_SMALL} \d{{1,2}}(?!\d){_NTH}(?:,? ?{_YEAR})?(?![\w%/])")
_DAY_NAMED = re.compile(
    rf"(?<![\w.,/-]){_RANGE_EN}\d{{1,2}}{_NTH}(?: of)?[ -]?(?:{_EN}|{_EN_SMALL})"
    rf"(?:,?[ -]?(?:{_YEAR}|\d\d(?= ?[,.;:)\n]|$)))?{_TIME}(?![\w%/])"
)
_NAMED_YEAR = re.compile(rf"(?<![\w-])(?:{_EN}|{_EN_SMALL}),?(?: of)?[ /-]?{_YEAR}(?!\w)")
_DAY_NAMED_ES = re.compile(
    rf"(?<![\w.,/-]){_RANGE_ES}\d{{1,2}}[º°]?(?: de |[ /.-]){_ES}"
    rf"(?:(?:,? del? (?:año )?|,? |[/.-])\d{{2,4}})?{_TIME}(?![\w%/])",
    re.IGNORECASE,
)
_NAMED_YEAR_ES = re.compile(
    rf"(?<![\w-]){_ES_FULL}(?:(?:,? del? (?:año )?|,? |[/-])(?:19|20)\d\d|/\d\d)(?!\w)", re.IGNORECASE
)
# What every date in figures has, and every one without a year.
_TWO_MARKS = re.compile(r"[/.-]\d\d?[/.-]\d")
_ONE_MARK = re.compile(r"/\d")
# What every date has that writes its year out behind a mark, and every one with letters in the place of figures.
_MARKED_YEAR = re.compile(r"[/-] ?(?:19|20)\d")
_TWO_SLASHES = re.compile(r"/(?:\d{1,2}|[XxDdMm]{2})/")
# What every one of those that name a month has; "may" is a word of its own.
_MONTHS = ("jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MAY = ("May", "MAY")
_NAMED_ES = (_DAY_NAMED_ES, _NAMED_YEAR_ES)
_COMPACT = re.compile(r"\d{8}(?!\w)")
_BARE_YEAR = re.compile(r"(?:19|20)\d\d(?!\w|[-./]\d)")
_DAY_OF = re.compile(r"\d+")
# Ways to hide a date that still say where one stood.
_HIDDEN = re.compile(
    r"[\dXxMmDd](?<![\w/].)(?:(?<=\d)\d?|(?<!\d)[XxMmDd])/(?:\d{1,2}|[XxDdMm]{2})/(?:(?:19|20)\d\d|[XxYy]{2,4})(?![\w/])"
)


# A year says how old somebody is where it is that of the birth; of an age over 89 the Safe Harbor rule hides it.
_BORN_EN = re.compile(
    r"\bborn(?: \w{1,12}){0,2} in (?:the year )?(?P<year>1[89]\d\d)\b|\byob:? {0,2}(?P<yob>1[89]\d\d)\b", re.IGNORECASE
)
_BORN_ES = re.compile(r"\bnacid[oa](?: \w{1,12}){0,2} en (?:el )?(?:año )?(?P<year>1[89]\d\d)\b", re.IGNORECASE)


def dates(page: Page, language: str) -> Iterator[Identifier]:
    """Yield the dates of a text; a year alone is none, but that of a birth."""
    figured, yearly = page.lines(_TWO_MARKS), page.lines(_MARKED_YEAR)
    for pattern, stretches in (
        (_FIGURES, figured), (_ISO, figured), (_SPACED, yearly), (_DAY_MONTH, page.lines(_ONE_MARK))
    ):  # fmt: skip
        for match in page.matches(pattern, stretches):
            one, two = int(match["one"]), int(match["two"])
            year = int(match["year"]) if "year" in pattern.groupindex else None
            full = year if year is None or year > 99 else 2000 + year
            if is_day(one, two, full) or is_day(two, one, full):
                yield _dated(match.start("one") if year is None else match.start(), match.end(), "figures", _FIGURED)
    for match in page.matches(_MONTH_YEAR, yearly):
        if is_day(1, int(match["one"]), int(match["year"])):
            yield _dated(*match.span(), "month-year", "a month and a year in figures")
    for match in page.matches(_HIDDEN, page.lines(_TWO_SLASHES)):
        if not match.group().replace("/", "").isdecimal():
            yield _dated(*match.span(), "hidden", "the form of a date with letters in its place")
    born = _BORN_ES if language == "es" else _BORN_EN
    for match in page.matches(born, None if page.says("born", "yob", "nacid") else ()):
        yield _dated(*match.span(match.lastgroup or 0), "birth-year", "the year somebody was born in")
    months = page.lines_with(*_MAY, small=_MONTHS)
    for pattern in (*(_NAMED_ES if language == "es" else ()), _NAMED_EN, _NAMED_SMALL, _DAY_NAMED, _NAMED_YEAR):
        for match in page.matches(pattern, None if pattern in _NAMED_ES else months):
            if _has_a_day(match.group()):
                yield _dated(*match.span(), "named", "a month by its name beside a day or a year")


def dated(page: Page, at: int, label: str) -> Identifier | None:
    """Return the year, or the eight digits of a day, at ``at`` behind ``label``; other forms show alone."""
    match = _COMPACT.match(page.text, at) or _BARE_YEAR.match(page.text, at)
    return match and mark(*match.span(), IdentifierKind.DATE, "label-date", f"figures behind '{label}'", score=0.97)


_FIGURED = "day, month and year in figures, of a day there is"


def _dated(start: int, end: int, name: str, why: str) -> Identifier:
    return mark(start, end, IdentifierKind.DATE, f"date-{name}", why, score=0.96)


def _has_a_day(said: str) -> bool:
    """Return whether the first figures can be a day, or are a year."""
    figures = _DAY_OF.search(said)
    return figures is None or len(figures.group()) > 2 or 1 <= int(figures.group()) <= 31 or "'" in said
