"""What cannot be two things at once: the few words in which contracts A and B contradict each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from starlette.types import Scope

from epicrisis.api.problems import INVALID_REQUEST, Problem, Refused
from epicrisis.domain.assertions import Status, to_three_labels
from epicrisis.services.label import LABELS, Labelled
from epicrisis.settings import Profile

HEADER = "X-Contract"
_HEADER = HEADER.lower().encode()

_UNSETTLED = (Status.POSSIBLE, Status.CONDITIONAL)
_THREE = {status: to_three_labels(status) for status in Status}


@dataclass(frozen=True, slots=True)
class Edition:
    """How one profile speaks: the label all that is unsettled gets, how it refuses, and how it says that it is well.

    Without such a label it keeps POSSIBLE and CONDITIONAL apart. Where it is ``strict``, one bad sentence fails the
    whole batch.
    """

    unsettled: Status | None
    refusal: int
    well: str
    strict: bool

    @property
    def labels(self) -> tuple[Status, ...]:
        """Return the labels it knows."""
        other = () if self.unsettled is None else tuple(each for each in _UNSETTLED if each is not self.unsettled)
        return tuple(label for label in LABELS if label not in other)

    def read(self, labelled: Labelled) -> tuple[str, float]:
        """Return label and score; the score of a label that stands for two is the sum of theirs."""
        if self.unsettled is None or labelled.label not in _UNSETTLED:
            return labelled.label.value, round(labelled.score, 4)
        together = sum(labelled.scores.get(status, 0.0) for status in _UNSETTLED)
        return self.unsettled.value, round(min(together, 1.0), 4)


EDITIONS: Mapping[Profile, Edition] = {
    Profile.BOTH: Edition(unsettled=None, refusal=400, well="healthy", strict=False),
    Profile.A: Edition(unsettled=Status.CONDITIONAL, refusal=422, well="ok", strict=True),
    Profile.B: Edition(unsettled=Status.POSSIBLE, refusal=400, well="healthy", strict=False),
}
NAMES = tuple(profile.value for profile in Profile if profile.value)


def three_labels(label: Status) -> str:
    """Return the reading in three labels, in which a condition counts as a possibility."""
    return _THREE[label]


def unfit(field: str, detail: str) -> Problem:
    """Return the refusal of what stands in ``field`` (``""`` for the whole body), or in a header of that name."""
    pointer = field if field == HEADER else f"#/{field}" if field else "#"
    message = f"{field}: {detail}" if field else detail
    return replace(INVALID_REQUEST, detail=message, faults=({"pointer": pointer, "detail": detail},))


UNKNOWN = unfit(HEADER, f"Names no profile; send one of {list(NAMES)}, or no such header.")


def edition_named(name: bytes, default: Profile) -> Edition:
    """Return the edition a request asks for by the header ``name``.

    Raises:
        Refused: there is no such edition.
    """
    try:
        return EDITIONS[Profile(name.decode("latin-1").strip().lower()) or default]
    except ValueError:
        raise Refused(UNKNOWN) from None


def edition_for_refusal(scope: Scope, default: Profile) -> Edition:
    """Return the edition in which a request is refused: the one it asks for, ``default`` where there is none."""
    for name, value in scope["headers"]:
        if name == _HEADER:
            try:
                return edition_named(value, default)
            except Refused:
                break
    return EDITIONS[default]
