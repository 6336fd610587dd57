"""What an EHR can do to whoever asks it, and our words for it: they stand in a summary, so no word of the EHR does."""

from __future__ import annotations

from enum import StrEnum


class Why(StrEnum):
    """Why something is not here."""

    DOWN = "the EHR does not answer"
    BUSY = "the EHR asks to wait longer than there is time"
    FAILED = "the EHR answers with an error of its own"
    REFUSED = "the EHR does not allow us to read it"
    UNREADABLE = "what the EHR answers is not readable FHIR"
    TOO_LARGE = "what the EHR answers is larger than is taken"
    REDIRECTED = "the EHR sends us to another address, where we do not go"
    ELSEWHERE = "it is said to be on another server, where we do not go"
    NOT_OFFERED = "the EHR does not offer it"
    UNKNOWN = "the EHR does not have it"
    ENDLESS = "the EHR gives the same page again"
    NOT_TEXT = "a picture or a recording is not fetched"


class Trouble(Exception):
    """Something cannot be had; ``again`` says that the same question may have an answer in a moment."""

    def __init__(self, why: Why, *, again: bool = False, counts: bool = False, retry_after: str = "") -> None:
        super().__init__(why.value)
        self.why = why
        self.again = again
        # Whether it tells that the EHR as a whole is unwell.
        self.counts = counts
        self.retry_after = retry_after


class Refused(Trouble):
    """The EHR does not know who we are (401), or knows and does not allow it (403)."""

    def __init__(self, *, unknown: bool = False) -> None:
        super().__init__(Why.REFUSED)
        # A new token may help.
        self.unknown = unknown


def not_in_time(seconds: float, *, partly: bool = False) -> str:
    """Return how to say that the time was over."""
    return f"{'only a part of it was' if partly else 'not'} here within {seconds:g} seconds"


def too_many(most: int) -> str:
    """Return how to say that there was more than we take."""
    return f"there are more than {most} entries"


def too_many_attachments(most: int) -> str:
    """Return how to say that documents had more attachments than we fetch."""
    return f"there are more than {most} attachments, and the oldest were not fetched"


def not_theirs(count: int) -> str:
    """Return how to say that ``count`` resources were of another patient."""
    entries = "1 entry that is" if count == 1 else f"{count} entries that are"
    return f"{entries} not about this patient left out"
