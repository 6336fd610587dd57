"""``GET /v1/engines``: the cards of what is installed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from epicrisis.api.schemas.base import Answer, Request, RequestId
from epicrisis.services.experiments import MOST_ARMS, MOST_WEIGHT, NAME, Capability, Mode


class Card(Answer):
    """What an engine is, what it learnt from, how it scores, and what it gets wrong."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    version: str
    summary: str
    languages: Sequence[str]
    trained_on: Sequence[str]
    licence: str
    scores: Annotated[Mapping[str, float], Field(description="Measured figures; each name says on which data.")]
    limits: Annotated[Sequence[str], Field(description="What it is known to get wrong.")]
    sha256: Annotated[Mapping[str, str], Field(description="The checksum of each file, verified at load.")]


class ArmAnswer(Answer):
    """One version of an experiment, and how many patients it answers for."""

    name: str
    engines: Annotated[list[str], Field(description="Each engine that answers here, as `name-version`.")]
    mode: Mode
    weight: float
    share: Annotated[float, Field(ge=0, le=1, description="Its share of patients; a shadow answers for none.")]


class ExperimentAnswer(Answer):
    """Which versions are compared in one capability; without arms the control answers everything."""

    capability: Capability
    arms: list[ArmAnswer]
    salt: str
    set_by: Annotated[Literal["settings", "api"], Field(description="What decides: the settings, or a PUT since.")]
    set_at: Annotated[float | None, Field(description="When it was set over the API, in seconds since 1970.")]


class EnginesAnswer(Answer):
    """Every engine this installation reads with, and the versions that are compared."""

    request_id: RequestId
    engines: list[Card]
    experiments: list[ExperimentAnswer]


class ExperimentSetAnswer(ExperimentAnswer):
    """What is compared from now on: here at once, on other servers of the installation within seconds."""

    request_id: RequestId


class ArmRequest(Request):
    """One version: `control` names no engine and is what the settings name."""

    name: Annotated[str, Field(pattern=f"^{NAME}$")]
    engine: Annotated[
        str,
        Field(max_length=64, description="An engine by name, or a folder of EPICRISIS_MODELS; never a path."),
    ] = ""
    weight: Annotated[
        float, Field(ge=0, le=MOST_WEIGHT, description="Its share of patients, beside those of the other live arms.")
    ] = 1.0
    mode: Annotated[
        Mode, Field(description="`live` answers; `shadow` is asked beside, compared, and never answered.")
    ] = Mode.LIVE


class ExperimentRequest(Request):
    """The versions to compare."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "arms": [
                        {"name": "control", "weight": 90},
                        {"name": "rules", "engine": "rules", "weight": 10},
                    ]
                }
            ]
        }
    )

    arms: Annotated[list[ArmRequest], Field(min_length=1, max_length=MOST_ARMS)]
    salt: Annotated[
        str, Field(pattern=f"^({NAME})?$", description="Another salt deals the patients out to the arms anew.")
    ] = ""
