"""``/v1/engines/experiments/{capability}``: compare versions of an engine, and go back to the control at once."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Depends, Path

from epicrisis.api.dependencies import TheAudit, ThePrincipal, TheRequestId, TheTrials, require_json
from epicrisis.api.problems import (
    BODY_TOO_LARGE,
    BODY_TOO_SLOW,
    INVALID_REQUEST,
    MALFORMED_JSON,
    UNSUPPORTED_MEDIA_TYPE,
    problem_of,
)
from epicrisis.api.reference import ALWAYS, UNUSABLE, refusals
from epicrisis.api.schemas.engines import ArmAnswer, ExperimentAnswer, ExperimentRequest, ExperimentSetAnswer
from epicrisis.api.security.scopes import scoped
from epicrisis.assembly import Pipeline
from epicrisis.errors import EpicrisisError, Forbidden, InvalidInput, StorageError, UnknownEngine
from epicrisis.services.access import Principal, Scope
from epicrisis.services.asking import Asker
from epicrisis.services.audit import Audit
from epicrisis.services.experiments import Arm, Capability, Experiment
from epicrisis.services.trials import Trials
from epicrisis.telemetry.logs import get_logger

EXPERIMENTS = "/v1/engines/experiments/{capability}"

router = APIRouter(tags=["Reading"])
log = get_logger()

TheCapability = Annotated[Capability, Path(description="What the engines are compared in.")]


@router.put(
    EXPERIMENTS,
    operation_id="compareEngines",
    summary="Compare versions of an engine",
    description=(
        "From now on the live arms share the patients by their weights, each patient always in the same one, and the "
        "shadows are asked beside them. Every engine that is named is loaded and reads its self-test first. Takes the "
        "scope `admin`, of a key that belongs to no tenant; it is recorded in the audit log."
    ),
    response_description="The experiment that runs now.",
    responses=refusals(
        *ALWAYS, *UNUSABLE, MALFORMED_JSON, BODY_TOO_SLOW, BODY_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, INVALID_REQUEST,
        *map(problem_of, (InvalidInput(), UnknownEngine(), StorageError(), Forbidden())),
    ),
    dependencies=[Depends(require_json)],
)  # fmt: skip
@scoped(Scope.ADMIN)
async def compare(
    capability: TheCapability,
    asked: ExperimentRequest,
    trials: TheTrials,
    audit: TheAudit,
    principal: ThePrincipal,
    request_id: TheRequestId,
) -> ExperimentSetAnswer:
    """Begin an experiment, or change the one that runs."""
    _require_nobodys(principal)
    arms = tuple(Arm(arm.name, arm.engine, arm.weight, arm.mode) for arm in asked.arms)
    experiment = Experiment(arms, asked.salt)
    # In a thread: weights are hashed and loaded.
    await to_thread.run_sync(_prove, trials, capability, experiment)
    return await _set(capability, experiment, trials, audit, principal, request_id)


@router.delete(
    EXPERIMENTS,
    operation_id="endComparison",
    summary="Go back to the control",
    description=(
        "The engine of the settings answers everything from now on, whatever was compared: here at once, on other "
        "servers of the installation within seconds. It holds over an experiment of the settings until another PUT."
    ),
    response_description="No arm is left.",
    responses=refusals(*ALWAYS, INVALID_REQUEST, *map(problem_of, (StorageError(), Forbidden()))),
)
@scoped(Scope.ADMIN)
async def end(
    capability: TheCapability,
    trials: TheTrials,
    audit: TheAudit,
    principal: ThePrincipal,
    request_id: TheRequestId,
) -> ExperimentSetAnswer:
    """End the experiment of a capability; where there is none, none begins."""
    _require_nobodys(principal)
    return await _set(capability, Experiment(), trials, audit, principal, request_id)


async def every_experiment(trials: Trials[Pipeline]) -> list[ExperimentAnswer]:
    """Return the experiments as answers tell them, also those that were ended over the API."""
    running = await trials.experiments.current()
    return [
        ExperimentAnswer.model_validate(_told(trials, each, running.get(each, Experiment())))
        for each in Capability
        if each in running or trials.experiments.kept(each) is not None
    ]


def _require_nobodys(principal: Principal) -> None:
    if principal.tenant:
        raise Forbidden("What answers for every tenant is chosen by a key that belongs to none.")


def _prove(trials: Trials[Pipeline], capability: Capability, experiment: Experiment) -> None:
    try:
        trials.prove({capability: experiment})
    except UnknownEngine as error:
        # The name that was sent is not repeated.
        raise UnknownEngine(
            "An arm names an engine that is not here; GET /v1/engines lists those installed, and the folders of "
            "EPICRISIS_MODELS may be named too."
        ) from error


async def _set(
    capability: Capability,
    experiment: Experiment,
    trials: Trials[Pipeline],
    audit: Audit,
    principal: Principal,
    request_id: str,
) -> ExperimentSetAnswer:
    asker = Asker.of(principal, EXPERIMENTS, request_id)
    action, counts = ("experiments.set", {"arms": len(experiment.arms)}) if experiment.arms else ("experiments.end", {})
    async with audit.recording(audit.entry(asker, action, counts=counts, subject=capability.value)):
        await trials.experiments.set(capability, experiment)
    if experiment.arms:
        log.info("experiment set", kind=capability.value)
    else:
        log.info("experiment ended", kind=capability.value)
    told = _told(trials, capability, experiment)
    return ExperimentSetAnswer.model_validate({"request_id": request_id, **told})


def _told(trials: Trials[Pipeline], capability: Capability, experiment: Experiment) -> dict[str, Any]:
    kept, shares = trials.experiments.kept(capability), experiment.shares
    return {
        "capability": capability,
        "arms": [
            ArmAnswer(
                name=arm.name,
                engines=_engines(trials, capability, arm),
                mode=arm.mode,
                weight=arm.weight,
                share=round(shares.get(arm.name, 0.0), 6),
            )
            for arm in experiment.arms
        ],
        "salt": experiment.salt,
        "set_by": "settings" if kept is None else "api",
        "set_at": None if kept is None else kept.at,
    }


def _engines(trials: Trials[Pipeline], capability: Capability, arm: Arm) -> list[str]:
    # One that another server set may name what is not here.
    with suppress(EpicrisisError):
        return [f"{card.name}-{card.version}" for card in trials.cards_of(capability, arm)]
    return []
