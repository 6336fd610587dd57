"""The only builder: settings in, services out; nothing else in the house makes a service.

    settings ── load ──▶ Pipeline                                     the library, the command line
        └────── serving ──▶ Services ── api.app.create_app ──▶ app    the server

``server.serving`` is the list of what a server has, line by line; each line leads on:

- ``loading``: which engines read, and what is remembered of their answers; makes a ``pipeline.Pipeline``
- ``keeping``: what is kept between requests, where, and under which secret and keys
- ``hiding``: what hides identities, for a server or for a terminal
- ``files``: what reads files and listens to recordings
- ``ehr`` and ``summaries``: where patients are fetched from, and what summarises them
- ``comparing`` and ``arms``: which versions of engines are compared, and pipelines with one of them
- ``advice``: what advises an EHR that calls CDS Hooks
- ``cases``: what keeps cases and finds similar ones, for a terminal
- ``note_summaries``: what rewords summaries of notes
- ``services``: the ``Services`` a server is handed, every one with a twin in memory where none is given
"""

from __future__ import annotations

from epicrisis.assembly.advice import advising
from epicrisis.assembly.comparing import comparing
from epicrisis.assembly.ehr import patient_records
from epicrisis.assembly.files import file_reading, listening
from epicrisis.assembly.hiding import deidentification, file_redaction
from epicrisis.assembly.keeping import audit_log, interactions_of, is_installed, key_ring, resealing, sealing
from epicrisis.assembly.loading import load
from epicrisis.assembly.note_summaries import rewording
from epicrisis.assembly.pipeline import Pipeline
from epicrisis.assembly.server import serving
from epicrisis.assembly.services import Services
from epicrisis.assembly.summaries import models_of, summarizing

__all__ = [
    "Pipeline",
    "Services",
    "advising",
    "audit_log",
    "comparing",
    "deidentification",
    "file_reading",
    "file_redaction",
    "interactions_of",
    "is_installed",
    "key_ring",
    "listening",
    "load",
    "models_of",
    "patient_records",
    "resealing",
    "rewording",
    "sealing",
    "serving",
    "summarizing",
]
