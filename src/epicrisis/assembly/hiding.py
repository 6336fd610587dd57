"""What hides who a note is about: by which policies, with which engines, under which secret."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from epicrisis.assembly.keeping import can_seal, logs_of, sealing, secret_of, stores_of
from epicrisis.assembly.pipeline import Pipeline
from epicrisis.domain.redactions import Policy
from epicrisis.settings import Settings

if TYPE_CHECKING:
    from epicrisis.services.deidentify import Deidentify
    from epicrisis.services.redact_files import RedactFiles
    from epicrisis.services.room import Room


def deidentification(settings: Settings, pipeline: Pipeline, *own: Policy, recorded: bool = False) -> Deidentify:
    """Return what hides who a note is about, and, where it is ``recorded``, says so in the logs of the installation.

    It has the policies of ``settings`` and those given, and the secret of the installation, made on first need.

    Raises:
        InvalidPolicy: a policy of the installation breaks the rules.
        InvalidSettings: the secret key is too short to be one.
    """
    from epicrisis.services.deidentify import Deidentify

    audit, log = logs_of(settings, stores_of(settings)) if recorded else (None, None)
    return Deidentify(
        identify=pipeline.identify,
        cards=pipeline.identify.cards,
        policies={**known_policies(settings.policies), **{policy.name: policy for policy in own}},
        secret=secret_of(settings),
        seals=sealing(settings) if can_seal() else None,
        audit=audit,
        log=log,
    )


def file_redaction(
    settings: Settings, pipeline: Pipeline, deidentify: Deidentify, *, room: Room | None = None
) -> RedactFiles:
    """Return what redacts whole files as ``deidentify`` redacts notes, in ``room`` and the limits of ``settings``."""
    from epicrisis.formats.contained.limits import Limits
    from epicrisis.services.redact_files import RedactFiles

    limits = Limits(file_bytes=settings.max_upload_bytes, seconds=settings.file_seconds)
    return RedactFiles(deidentify, intake=pipeline.intake, limits=limits, room=room)


def known_policies(folder: Path | None = None) -> Mapping[str, Policy]:
    """Return the policies we ship, and those in ``folder``; raises ``InvalidPolicy`` where one breaks the rules."""
    from epicrisis.engines.privacy.policies import all_policies

    return all_policies(folder)
