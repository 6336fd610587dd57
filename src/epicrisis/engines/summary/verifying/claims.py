"""What a sentence claims: of each thing it names its status, numbers and dates, and what it claims of none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from epicrisis.engines.summary.verifying.lexicon import KINDS, Cue
from epicrisis.engines.summary.verifying.parts import Part, Role, clauses

_SAYS = frozenset((Role.NUMBER, Role.DATE, Role.WORD))


@dataclass(slots=True)
class Claim:
    """One thing that is named, and all that is said of it; ``reason`` is set where it is told as why something is."""

    mention: Part
    cues: set[Cue] = field(default_factory=set)
    parts: list[Part] = field(default_factory=list)
    """Its numbers, dates and words, in order."""
    reason_of: Claim | None = None
    kin: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Loose:
    """A clause that names nothing of the record: what it claims has to hold of the record as a whole."""

    cues: frozenset[Cue]
    parts: tuple[Part, ...]
    recorded: bool


@dataclass(slots=True)
class Claims:
    """All claims of a sentence; ``people`` are its ages and words of sex."""

    named: list[Claim] = field(default_factory=list)
    loose: list[Loose] = field(default_factory=list)
    people: list[Part] = field(default_factory=list)


def claims_of(parts: Sequence[Part]) -> Claims:
    """Return what the sentence of ``parts`` claims."""
    found = Claims(people=[part for part in parts if part.role in (Role.AGE, Role.PERSON)])
    lead, rest = _lead(parts)
    if lead:
        _add_loose(found, lead)
    shared = frozenset(cue for part in lead for cue in part.cues)
    for group in clauses(rest):
        _group(found, group, shared)
    return found


def _lead(parts: Sequence[Part]) -> tuple[list[Part], list[Part]]:
    """Return what stands before a colon and names nothing, so that it is said of all behind, and the rest."""
    colon = next((at for at, part in enumerate(parts) if part.role is Role.COLON), None)
    if colon is None or any(part.role is Role.MENTION for part in parts[:colon]):
        return [], [part for part in parts if part.role is not Role.COLON]
    return list(parts[:colon]), [part for part in parts[colon + 1 :] if part.role is not Role.COLON]


def _group(found: Claims, group: Sequence[Sequence[Part]], shared: frozenset[Cue]) -> None:
    carried: frozenset[Cue] = shared
    open_claims: list[Claim] = []
    waiting: list[Sequence[Part]] = []
    last: Claim | None = None
    kin: set[str] = set()
    for clause in group:
        mentions = [at for at, part in enumerate(clause) if part.role is Role.MENTION]
        own = frozenset(cue for part in clause for cue in part.cues)
        has_verb = any(part.role is Role.VERB or (part.role is Role.CUE and part.begins) for part in clause)
        if not mentions:
            if last is not None and not (own & KINDS and Cue.NEGATION in own):
                # "…, below its range": what is said on of the thing before.
                last.parts += [part for part in clause if part.role in _SAYS]
                last.cues |= own
                last.kin |= {word for part in clause for word in part.kin}
            elif own & KINDS or last is not None:
                _add_loose(found, clause)
                carried = (own - KINDS if own else carried) | shared
            else:
                waiting.append(clause)
            continue
        claims = _in_clause(clause, mentions)
        if last is not None and _is_reason(clause[: mentions[0]]):
            claims[0].reason_of = last
        status = own - KINDS
        if has_verb or status:
            carried = own | shared
        if status:
            # "Diabetes and asthma have resolved": what is said at the end is said of those before, too.
            first = next(at for at, part in enumerate(clause) if part.cues and part.cues - KINDS)
            if first > mentions[0]:
                for claim in open_claims:
                    claim.cues |= own
        if has_verb or any(claim.parts for claim in claims):
            open_claims = []
        kin = {word for part in clause for word in part.kin} or (kin if Cue.FAMILY in carried else set())
        for claim in claims:
            claim.cues |= own | carried
            claim.kin |= kin
            found.named.append(claim)
        for early in waiting:
            claims[0].parts[:0] = [part for part in early if part.role in _SAYS]
            claims[0].cues |= {cue for part in early for cue in part.cues}
            claims[0].kin |= {word for part in early for word in part.kin}
        waiting = []
        if not status:
            open_claims += claims
        last = claims[-1]
    for clause in waiting:
        _add_loose(found, clause)


def _in_clause(clause: Sequence[Part], mentions: Sequence[int]) -> list[Claim]:
    claims = [Claim(clause[at]) for at in mentions]
    for at, part in enumerate(clause):
        if part.role in _SAYS:
            claims[_owner(clause, mentions, at)].parts.append(part)
    for number, at in enumerate(mentions[1:], 1):
        if _is_reason(clause[mentions[number - 1] + 1 : at]):
            claims[number].reason_of = claims[number - 1]
    return claims


def _is_reason(before: Sequence[Part]) -> bool:
    """Return whether what stands before a name says that it is why something is: "for the"."""
    told = [part for part in before if part.role is not Role.GLUE]
    return bool(told) and told[-1].role is Role.PURPOSE


def _owner(clause: Sequence[Part], mentions: Sequence[int], at: int) -> int:
    """Return which mention the part ``at`` belongs to: "10 mg of X" to the next, else to the one before."""
    following = next((number for number, mention in enumerate(mentions) if mention > at), None)
    if following is None:
        return len(mentions) - 1
    if following == 0:
        return 0
    between = clause[at + 1 : mentions[following]]
    joined = len(between) == 1 and between[0].role is Role.GLUE and between[0].text in ("of", "de")
    return following if joined else following - 1


def _add_loose(found: Claims, clause: Sequence[Part]) -> None:
    found.loose.append(
        Loose(
            cues=frozenset(cue for part in clause for cue in part.cues),
            parts=tuple(part for part in clause if part.role in _SAYS),
            recorded=any(part.recorded for part in clause),
        )
    )
