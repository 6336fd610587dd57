"""Everything epicrisis can refuse, on one page.

EpicrisisError
├── InvalidInput                what was sent cannot be read as asked
│   ├── InvalidSpan             offsets that mark nothing
│   ├── EmptyText               nothing to read
│   ├── TextTooLong             over the limit, refused before any work
│   ├── UnreadableText          lone surrogates, RTF or bytes where text belongs
│   ├── UnreadableDocument      bytes that are not a document we can read
│   │   └── UnsupportedDocument a kind of file that is not read here
│   └── InvalidRow              one bad row of a batch
├── UnknownEngine               no engine of that name
├── UnknownLanguage             no engine for that language
├── UnknownModel                no language model of that name and type
├── UnknownEhr                  no EHR of that alias
├── UnknownKey                  no API key of that id
├── UnknownRecord               nothing of that id, or not for whoever asks
├── UnknownPolicy               no redaction policy of that name
├── InvalidPolicy               a redaction policy breaks its own rules
├── UnprovenRedaction           a redacted file that still shows what was to go
├── ArtifactError               a shipped file that cannot be trusted
│   ├── MissingArtifact         the file is not there
│   └── CorruptArtifact         the file is not what its card says
├── InvalidWordList             a cue, heading or abbreviation list breaks its own rules
├── InvalidSettings             settings that contradict each other
├── MissingDependency           an optional package this needs is not installed
├── StorageError                what is kept between requests cannot be read or written
│   └── BrokenSeal              a sealed value does not open where it stands
├── AccessDenied                whoever asks may not
│   ├── Unauthenticated         nobody we know
│   └── Forbidden               somebody without the scope this takes
├── KeyReused                   an Idempotency-Key that came with another request before
├── StillRunning                the request of an Idempotency-Key is being done
├── RateLimited                 more requests than one client may make
├── DeadlineExceeded            not done in the time a request has
├── Cancelled                   whoever asked for it wants it no more
├── Overloaded                  more work than we accept right now
├── GenerationFailed            a language model that could not answer
├── EhrUnavailable              an EHR that does not answer
├── EhrRefused                  an EHR that does not let us in
├── PatientNotFound             no patient of that id
├── WrongPatient                a record that is somebody else's
└── Unreachable                 a server asked by this one, or by the client, does not answer

The docstring of each class is its default message; ``code`` is what clients rely on.
Messages offer the next step and speak of ids, offsets and lengths, never of the text itself.
"""

from __future__ import annotations


class EpicrisisError(Exception):
    """Something went wrong in epicrisis."""

    code = "error"
    # Which request it was, where a server told the client.
    request_id: str | None = None

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())


class InvalidInput(EpicrisisError):
    """What was sent cannot be read as asked."""

    code = "invalid-input"


class InvalidSpan(InvalidInput):
    """The offsets mark no stretch of the text."""

    code = "invalid-span"


class EmptyText(InvalidInput):
    """There is no text to read; send at least one character that is not white space."""

    code = "empty-text"


class TextTooLong(InvalidInput):
    """The text is longer than this installation reads; split it, or raise EPICRISIS_MAX_CHARS."""

    code = "text-too-long"


class UnreadableText(InvalidInput):
    """This is not plain text; send Unicode text without lone surrogates or binary content."""

    code = "unreadable-text"


class UnreadableDocument(InvalidInput):
    """The bytes received are not a document we can read."""

    code = "unreadable-document"


class UnsupportedDocument(UnreadableDocument):
    """The file is of a kind that is not read here; the message names those that are."""

    code = "unsupported-document"


class InvalidRow(InvalidInput):
    """A row of the batch cannot be read; it is reported and the rest goes on."""

    code = "invalid-row"


class UnknownEngine(EpicrisisError):
    """There is no engine of that name; `epicrisis engines` lists what is installed."""

    code = "unknown-engine"


class UnknownLanguage(EpicrisisError):
    """No engine reads that language yet; `epicrisis engines` lists the languages of each."""

    code = "unknown-language"


class UnknownModel(EpicrisisError):
    """There is no language model of that name and type."""

    code = "unknown-model"


