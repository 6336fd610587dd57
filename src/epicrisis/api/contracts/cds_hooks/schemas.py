"""What CDS Hooks asks and answers; resources of FHIR are taken as they are, and looked at by whoever reads records."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from epicrisis.api.contracts.cds_hooks.examples import FEEDBACK, ORDER, VIEW
from epicrisis.api.schemas.base import Answer, Request
from epicrisis.api.schemas.feedback import UUID
from epicrisis.domain.advice import Level

_FHIR_ID = r"^[A-Za-z0-9.-]{1,64}$"
_REFERENCE = r"^([A-Za-z]{1,40}/)?[A-Za-z0-9.-]{1,64}$"
MOST_ORDERS, MOST_FEEDBACK = 50, 100


def _object_or_nothing(sent: Any) -> Any:
    if sent is not None and not isinstance(sent, dict):
        raise PydanticCustomError("no_object", "It is an object, as FHIR or CDS Hooks has it")
    return sent


# What stands in one is for whoever reads records to say, resource by resource.
Resource = Annotated[
    Any, AfterValidator(_object_or_nothing), Field(repr=False, description="A resource of FHIR, or a Bundle.")
]
Extension = Annotated[
    Any, AfterValidator(_object_or_nothing), Field(repr=False, description="An object of the client's own; not read.")
]
FhirId = Annotated[str, Field(pattern=_FHIR_ID)]
Reference = Annotated[str, Field(pattern=_REFERENCE)]
Coded = Annotated[str, Field(max_length=2_000, repr=False)]


class FhirAuthorization(Request):
    """A token for the EHR's own FHIR server; it is neither used nor kept."""

    access_token: Annotated[str, Field(max_length=20_000, repr=False)]
    token_type: Annotated[str, Field(max_length=40)]
    expires_in: int = 0
    scope: Coded = ""
    subject: Coded = ""
    patient: Coded = ""


class Prefetch(Request):
    """The parts of the record, as discovery asks for them: a resource or a bundle, null where there is nothing."""

    patient: Resource = None
    conditions: Resource = None
    observations: Resource = None
    medications: Resource = None
    allergies: Resource = None
    documents: Resource = None


class _Context(Request):
    userId: Annotated[str, Field(max_length=200, repr=False, description="Who looks.")]  # noqa: N815
    patientId: FhirId  # noqa: N815
    encounterId: FhirId | None = None  # noqa: N815


class ViewContext(_Context):
    """Who looks at which patient."""


class OrderContext(_Context):
    """Which orders were selected, among those that are not signed yet."""

    selections: Annotated[list[Reference], Field(min_length=1, max_length=MOST_ORDERS)]
    draftOrders: Resource  # noqa: N815


class _Call(Request):
    hookInstance: Annotated[str, Field(pattern=UUID, description="A UUID of this call.")]  # noqa: N815
    fhirServer: Annotated[  # noqa: N815
        str | None,
        Field(max_length=2_000, repr=False, description="Nothing is fetched from it: send what is to be looked at."),
    ] = None
    fhirAuthorization: Annotated[FhirAuthorization | None, Field(repr=False)] = None  # noqa: N815
    prefetch: Prefetch = Prefetch()
    extension: Extension = None


class PatientViewRequest(_Call):
    """A patient is looked at."""

    model_config = ConfigDict(json_schema_extra={"examples": [VIEW]})

    hook: Literal["patient-view"]
    context: ViewContext


class OrderSelectRequest(_Call):
    """Something is being ordered."""

    model_config = ConfigDict(json_schema_extra={"examples": [ORDER]})

    hook: Literal["order-select"]
    context: OrderContext


class Service(Answer):
    """A service, and what it wants sent along."""

    id: str
    hook: str
    title: str
    description: str
    prefetch: dict[str, str]


class DiscoveryAnswer(Answer):
    """The services there are."""

    services: list[Service]


class Coding(Answer):
    """A code, and what it says."""

    system: str
    code: str
    display: str | None = None


class Source(Answer):
    """Who says so."""

    label: str
    url: str
    topic: Coding


class Action(Answer):
    """A resource to be made, or one to be taken back."""

    type: Literal["create", "delete"]
    description: str
    resource: dict[str, Any] | None = None
    resourceId: str | None = None  # noqa: N815


class Suggestion(Answer):
    """What can be done with one click."""

    label: str
    uuid: str
    actions: list[Action]


class Link(Answer):
    """Where more is told."""

    label: str
    url: str
    type: Literal["absolute"]


class Card(Answer):
    """What is worth a clinician's while."""

    uuid: str
    summary: Annotated[str, Field(max_length=139)]
    detail: Annotated[str, Field(description="Markdown; what is quoted of the record is escaped.")]
    indicator: Level
    source: Source
    overrideReasons: list[Coding]  # noqa: N815
    links: list[Link]
    suggestions: list[Suggestion] | None = None
    selectionBehavior: Literal["any"] | None = None  # noqa: N815


class CardsAnswer(Answer):
    """The cards; there may be none."""

    cards: list[Card]


class AcceptedSuggestion(Request):
    """A suggestion that was taken."""

    id: Annotated[str, Field(pattern=UUID)]


class ReasonCoding(Request):
    """Why a card was set aside."""

    code: Coded
    system: Coded = ""
    display: Coded = ""


class OverrideReason(Request):
    """Why a card was set aside, in a code and in words."""

    reason: ReasonCoding | None = None
    userComment: Annotated[  # noqa: N815
        str, Field(max_length=2_000, repr=False, description="Kept, sealed, where interactions are; else not at all.")
    ] = ""


class CardFeedback(Request):
    """What became of one card."""

    card: Annotated[str, Field(pattern=UUID)]
    outcome: Literal["accepted", "overridden"]
    acceptedSuggestions: list[AcceptedSuggestion] = Field(  # noqa: N815
        default_factory=list, max_length=MOST_FEEDBACK
    )
    overrideReason: OverrideReason | None = None  # noqa: N815
    outcomeTimestamp: datetime  # noqa: N815


class CdsFeedbackRequest(Request):
    """What became of some cards."""

    model_config = ConfigDict(json_schema_extra={"examples": [FEEDBACK]})

    feedback: Annotated[list[CardFeedback], Field(min_length=1, max_length=MOST_FEEDBACK)]


class CdsFeedbackAnswer(Answer):
    """How many were kept, and how many of them are about cards that are remembered here."""

    request_id: str
    kept: int
    known: int
