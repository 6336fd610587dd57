"""Numbers and addresses that show what they are by their own shape; what has a check digit must keep it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from epicrisis.domain.identifiers import Identifier, IdentifierKind
from epicrisis.engines.privacy import checks
from epicrisis.engines.privacy.patterns.page import Page, mark

# What must not stand before and after a number, or it is the middle of a longer one. The first digit is written before
# what looks back from it: so the search leaps from digit to digit, which is several times as quick.
_DIGIT = r"\d(?<![\w.@/-]\d)"
_END = r"(?![\w@]|[-.,/]\d)"

# Bounded on both sides of the @, as RFC 5321 bounds them; a top domain is missing in what people type in haste.
_EMAIL = re.compile(r"[\w.+%-](?<![\w.+%-].)[\w.+%-]{0,63}@[^\W_](?:[\w-]|\.(?=\w)){1,120}")
_URL = re.compile(
    r"(?<!\w)(?:(?:https?|ftp)://[^\s<>\"']{3,300}(?<![.,;:)\]])"
    r"|www\.[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}(?:/[^\s<>\"']{0,200}(?<![.,;:)\]]))?)",
    re.IGNORECASE,
)
_DOMAIN = re.compile(
    r"(?<![\w@.-])[a-z0-9][a-z0-9-]{1,60}\.(?:com|org|net|edu|gov|info|health|cat|es|eu|io|co\.uk)(?:/[^\s<>\"']{0,200})?(?![\w@-])"
)
_IPV4 = re.compile(r"\d(?<![\w.]\d)\d{0,2}(?:\.\d{1,3}){3}(?![\w]|\.\d)")
_IPV6 = re.compile(
    r"[0-9A-Fa-f:](?<![\w:.].)(?:(?<=:)|(?<!:)[0-9A-Fa-f]{0,3}:)[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){1,6}(?![\w:])"
)
_MAC = re.compile(r"[0-9A-Fa-f](?<![\w:-].)[0-9A-Fa-f]([:-])[0-9A-Fa-f]{2}(?:\1[0-9A-Fa-f]{2}){4}(?![\w:-])")
_SSN = re.compile(_DIGIT + r"\d{2}([- ])\d{2}\1\d{4}" + _END)
_SSN_MASKED = re.compile(r"[xX*](?<![\w*].)[xX*]{2}-?[xX*]{2}-?\d{4}" + _END)
_CARD = re.compile(r"[3-6](?<![\w.@/-]\d)\d{3}(?:[ -]?\d{2,6}){2,4}" + _END)
_IBAN = re.compile(r"[A-Z](?<!\w.)[A-Z]\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)")
_VIN = re.compile(r"[A-HJ-NPR-Z0-9](?<!\w.)[A-HJ-NPR-Z0-9]{16}(?!\w)")
_DEA = re.compile(r"[A-HJ-MPRSTUX](?<!\w.)[A-Z9]\d{7}(?!\w)")
# The Medicare Beneficiary Identifier, place by place (CMS, "Understanding the MBI format").
_MBI = re.compile(
    r"[1-9](?<!\w.)[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?"
    r"[AC-HJKMNP-RT-Y]{2}\d{2}(?!\w)"
)
_UDI = re.compile(r"\(01\)\d{14}(?:\(\d{2}\)[\w/-]{1,20}){0,4}")
_PICTURE = re.compile(r"(?<![\w./-])[\w-]{1,80}\.(?:jpe?g|png|gif|heic|tiff?|bmp|dcm)(?!\w)", re.IGNORECASE)
_DNI = re.compile(r"\d(?<!\w\d)(?:\d{7}|\d\.\d{3}\.\d{3})[- ]?[A-HJ-NP-TV-Z](?!\w)", re.IGNORECASE)
_NIE = re.compile(r"[XYZ](?<!\w.)[- ]?\d{7}[- ]?[A-HJ-NP-TV-Z](?!\w)", re.IGNORECASE)
_NUSS = re.compile(_DIGIT + r"\d[ /-]?\d{7,8}[ /-]?\d{2}" + _END)
# The personal code of the Spanish health card: four letters, ten digits; BBBB and the like where it is national.
_CIP = re.compile(r"[A-ZÑ](?<!\w.)[A-ZÑ]{3}[ -]?\d{10}(?!\w)")
_CIP_SNS = re.compile(r"(?<!\w)BBBB[A-Z0-9]{12}(?!\w)")
_PLATE_ES = re.compile(r"\d(?<![\w-]\d)\d{3}[ -]?[BCDFGHJKLMNPRSTVWXYZ]{3}(?![\w-])")
# What stands in every address of the internet, and in every one of a network card.
_DOTTED = re.compile(r"\.\d{1,3}\.\d")
_HEXADECIMAL = re.compile(r":[0-9A-Fa-f]{0,4}:")
_COLONS = re.compile(r":[0-9A-Fa-f]{2}:")
_HYPHENS = re.compile(r"-[0-9A-Fa-f]{2}-")
# Letters and five figures or more, and seven figures in a row: no measurement looks so.
_COINED = re.compile(r"[A-Z](?<![\w-].)[A-Z]{1,4}-\d{5,12}(?![\w-])")
_LONG = re.compile(_DIGIT + r"\d{6,11}" + _END)

K = IdentifierKind


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of number: the pattern it has, the check it must pass, and what to say of it.

    A text without any of its ``clues``, in small letters, has none of it; neither has a line without any of its
    ``parts``, letter for letter, or of ``lines``, or where it is ``long`` without seven figures.
    """

    name: str
    kind: IdentifierKind
    pattern: re.Pattern[str]
    why: str
    score: float = 0.95
    sub: str | None = None
    check: Callable[[str], bool] | None = None
    clues: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    lines: tuple[re.Pattern[str], ...] = ()
    long: bool = False