class UnknownEhr(EpicrisisError):
    """There is no EHR of that name; EPICRISIS_EHRS names those there are."""

    code = "unknown-ehr"


class UnknownKey(EpicrisisError):
    """There is no API key of that id; `epicrisis keys list` shows the ids there are."""

    code = "unknown-key"


class UnknownPolicy(EpicrisisError):
    """There is no redaction policy of that name; `epicrisis redact --help` lists those we ship."""

    code = "unknown-policy"


class InvalidPolicy(EpicrisisError):
    """A redaction policy breaks the rules of policies; docs/how-to/redact-notes.md tells them."""

    code = "invalid-policy"


class UnknownRecord(EpicrisisError):
    """There is nothing of that id here, or it belongs to somebody else."""

    code = "unknown-record"


class UnprovenRedaction(EpicrisisError):
    """What was to go could still be read in the redacted file, so nothing is returned; send its text instead."""

    code = "unproven-redaction"


class ArtifactError(EpicrisisError):
    """A file shipped with epicrisis cannot be used; reinstall the package."""

    code = "artifact-error"


class MissingArtifact(ArtifactError):
    """A model file is missing; reinstall the package."""

    code = "missing-artifact"


class CorruptArtifact(ArtifactError):
    """A model file does not match the checksum on its card; reinstall the package."""

    code = "corrupt-artifact"


class InvalidWordList(EpicrisisError):
    """A word list breaks its own rules; `scripts/check` names the line."""

    code = "invalid-word-list"


class InvalidSettings(EpicrisisError):
    """The settings contradict each other."""

    code = "invalid-settings"


class MissingDependency(EpicrisisError):
    """An optional package this needs is not installed; the message names the command that installs it."""

    code = "missing-dependency"


class StorageError(EpicrisisError):
    """What the server keeps cannot be read or written; see that EPICRISIS_DATA is a folder it may write to."""

    code = "storage-error"


class BrokenSeal(StorageError):
    """A sealed value does not open where it stands: it was changed or moved, or its encryption key is not at hand."""

    code = "broken-seal"


class AccessDenied(EpicrisisError):
    """Whoever asks may not do this."""

    code = "access-denied"


class Unauthenticated(AccessDenied):
    """Say who asks: send `Authorization: Bearer` with an API key or a token of a configured issuer."""

    code = "unauthenticated"


class Forbidden(AccessDenied):
    """This key or token does not hold the scope that the route takes."""

    code = "forbidden"


class KeyReused(EpicrisisError):
    """This Idempotency-Key came with another request before; send a new key with each, and the same when you retry."""

    code = "idempotency-key-reused"


class StillRunning(EpicrisisError):
    """The request of this Idempotency-Key is still being done; send it again in a moment for its answer."""

    code = "still-running"


class RateLimited(EpicrisisError):
    """More requests than one client may make in a minute; wait as long as Retry-After says."""

    code = "rate-limited"


class DeadlineExceeded(EpicrisisError):
    """The answer was not ready in the time a request has; send less text at once, or try again in a moment."""

    code = "deadline-exceeded"


class Cancelled(EpicrisisError):
    """This was cancelled by whoever asked for it; ask again for an answer."""

    code = "cancelled"


class Overloaded(EpicrisisError):
    """More work than this installation accepts right now; try again in a moment."""

    code = "overloaded"


class GenerationFailed(EpicrisisError):
    """The language model could not answer; ask again, or for the generation mode 'rule', which needs none."""

    code = "generation-failed"


class EhrUnavailable(EpicrisisError):
    """The EHR does not answer; try again in a moment, or send the record itself."""

    code = "ehr-unavailable"


class EhrRefused(EpicrisisError):
    """The EHR does not let us in; see that the token it was sent holds, and that it may read this patient."""

    code = "ehr-refused"


class PatientNotFound(EpicrisisError):
    """There is no patient of that id; see that it is the one by which this EHR or this record knows the patient."""

    code = "patient-not-found"


class WrongPatient(EpicrisisError):
    """The record that came is somebody else's, so nothing is said about the patient asked for."""

    code = "wrong-patient"


class Unreachable(EpicrisisError):
    """The server does not answer; see that it runs, and that its address is right."""

    code = "unreachable"
