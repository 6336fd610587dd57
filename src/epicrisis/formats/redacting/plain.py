"""Plain text: one question, one answer, in the encoding it came in."""

from __future__ import annotations

from collections.abc import Sequence

from epicrisis.formats.redacting.asking import Options, Question
from epicrisis.formats.redacting.encodings import decoded


class PlainText:
    """A text file."""

    def __init__(self, data: bytes, options: Options) -> None:
        """Read ``data``.

        Raises:
            UnreadableDocument: it is not text in an encoding we know.
        """
        self._decoded = decoded(data)
        self.questions: Sequence[Question] = [Question(self._decoded.text)]

    def written(self, answers: Sequence[str]) -> bytes:
        """Return the text as it was answered."""
        return self._decoded.encoded(answers[0])
