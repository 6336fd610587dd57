"""Presidio under our contract, where it is installed; and what is said where it is not."""

from __future__ import annotations

from importlib.util import find_spec
from itertools import pairwise

import pytest

from epicrisis.domain.documents import Document
from epicrisis.domain.identifiers import IdentifierKind
from epicrisis_lab.baselines.presidio import presidio
from epicrisis_lab.errors import MissingCapability, MissingLibrary

TEXT = "Ana Prueba called from 212-555-0134 about ana@example.org."


def test_a_language_without_a_packaged_model_is_refused() -> None:
    with pytest.raises(MissingCapability, match="no packaged spaCy model for 'es', only 'en'"):
        presidio("es")


@pytest.mark.skipif(find_spec("presidio_analyzer") is not None, reason="Presidio is installed here")
def test_where_it_is_missing_the_message_says_what_brings_it() -> None:
    with pytest.raises(MissingLibrary, match=r"pip install epicrisis\[bench\]"):
        presidio("en")


@pytest.mark.skipif(find_spec("presidio_analyzer") is None, reason="needs the bench extra")
def test_its_findings_are_told_in_our_kinds_without_overlaps() -> None:
    [found] = presidio("en").find([Document("1", TEXT)])

    kinds = {TEXT[each.span.start : each.span.end]: each.kind for each in found}
    assert kinds["212-555-0134"] is IdentifierKind.PHONE
    assert kinds["ana@example.org"] is IdentifierKind.EMAIL
    assert all(one.span.end <= other.span.start for one, other in pairwise(found))
