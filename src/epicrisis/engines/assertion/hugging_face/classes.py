"""What the classes of a foreign model mean in our words, and where they say more than a status."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from epicrisis.domain.annotations import Sentence
from epicrisis.domain.assertions import Assertion, Experiencer, SentenceLabel, Status, to_four_labels
from epicrisis.domain.spans import Span
from epicrisis.errors import CorruptArtifact

SOMEONE_ELSE = "ASSOCIATED_WITH_SOMEONE_ELSE"

# The names model cards use. The last is a class of the 2010 i2b2/VA task: the finding is so, but not of the patient.
UNDERSTOOD: Mapping[str, Status] = {
    **{status.value: status for status in Status},
    "AFFIRMED": Status.PRESENT,
    "POSITIVE": Status.PRESENT,
    "NEGATED": Status.ABSENT,
    "NEGATIVE": Status.ABSENT,
    "UNCERTAIN": Status.POSSIBLE,
    SOMEONE_ELSE: Status.PRESENT,
}


@dataclass(frozen=True, slots=True)
class Classes:
    """The classes of a model in the order of its outputs, by the names its configuration gives them."""

    names: tuple[str, ...]

    @classmethod
    def of(cls, config: Mapping[str, Any], *, model: str) -> Classes:
        """Return the classes that ``id2label`` of a ``config.json`` names.

        Raises:
            CorruptArtifact: it names none, or one we do not understand.
        """
        try:
            numbered = {int(number): str(name) for number, name in config["id2label"].items()}
            names = tuple(_plain(numbered[number]) for number in range(len(numbered)))
        except (AttributeError, KeyError, TypeError, ValueError) as cause:
            raise CorruptArtifact(
                f"The config.json of {model!r} does not name its labels; put 'id2label' there, from 0 on, "
                f"in words of {list(UNDERSTOOD)}."
            ) from cause
        unknown = [name for name in names if name not in UNDERSTOOD]
        if unknown or len(names) < 2:
            raise CorruptArtifact(
                f"The labels of {model!r} are {list(names)}; we understand {list(UNDERSTOOD)}. "
                "Write what each means into 'id2label' of its config.json."
            )
        return cls(names)

    def __len__(self) -> int:
        return len(self.names)

    @property
    def statuses(self) -> tuple[Status, ...]:
        """Return what each class says of a finding, in order."""
        return tuple(UNDERSTOOD[name] for name in self.names)

    def scores(self, shares: NDArray[np.float32]) -> dict[Status, float]:
        """Return the probabilities ``shares`` (classes,) as one score for every status."""
        scores = dict.fromkeys(Status, 0.0)
        for status, share in zip(self.statuses, shares, strict=True):
            scores[status] += float(share)
        return {status: round(share, 4) for status, share in scores.items()}

    def assertion(self, target: Span, shares: NDArray[np.float32]) -> Assertion:
        """Return what the probabilities ``shares`` (classes,) say of ``target``, with a score for every status."""
        scores = self.scores(shares)
        status = max(scores, key=lambda each: scores[each])
        _, name = max(
            (share, name) for name, share in zip(self.names, shares, strict=True) if UNDERSTOOD[name] is status
        )
        experiencer = Experiencer.OTHER if name == SOMEONE_ELSE else Experiencer.PATIENT
        return Assertion(target, status, scores[status], experiencer=experiencer, scores=scores)

    def sentence(self, span: Span, shares: NDArray[np.float32]) -> Sentence:
        """Return what the probabilities ``shares`` (classes,) say of the whole sentence ``span``."""
        scores = dict.fromkeys(SentenceLabel, 0.0)
        for status, share in self.scores(shares).items():
            scores[SentenceLabel(to_four_labels(status))] += share
        label = max(scores, key=lambda each: scores[each])
        return Sentence(span, label, {each: round(share, 4) for each, share in scores.items()})


def _plain(name: str) -> str:
    return name.strip().upper().replace("-", "_").replace(" ", "_")
