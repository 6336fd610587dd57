"""What codes of ICD-10-CM are called."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from epicrisis.engines.artifacts import Artifact
from epicrisis.engines.codes.icd10cm.linker import FOLDER, TERMS
from epicrisis.engines.codes.words.index import Index
from epicrisis.engines.shipped import shipped


@cache
def displays() -> Mapping[str, str]:
    """Return the display of each code that the linker knows, read once; categories of codes have none.

    Raises:
        ArtifactError: the terms are missing or not what their card says.
    """
    index = Index.read(Artifact(shipped(FOLDER)).path(TERMS))
    return {index.codes[number]: index.displays[number] for number in range(len(index.codes))}
