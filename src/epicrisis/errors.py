"""Everything epicrisis can refuse, on one page.

EpicrisisError
├── InvalidInput                what was sent cannot be read as asked
│   ├── InvalidSpan             offsets that mark nothing
│   ├── EmptyText               nothing to read
│   ├── TextTooLong             over the limit, refused before any work
│   ├── UnreadableText          lone surrogates, RTF or bytes where text belongs
│   ├── UnreadableDocument      bytes that are not a document we can read
│   └── InvalidRow              one bad row of a batch
├── UnknownEngine               no engine of that name
├── UnknownLanguage             no engine for that language
├── ArtifactError               a shipped file that cannot be trusted
│   ├── MissingArtifact         the file is not there
│   └── CorruptArtifact         the file is not what its card says
├── InvalidWordList             a cue, heading or abbreviation list breaks its own rules
├── InvalidSettings             settings that contradict each other
├── MissingDependency           an optional package this needs is not installed
└── Overloaded                  more work than we accept right now

The docstring of each class is its default message; ``code`` is what clients rely on.
Messages offer the next step and speak of ids, offsets and lengths, never of the text itself.
"""

from __future__ import annotations


class EpicrisisError(Exception):
    """Something went wrong in epicrisis."""

    code = "error"

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


class InvalidRow(InvalidInput):
    """A row of the batch cannot be read; it is reported and the rest goes on."""

    code = "invalid-row"


class UnknownEngine(EpicrisisError):
    """There is no engine of that name; `epicrisis engines` lists what is installed."""

    code = "unknown-engine"


class UnknownLanguage(EpicrisisError):
    """No engine reads that language yet; `epicrisis engines` lists the languages of each."""

    code = "unknown-language"


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


class Overloaded(EpicrisisError):
    """More work than this installation accepts right now; try again in a moment."""

    code = "overloaded"
