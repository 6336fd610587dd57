"""What keeps cases and finds similar ones: over given stores, or for a terminal over those of the installation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from epicrisis.assembly.hiding import deidentification
from epicrisis.assembly.keeping import can_seal, logs_of, sealing, stores_of
from epicrisis.assembly.pipeline import Pipeline
from epicrisis.settings import Settings

if TYPE_CHECKING:
    from epicrisis.services.audit import Audit
    from epicrisis.services.case_store import CaseStore
    from epicrisis.services.deidentify import Deidentify
    from epicrisis.services.seals import Seals
    from epicrisis.services.similar_cases import SimilarCases


def keeping_cases(
    pipeline: Pipeline, *, store: CaseStore | None, seals: Seals | None, deidentify: Deidentify, audit: Audit
) -> SimilarCases:
    """Return what keeps cases in ``store``, redacted by ``deidentify``, and finds similar ones."""
    from epicrisis.engines.codes.icd10cm.displays import displays
    from epicrisis.engines.similar.space import case_space
    from epicrisis.services.similar_cases import SimilarCases

    return SimilarCases(
        store=store,
        seals=seals,
        deidentify=deidentify,
        understand=pipeline.differentials.understood,
        audit=audit,
        space=case_space,
        displays=displays,
    )


def similar_cases(settings: Settings, pipeline: Pipeline) -> tuple[SimilarCases, Audit]:
    """Return what keeps cases, and the log it records them in; no file is made before something is kept.

    Raises:
        InvalidSettings: the secret key or an encryption key is none, or the address of the database.
        MissingDependency: PostgreSQL is asked for, and what speaks to it is not installed.
    """
    stores = stores_of(settings)
    audit, _ = logs_of(settings, stores)
    sealable = can_seal()
    cases = keeping_cases(
        pipeline,
        store=stores.cases if sealable else None,
        seals=sealing(settings) if sealable else None,
        deidentify=deidentification(settings, pipeline, recorded=True),
        audit=audit,
    )
    return cases, audit