def _is_ipv6(text: str) -> bool:
    # "12:30:15" is a time.
    return len(text) >= 4 and ("::" in text or text.count(":") == 7) and checks.is_ip(text)


_PICTURES = (".jp", ".png", ".gif", ".heic", ".tif", ".bmp", ".dcm")
_DOMAINS = (".com", ".org", ".net", ".edu", ".gov", ".info", ".health", ".cat", ".es", ".eu", ".io", ".co.uk")

SHAPES = (
    Shape("email", K.EMAIL, _EMAIL, "written like an e-mail address", 0.99, parts=("@",)),
    Shape("url", K.URL, _URL, "written like an address of the web", 0.99, clues=("://", "www.")),
    Shape("domain", K.URL, _DOMAIN, "ends in a domain of the web", 0.9, parts=_DOMAINS),
    Shape(
        "ip", K.IP, _IPV4, "four numbers below 256 with dots between them", 0.9, check=checks.is_ip, lines=(_DOTTED,)
    ),
    Shape(
        "ip", K.IP, _IPV6, "hexadecimal groups of an internet address", 0.95, "IPV6", _is_ipv6, lines=(_HEXADECIMAL,)
    ),
    Shape(
        "mac", K.DEVICE, _MAC, "six pairs of hexadecimal digits, as network cards have", 0.95, "MAC",
        lines=(_COLONS, _HYPHENS),
    ),
    Shape("ssn", K.SSN, _SSN, "nine digits 3-2-4 in an area that is given out", 0.9, check=checks.is_ssn, long=True),
    Shape("ssn-masked", K.SSN, _SSN_MASKED, "the last four digits behind a masked social security number", 0.95),
    Shape("card", K.ACCOUNT, _CARD, "a card number with its check digit", 0.97, "CARD", checks.is_card, long=True),
    Shape("iban", K.ACCOUNT, _IBAN, "a bank account with its check digits", 0.99, "IBAN", checks.is_iban),
    Shape("vin", K.VEHICLE, _VIN, "17 characters with the check digit of a vehicle", 0.98, "VIN", checks.is_vin),
    Shape("dea", K.LICENSE, _DEA, "a DEA number with its check digit", 0.97, "DEA", checks.is_dea, long=True),
    Shape("mbi", K.HEALTH_PLAN, _MBI, "the eleven places of a Medicare number", 0.9, "MBI"),
    Shape("udi", K.DEVICE, _UDI, "a device identifier behind (01)", 0.99, "UDI", clues=("(01)",)),
    Shape("picture", K.BIOMETRIC, _PICTURE, "the name of a picture file", 0.9, "PHOTO", clues=_PICTURES),
    Shape("dni", K.ID, _DNI, "eight digits and the letter they ask for", 0.99, "DNI", checks.is_dni, long=True),
    Shape(
        "nie", K.ID, _NIE, "X, Y or Z, seven digits and the letter they ask for", 0.99, "NIE", checks.is_dni, long=True
    ),
    Shape(
        "nuss", K.HEALTH_PLAN, _NUSS, "twelve digits with their two control digits", 0.95, "NUSS", checks.is_nuss,
        long=True,
    ),
    Shape("cip", K.HEALTH_PLAN, _CIP, "four letters and ten digits of a Spanish health card", 0.9, "CIP", long=True),
    Shape(
        "cip", K.HEALTH_PLAN, _CIP_SNS, "the national code of a Spanish health card", 0.97, "CIP", clues=("bbbb",)
    ),
    Shape("coined", K.ID, _COINED, "letters, a hyphen and five figures or more", 0.6),
    Shape("long", K.ID, _LONG, "seven figures or more in a row", 0.5, long=True),
    Shape(
        "plate", K.VEHICLE, _PLATE_ES, "four digits and three consonants, as on a Spanish number plate", 0.6, "PLATE"
    ),
)  # fmt: skip


def codes(page: Page) -> Iterator[Identifier]:
    """Yield what shows by its shape what it is."""
    for shape in SHAPES:
        if shape.clues and not page.says(*shape.clues):
            continue
        for match in page.matches(shape.pattern, _lines(page, shape)):
            if shape.check is None or shape.check(match.group()):
                yield mark(*match.span(), shape.kind, shape.name, shape.why, score=shape.score, sub=shape.sub)


def _lines(page: Page, shape: Shape) -> Sequence[tuple[int, int]] | None:
    """Return the lines that may have ``shape``, ``None`` where any may."""
    if shape.parts:
        return page.lines_with(*shape.parts)
    if shape.lines:
        return page.lines(*shape.lines)
    return page.numbered if shape.long else None
