"""``/v1/cases``: what is kept of a case, what is asked of those that are kept, and what is answered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from epicrisis.api.schemas.base import Answer, Request, RequestId
from epicrisis.api.schemas.differentials import OLDEST, TELLING, ConditionCode, ToldRequest
from epicrisis.domain.patients import Sex

CaseId = Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Outcome = Annotated[
    str | None,
    Field(
        pattern=r"^[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?$",
        description="What the case turned out to be, as a code of ICD-10-CM.",
        examples=["J18.9"],
    ),
]
_Years = Annotated[float | None, Field(ge=0, le=OLDEST + 1)]


class CaseRequest(ToldRequest):
    """A case to keep: what is told of a patient, as `/v1/differentials` asks it, and the outcome where it is known."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [{"required": [name]} for name in TELLING],
            "examples": [
                {
                    "age": 67,
                    "sex": "FEMALE",
                    "text": "Fever and productive cough for three days. Denies chest pain.",
                    "outcome": "J18.9",
                }
            ],
        }
    )

    outcome: Outcome = None

    @model_validator(mode="after")
    def _something_told(self) -> CaseRequest:
        if not self.tells_something:
            raise PydanticCustomError("nothing_told", "Send text, symptoms, findings or results")
        return self


class OutcomeRequest(Request):
    """What a case turned out to be; `null` takes back what was said."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"outcome": "J18.9"}]})

    outcome: Outcome


class AmongRequest(Request):
    """Which cases are searched; a case of which something is not known is not among those it is asked of."""

    language: Annotated[str | None, Field(pattern="^[a-z]{2}$")] = None
    sex: Sex | None = None
    age_from: Annotated[_Years, Field(description="In years; the first age that counts.")] = None
    age_below: Annotated[_Years, Field(description="In years; the first age that does not count any more.")] = None
    outcome: Annotated[
        str | None,
        Field(
            pattern=r"^[A-Z]([0-9]([0-9A-Z](\.[0-9A-Z]{0,4})?)?)?$",
            description="A code of ICD-10-CM, or how codes begin: `J18` finds J18.9 too.",
        ),
    ] = None


class CaseSearchRequest(ToldRequest):
    """What cases are to be similar to: what is told of a patient, or the kept `case` of that id."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [{"required": [name]} for name in (*TELLING, "case")],
            "examples": [{"age": 70, "symptoms": ["fever", "productive cough"], "among": {"age_from": 60}}],
        }
    )

    case: Annotated[CaseId | None, Field(description="A kept case, instead of anything told.")] = None
    among: AmongRequest = AmongRequest()
    most: Annotated[int, Field(ge=1, le=50, description="How many cases to answer at most.")] = 10

    @model_validator(mode="after")
    def _one_or_the_other(self) -> CaseSearchRequest:
        if self.tells_something == (self.case is not None):
            raise PydanticCustomError("nothing_told", "Send text, symptoms, findings or results, or else a case")
        return self


class CaseFindingAnswer(Answer):
    """A finding of a case, by its id in the knowledge base."""

    finding: str
    name: str
    present: bool


class CaseBody(Answer):
    """A kept case."""

    id: str
    created_at: datetime
    language: str
    age: Annotated[float | None, Field(description="In years; 90 stands for every age above too.")]
    sex: Sex
    text: Annotated[
        str, Field(description="What was told, redacted by the policy `safe-harbor`; empty without a note.")
    ]
    findings: list[CaseFindingAnswer]
    outcome: Annotated[ConditionCode | None, Field(description="What it turned out to be, where that was said.")]


class CaseAnswer(CaseBody):
    """A kept case, and what of it was not understood where it is new."""

    request_id: RequestId
    unmatched: Annotated[
        list[str], Field(description="Words of the request that no finding was found for; none of a case read later.")
    ]


class NamedFinding(Answer):
    """A finding by its id in the knowledge base, and what it is called."""

    finding: str
    name: str


class SimilarCaseAnswer(Answer):
    """A kept case that is similar, and why."""

    score: Annotated[
        float, Field(le=1, description="The cosine of both cases: 1 is the same, 0 has nothing in common.")
    ]
    case: CaseBody
    shared: Annotated[list[NamedFinding], Field(description="Findings that both have.")]
    both_absent: Annotated[list[NamedFinding], Field(description="Findings that were looked for in both, in vain.")]
    opposed: Annotated[list[NamedFinding], Field(description="Findings that one has, and the other does not.")]
    only_asked: Annotated[
        list[NamedFinding], Field(description="Findings of what was asked that this case says nothing of.")
    ]
    only_kept: Annotated[
        list[NamedFinding], Field(description="Findings of this case that what was asked says nothing of.")
    ]


class CaseSearchAnswer(Answer):
    """The similar cases, the most similar first."""

    request_id: RequestId
    notice: str
    cases: list[SimilarCaseAnswer]
    unmatched: Annotated[list[str], Field(description="Words that no finding was found for.")]


class RemovedAnswer(Answer):
    """A case that is kept no more."""

    request_id: RequestId
    removed: str
