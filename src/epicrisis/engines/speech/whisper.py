"""The engine `whisper`: a recording into its words, window by window, and nothing of it kept or sent anywhere."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from epicrisis.domain.spans import Span
from epicrisis.domain.transcripts import Segment, Transcript
from epicrisis.engines.artifacts import Artifact
from epicrisis.engines.contracts import EngineCard
from epicrisis.engines.encoder.session import open_session
from epicrisis.engines.media_contracts import SAMPLE_RATE, Progress, Samples
from epicrisis.engines.shipped import shipped
from epicrisis.engines.speech.hallucinations import Said, sifted
from epicrisis.engines.speech.hearing import Heard, Whisper
from epicrisis.engines.speech.vad import Ear, VoiceActivity, stretches
from epicrisis.engines.speech.weights import digests, own, packaged
from epicrisis.engines.speech.windows import Cut, Window, windows
from epicrisis.engines.speech.words import LANGUAGES, spoken_words
from epicrisis.errors import UnknownLanguage

FOLDER, VAD = "speech", "silero_vad.onnx"
UNDETERMINED = "und"
"""The language of a recording in which nobody speaks (ISO 639-2)."""

# Below this, English and Spanish together, somebody speaks another language.
_OURS = 0.3
# What is left of a window below this, in seconds of speech, is the end of a word that was already read.
_REST = 0.3


@dataclass(slots=True)
class _Draft:
    """A transcript while it is written."""

    text: str = ""
    segments: list[Segment] = field(default_factory=list)
    dropped: int = 0

    def add(self, said: Said) -> None:
        """Write down ``said`` after what is there already."""
        if self.text:
            self.text += " "
        span = Span(len(self.text), len(self.text) + len(said.text))
        self.text += said.text
        self.segments.append(Segment(span, round(said.start, 2), round(said.end, 2), round(said.confidence, 4)))


@dataclass(frozen=True, slots=True)
class WhisperEngine:
    """Writes down what is said, by Whisper, where the voice activity detector hears somebody."""

    card: EngineCard
    model: Whisper
    activity: VoiceActivity
    ear: Ear = field(default_factory=Ear)
    cut: Cut = field(default_factory=Cut)

    def transcribe(
        self, samples: Samples, *, language: str | None = None, progress: Progress | None = None
    ) -> Transcript:
        """Return what is said in ``samples``, in ``language``, or in the one it hears.

        ``progress`` is called after each window; what it raises ends the work. Memory does not grow with the length.

        Raises:
            UnknownLanguage: ``language``, or the one it hears, is not one of the card.
        """
        spoken = self._known(language) if language else None
        seconds = len(samples) / SAMPLE_RATE
        tell: Progress = progress or (lambda _: None)
        probabilities = self.activity.probabilities(samples, tick=lambda: tell(0.0))
        speech = stretches(probabilities, self.ear, seconds=seconds)
        draft = _Draft()
        for window in windows(speech, probabilities, self.cut):
            spoken = self._listen(samples, window, spoken, draft)
            tell(window.end)
        tell(seconds)
        return Transcript(
            text=draft.text,
            language=spoken or UNDETERMINED,
            seconds=round(seconds, 2),
            speech_seconds=round(sum(each.seconds for each in speech), 2) if speech else 0.0,
            segments=tuple(draft.segments),
            dropped=draft.dropped,
            engine=self.card.name,
            version=self.card.version,
        )

    def _listen(self, samples: Samples, window: Window, language: str | None, draft: _Draft) -> str:
        """Write down what is said in ``window``, from where a reading ends too soon as well; return its language."""
        spoken = language
        while spoken is None or window.speech_seconds > _REST:
            heard = self.model.heard(_between(samples, window))
            spoken = spoken or self._language(heard)
            words = spoken_words(spoken)
            reading = self.model.read(heard, language=spoken, lasts=window.end - window.start, told=words.told)
            said, dropped = sifted(reading, window, words)
            draft.dropped += dropped
            for each in said:
                draft.add(each)
            window = window.after(window.start + reading.reached)
        return spoken

    def _language(self, heard: Heard) -> str:
        """Return which of ours is spoken."""
        if not self.model.multilingual:
            return LANGUAGES[0]
        probabilities = self.model.languages(heard)
        ours = {language: probabilities.get(language, 0.0) for language in self.card.languages}
        if sum(ours.values()) < _OURS:
            raise UnknownLanguage(
                f"The recording does not sound like one of {list(ours)}; say which of them it is, or send another."
            )
        return max(ours, key=lambda each: ours[each])

    def _known(self, language: str) -> str:
        primary = language.partition("-")[0].lower()
        if primary not in self.card.languages:
            raise UnknownLanguage(
                f"The speech engine 'whisper' does not know {language!r}; it knows {list(self.card.languages)}."
            )
        return primary


@dataclass(frozen=True, slots=True)
class Shipped:
    """What the entry point names: Whisper base, from the packages of the extra `speech`."""

    @property
    def card(self) -> EngineCard:
        """Describe the engine; its weights are looked at when they are loaded."""
        return Artifact(shipped(FOLDER)).card

    def __call__(self) -> WhisperEngine:
        """Build the engine; raises as ``load`` does."""
        return load()


def load(folder: Path | None = None, *, threads: int = 0) -> WhisperEngine:
    """Load Whisper base, or the model in ``folder``, as CTranslate2 converts one.

    Raises:
        MissingDependency: a package of the extra `speech` is not installed.
        MissingArtifact: a file is not there.
        CorruptArtifact: a file is not what the card says, or the folder holds no model.
    """
    artifact = Artifact(shipped(FOLDER))
    activity = VoiceActivity(open_session(artifact.path(VAD), threads=1))
    files = packaged(artifact.card.sha256) if folder is None else own(folder)
    model = Whisper(files, threads=threads)
    card = artifact.card
    if folder is not None:
        card = replace(
            card,
            version=folder.name,
            summary="A Whisper model of your own, run by CTranslate2 in eight bits.",
            languages=LANGUAGES if model.multilingual else LANGUAGES[:1],
            trained_on=(),
            licence="as its folder says",
            scores={},
            sha256=dict(digests(files)),
        )
    return WhisperEngine(card, model, activity)


def _between(samples: Samples, window: Window) -> Samples:
    return samples[int(window.start * SAMPLE_RATE) : int(window.end * SAMPLE_RATE)]


build = Shipped()
