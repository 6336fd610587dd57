"""What compares versions of engines: the experiments of the settings and those set since, and the engines of both."""

from __future__ import annotations

from epicrisis.assembly.arms import PipelineArms
from epicrisis.assembly.pipeline import Pipeline
from epicrisis.assembly.services import Services
from epicrisis.errors import ArtifactError, InvalidInput, InvalidSettings, StorageError, UnknownEngine
from epicrisis.services.experiment_table import Experiments
from epicrisis.services.experiments import Arm, Capability, Experiment
from epicrisis.services.trials import Trials
from epicrisis.settings import Settings


def comparing(settings: Settings, services: Services) -> Trials[Pipeline]:
    """Return what chooses arms for requests; the engines of those that ``settings`` name are seen to read first.

    Raises:
        InvalidSettings: an experiment of the settings cannot be: the message says why.
    """
    of_settings = experiments_of(settings)
    trials = Trials(
        PipelineArms(services.pipeline, models=settings.models),
        experiments=Experiments(services.experiments, of_settings=of_settings),
        secret=services.secret,
        counts=services.metrics.arms,
    )
    if of_settings:
        try:
            trials.prove(of_settings)
        except (UnknownEngine, ArtifactError, InvalidInput, StorageError) as error:
            raise InvalidSettings(f"EPICRISIS_EXPERIMENTS: {error}") from error
    return trials


def experiments_of(settings: Settings) -> dict[Capability, Experiment]:
    """Return the experiments of ``settings``.

    Raises:
        InvalidSettings: one of them breaks its own rules.
    """
    try:
        found = {
            versions.capability: Experiment(
                tuple(Arm(arm.name, arm.engine, arm.weight, arm.mode) for arm in versions.arms), versions.salt
            )
            for versions in settings.experiments
        }
    except InvalidInput as error:
        raise InvalidSettings(f"EPICRISIS_EXPERIMENTS: {error}") from error
    if len(found) < len(settings.experiments):
        raise InvalidSettings("EPICRISIS_EXPERIMENTS: a capability has one experiment; put its arms into one.")
    return found
