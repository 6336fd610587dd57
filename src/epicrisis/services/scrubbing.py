"""Takes identifiers out of what a language model is to read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from epicrisis.domain.documents import Document
from epicrisis.errors import GenerationFailed
from epicrisis.services.outcomes import Failure

if TYPE_CHECKING:
    from epicrisis.engines.summary.models.contracts import ModelCard
    from epicrisis.services.deidentify import Deidentify


class Scrubbing:
    """Redacts texts by ``policy``; ``spares_own`` lets a model inside this process read them as they are.

    What leaves the process never does so unredacted.
    """

    def __init__(self, deidentify: Callable[[], Deidentify], *, policy: str, spares_own: bool = False) -> None:
        self.deidentify = deidentify
        self.policy = policy
        self.spares_own = spares_own

    def __call__(self, texts: Sequence[str], language: str, *, reader: ModelCard) -> list[str]:
        """Return ``texts`` as ``reader`` may read them, in order.

        Raises:
            GenerationFailed: one of them could not be redacted, so none may be read.
            UnknownPolicy: there is no such policy.
        """
        if self.spares_own and not reader.leaves_process:
            return list(texts)
        documents = [Document(id=str(number), text=text, language=language) for number, text in enumerate(texts)]
        redacted = self.deidentify().many(documents, policy=self.policy)
        if any(isinstance(each, Failure) for each in redacted):
            raise GenerationFailed("A sentence could not be redacted, so nothing was given to the model.")
        return [each.document.text for each in redacted if not isinstance(each, Failure)]
