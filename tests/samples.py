"""The samples of FHIR, C-CDA and HL7 v2 below ``EPICRISIS_CORPORA``, for the tests that look at them where they are."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from epicrisis_lab.corpora.catalogue import data_root


def samples(pattern: str) -> list[Path]:
    """Return the files that ``pattern`` names below ``fhir``, sorted; none where there are no corpora."""
    root = data_root()
    return [] if root is None else sorted((root / "fhir").glob(pattern))


def content(path: Path) -> bytes:
    """Return the bytes of a sample, unpacked."""
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


BUNDLES = samples("synthea_r4/*.json.gz")
needs_samples = pytest.mark.skipif(
    not BUNDLES, reason="the samples are not on this machine: EPICRISIS_CORPORA names their folder"
)
