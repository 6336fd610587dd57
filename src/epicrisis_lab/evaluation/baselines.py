"""Other people's engines under our contract, so that one run compares them with ours on the same rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from epicrisis.domain.assertions import Assertion, Experiencer, Status, Temporality
from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.engines.contracts import AssertionEngine, EngineCard
from epicrisis_lab.errors import MissingLibrary

_GROUP = "targets"


class MedspacyAssertion:
    """medspaCy's ConText with its own English rules over given targets (Eyre et al. 2021, AMIA 2021:438).

    It knows neither conditional nor normal, and gives no scores: each answer has confidence 1. Each text is read as one
    sentence, which is what the rows of assertion corpora are.
    """

    def __init__(self, nlp: Any, version: str) -> None:
        self.nlp = nlp
        self.card = EngineCard(
            name="medspacy",
            version=version,
            summary="medspaCy ConText with its default English rules.",
            languages=("en",),
            licence="MIT",
        )

    def assess(self, document: Document, targets: Sequence[Span]) -> Sequence[Assertion]:
        """Return one assertion per target, in the order of ``targets``."""
        doc = self.nlp.make_doc(document.text)
        for token in doc:
            token.is_sent_start = token.i == 0
        # One group of spans and not doc.ents, which may not overlap: "[[chest] pain]" is two targets.
        doc.spans[_GROUP] = [
            doc.char_span(target.start, target.end, label="TARGET", alignment_mode="expand") for target in targets
        ]
        doc = self.nlp.get_pipe("medspacy_context")(doc)
        return [self._assertion(target, span._) for target, span in zip(targets, doc.spans[_GROUP], strict=True)]

    def _assertion(self, target: Span, read: Any) -> Assertion:
        return Assertion(
            target=target,
            status=self._status(read),
            confidence=1.0,
            temporality=Temporality.PAST if read.is_historical else Temporality.CURRENT,
            experiencer=Experiencer.FAMILY if read.is_family else Experiencer.PATIENT,
        )

    def _status(self, read: Any) -> Status:
        # It may set all three at once. Of the six orders this one serves it best on the training part of
        # mtsamples_status: accuracy 0.660 where negation first gives 0.657.
        if read.is_hypothetical:
            return Status.HYPOTHETICAL
        if read.is_negated:
            return Status.ABSENT
        return Status.POSSIBLE if read.is_uncertain else Status.PRESENT


def medspacy() -> AssertionEngine:
    """Build the medspaCy baseline.

    Raises:
        MissingLibrary: medspaCy is not installed in this environment.
    """
    try:
        package = import_module("medspacy")
        spacy = import_module("spacy")
    except ImportError as cause:
        raise MissingLibrary(
            f"The baseline medspacy cannot be imported ({cause}); `pip install medspacy` in an environment of its own, "
            "since it asks for a numpy older than ours, and run `epicrisis-lab evaluate` there."
        ) from cause
    nlp = spacy.blank("en")
    nlp.add_pipe("medspacy_context", config={"input_span_type": "group", "span_group_name": _GROUP})
    return MedspacyAssertion(nlp, package.__version__)


BASELINES: dict[str, Callable[[], AssertionEngine]] = {"medspacy": medspacy}
