"""Advice as JSON of CDS Hooks 2.0 (cds-hooks.hl7.org/2.0): cards, their suggestions, and why one may be set aside."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence

from epicrisis.domain.advice import (
    Advice,
    Advised,
    Allergic,
    AskedFor,
    MayHave,
    Measured,
    Suggested,
    TestOrder,
    card_ids,
)
from epicrisis.domain.patients import AllergyIntolerance, Observation
from epicrisis.domain.records import CodeSystem
from epicrisis.formats.cds_cards.pages import page_of
from epicrisis.formats.cds_cards.wording import Words, brief, literal, summary
from epicrisis.formats.wording import percent
from epicrisis.formats.writing import Plain

REASONS_SYSTEM = "urn:epicrisis:override-reason"
TOPICS_SYSTEM = "urn:epicrisis:card"
_ANY_CARD = ("considered", "not-relevant", "record-wrong")
REASONS = (*_ANY_CARD, "ruled-out", "repeat-wanted", "tolerated", "benefit", "allergy-wrong")
_ABSOLUTE = "absolute"
# A second condition that is far less likely is not named in a line of 140 characters.
_NAMED = 3


def cards_of(advised: Advised, *, request_id: str, patient: str, url: str) -> list[Plain]:
    """Return a card for each advice, at most as many as a request has ids for; ``url`` is where our page is."""
    write = _Writing(advised, Words(advised.language), patient, url)
    return [write.card(advice, id_) for id_, advice in zip(card_ids(request_id), advised.advice, strict=False)]


class _Writing:
    def __init__(self, advised: Advised, words: Words, patient: str, url: str) -> None:
        self._advised = advised
        self._words = words
        self._patient = patient
        self._url = url

    def card(self, advice: Advice, id_: str) -> Plain:
        line, detail, topic, reasons = self._told(advice)
        card: Plain = {
            "uuid": id_,
            "summary": summary(line),
            "detail": f"{detail}\n\n*{self._words('notice')}*",
            "indicator": advice.level.value,
            "source": {
                "label": self._words("source"),
                "url": f"{self._url}/",
                "topic": {"system": TOPICS_SYSTEM, "code": topic},
            },
            "overrideReasons": [self._reason(each) for each in (*_ANY_CARD, *reasons)],
            "links": [{"label": self._words("page"), "url": f"{self._url}/", "type": _ABSOLUTE}],
        }
        suggestions = self._suggestions(advice, id_)
        return {**card, "suggestions": suggestions, "selectionBehavior": "any"} if suggestions else card

    def _told(self, advice: Advice) -> tuple[str, str, str, Sequence[str]]:
        """Return the line of a card, the page behind it, its topic, and why it may be set aside."""
        match advice:
            case MayHave():
                page = page_of(advice, self._advised, self._words)
                return self._may_have(advice), page, "differential", ("ruled-out",)
            case AskedFor():
                return self._asked_for(advice), self._words("asked-for-detail"), "test", ()
            case Measured():
                return self._measured(advice), self._words("repeated-detail"), "test", ("repeat-wanted",)
            case Allergic():
                reasons = ("tolerated", "benefit", "allergy-wrong")
                return self._allergic(advice), self._of_allergy(advice), "allergy", reasons

    def _suggestions(self, advice: Advice, id_: str) -> list[Plain]:
        match advice:
            case MayHave():
                return self._creations(advice, id_)
            case Measured() | Allergic():
                return [self._deletion(advice, id_)]
            case AskedFor():
                return []

    def _may_have(self, advice: MayHave) -> str:
        if not advice.hypotheses:
            return self._words("alarms", what=", ".join(each.name for each in advice.alarms))
        told = [f"{each.name} {percent(each.confidence)}" for each in advice.hypotheses[:_NAMED]]
        return self._words("may-have", what=", ".join(told))

    def _asked_for(self, advice: AskedFor) -> str:
        what = ", ".join(each.name for each in advice.hypotheses[:_NAMED])
        return self._words("asked-for", test=brief(advice.test.text), what=what)

    def _measured(self, advice: Measured) -> str:
        return self._words("repeated", test=brief(advice.test.text), day=advice.result.at, value=_value(advice.result))

    def _allergic(self, advice: Allergic) -> str:
        names = {"allergy": brief(advice.allergen), "drug": brief(advice.drug.concept.text), "through": advice.through}
        return self._words(f"allergic-{advice.closeness.value}", **names)

    def _of_allergy(self, advice: Allergic) -> str:
        return self._words("allergy", what=", ".join(map(literal, _told_of(advice))))

    def _reason(self, code: str) -> Plain:
        return {"code": code, "system": REASONS_SYSTEM, "display": self._words(f"reason-{code}")}

    def _creations(self, advice: MayHave, card: str) -> list[Plain]:
        return [
            {
                "label": summary(self._words("order", test=each.name)),
                "uuid": _suggestion_id(card, number),
                "actions": [
                    {
                        "type": "create",
                        "description": self._words("create", test=order.text),
                        "resource": self._request(order, each),
                    }
                    for order in each.orders
                ],
            }
            for number, each in enumerate(advice.suggested)
        ]

    def _request(self, order: TestOrder, suggested: Suggested) -> Plain:
        code, why = order.code, suggested.hypothesis.code
        coding = [] if code is None else [{"system": code.system, "code": code.code, "display": code.display}]
        return {
            "resourceType": "ServiceRequest",
            "status": "draft",
            "intent": "proposal",
            "code": {**({"coding": coding} if coding else {}), "text": order.text},
            "subject": {"reference": f"Patient/{self._patient}"},
            "reasonCode": [
                {
                    "coding": [{"system": CodeSystem.ICD_10_CM.value, "code": why.code, "display": why.display}],
                    "text": suggested.hypothesis.name,
                }
            ],
        }

    def _deletion(self, advice: Measured | Allergic, card: str) -> Plain:
        name = advice.test.text if isinstance(advice, Measured) else advice.drug.concept.text
        said = summary(self._words("delete", order=brief(name)))
        action = {"type": "delete", "description": said, "resourceId": advice.order}
        return {"label": said, "uuid": _suggestion_id(card, 0), "actions": [action]}


def _suggestion_id(card: str, number: int) -> str:
    return str(uuid.uuid5(uuid.UUID(card), str(number)))


def _value(result: Observation) -> str:
    quantity = result.quantity
    if quantity is None:
        return brief(result.words)
    unit = quantity.unit or quantity.ucum or ""
    return brief(f"{quantity.comparator or ''}{quantity.value:g} {unit}".strip())


def _told_of(advice: Allergic) -> Sequence[str]:
    """Return what the record says of an allergy: its substance, what it did, and how dangerous it is."""
    told = list[str]()
    for each in _entries(advice):
        reactions = [words for reaction in each.reactions for words in (*reaction.manifestations, reaction.severity)]
        told += [each.concept.text, *reactions, each.criticality, str(each.recorded or "")]
    return list(dict.fromkeys(filter(None, told)))


def _entries(advice: Allergic) -> Iterator[AllergyIntolerance]:
    yield from (each for each in advice.allergy.entries if isinstance(each, AllergyIntolerance))
