"""Pipelines with another engine in the place of one: the arms of experiments, each built when it is first needed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path
from threading import RLock
from typing import Any

from epicrisis.assembly.pipeline import Pipeline
from epicrisis.engines import registry
from epicrisis.engines.artifacts import Artifact
from epicrisis.engines.contracts import AssertionEngine, EngineCard, NoteReader
from epicrisis.engines.encoder.load import load_encoder
from epicrisis.engines.reader import ModelReader
from epicrisis.engines.registry import Group
from epicrisis.errors import EpicrisisError, InvalidInput, UnknownEngine
from epicrisis.services.choosing import judging, of_model, reading, recorders, summarisers
from epicrisis.services.diagnose import Presentation
from epicrisis.services.experiments import Capability
from epicrisis.services.readers import ByLanguage, Readers, beside
from epicrisis.services.self_tests import prove_judge, prove_reader

_GROUPS: Mapping[Capability, Group] = {
    Capability.READERS: Group.READERS,
    Capability.ASSERTION: Group.ASSERTION,
    Capability.ENTITIES: Group.READERS,
    Capability.EXTRACTION: Group.EXTRACTION,
    Capability.SUMMARIES: Group.SUMMARIES,
    Capability.DIFFERENTIAL: Group.DIFFERENTIAL,
}
# A folder of weights is an encoder with its heads, which reads, judges and names.
_OF_FOLDERS = frozenset({Capability.READERS, Capability.ASSERTION, Capability.ENTITIES})


class PipelineArms:
    """The arms beside ``control``: engines by their registered names, or by those of folders in ``models``."""

    def __init__(self, control: Pipeline, *, models: Path | None = None) -> None:
        self.control = control
        self.models = models
        self._lock = RLock()
        self._loaded: dict[str, ModelReader] = {}
        self._pipelines: dict[tuple[Capability, str], Pipeline] = {}
        self._cards: dict[tuple[Capability, str], EngineCard] = {}

    @property
    def is_busy(self) -> bool:
        """Whether requests wait, or would if somebody else were read now."""
        return self.control.core.is_busy

    def answering(self, capability: Capability, engine: str) -> Pipeline:
        """Return the pipeline with ``engine`` in the place of that of ``capability``.

        Raises:
            UnknownEngine: there is no such engine, nor a folder of that name.
            ArtifactError: the folder is not what its card says.
        """
        built = self._pipelines.get((capability, engine))
        if built is None:
            with self._lock:
                built = self._pipelines.get((capability, engine)) or self._built(capability, engine)
                self._pipelines[capability, engine] = built
        return built

    def card(self, capability: Capability, engine: str) -> EngineCard:
        """Return the card of ``engine``, without its weights; raises as ``answering``."""
        key = capability, engine
        if key not in self._cards:
            group, folder = _GROUPS[capability], self._folder(capability, engine)
            self._cards[key] = registry.card(group, engine) if folder is None else Artifact(folder).card
        return self._cards[key]

    @property
    def cards(self) -> tuple[EngineCard, ...]:
        """Return the cards of the engines that were arms since this process began."""
        return tuple(self._cards.values())

    def cards_of_control(self, capability: Capability) -> tuple[EngineCard, ...]:
        """Return the cards of what the settings name for ``capability``."""
        if capability is Capability.DIFFERENTIAL:
            return (registry.card(Group.DIFFERENTIAL, self.control.differential),)
        return tuple(card for engines in _engines(self.control, capability) for card in engines.cards)

    def prove(self, capability: Capability, engine: str) -> EngineCard:
        """Build ``engine`` for every language it reads here, see that it passes its self-test, and return its card.

        Raises:
            UnknownEngine: there is no such engine, nor a folder of that name.
            ArtifactError: it is not what its card says, or fails its self-test.
            InvalidInput: it ranks no case of ours.
        """
        pipeline, card = self.answering(capability, engine), self.card(capability, engine)
        if capability is Capability.DIFFERENTIAL:
            _prove_ranker(pipeline, engine)
        for engines in _engines(pipeline, capability):
            for language in card.languages:
                engines.find(language)
        return card

    def _built(self, capability: Capability, engine: str) -> Pipeline:
        control, card = self.control, self.card(capability, engine)
        languages = [each for each in card.languages if each in control.intake.languages]
        match capability:
            case Capability.READERS:
                return control.with_engines(readers=self._readers(capability, engine, languages))
            case Capability.ENTITIES:
                return control.with_engines(namers=self._readers(capability, engine, languages))
            case Capability.ASSERTION:
                return control.with_engines(judges=self._judges(engine, languages))
            case Capability.EXTRACTION:
                return control.with_engines(recorders=beside(recorders(engine, languages), control.extraction.engines))
            case Capability.SUMMARIES:
                return control.with_engines(
                    summarisers=beside(summarisers(engine, languages), control.summaries.engines)
                )
            case Capability.DIFFERENTIAL:
                return control.with_engines(differential=engine)

    def _readers(self, capability: Capability, engine: str, languages: Collection[str]) -> Readers:
        folder, others = self._folder(capability, engine), self.control.annotation.readers
        if folder is None:
            return beside(reading(dict.fromkeys(languages, engine)), others)
        load: Callable[[], NoteReader] = partial(self._load, folder)
        return beside(of_model(self.card(capability, engine), load, languages, prove_reader), others)

    def _judges(self, engine: str, languages: Collection[str]) -> ByLanguage[AssertionEngine]:
        folder, others = self._folder(Capability.ASSERTION, engine), self.control.assessment.judges
        if folder is None:
            return beside(judging(dict.fromkeys(languages, engine)), others)
        load: Callable[[], AssertionEngine] = partial(self._load, folder)
        return beside(of_model(self.card(Capability.ASSERTION, engine), load, languages, prove_judge), others)

    def _folder(self, capability: Capability, engine: str) -> Path | None:
        """Return the folder called ``engine``; nothing where an engine of that name is installed."""
        if engine in registry.installed(_GROUPS[capability]):
            return None
        folders = sorted(each.parent.name for each in self.models.glob("*/card.json")) if self.models else []
        if capability in _OF_FOLDERS and self.models is not None and engine in folders:
            return self.models / engine
        known = [*registry.installed(_GROUPS[capability]), *(folders if capability in _OF_FOLDERS else [])]
        raise UnknownEngine(f"No {_GROUPS[capability].noun} or folder of EPICRISIS_MODELS {engine!r}; try {known}.")

    def _load(self, folder: Path) -> ModelReader:
        with self._lock:
            if folder.name not in self._loaded:
                self._loaded[folder.name] = ModelReader(load_encoder(folder))
            return self._loaded[folder.name]


def _engines(pipeline: Pipeline, capability: Capability) -> tuple[ByLanguage[Any], ...]:
    """Return the engines of ``capability`` by language, where they are had so."""
    match capability:
        case Capability.READERS:
            return (pipeline.annotation.readers,)
        case Capability.ASSERTION:
            return (pipeline.assessment.judges,)
        case Capability.ENTITIES:
            return (pipeline.entities.readers,)
        case Capability.EXTRACTION:
            return (pipeline.extraction.engines,)
        case Capability.SUMMARIES:
            return (pipeline.summaries.engines,)
        case Capability.DIFFERENTIAL:
            return ()


def _prove_ranker(pipeline: Pipeline, engine: str) -> None:
    """See that ``engine`` ranks a case of the knowledge base that everybody has met."""
    refusal = InvalidInput(f"The engine {engine!r} ranks no case that is told in our findings; choose another engine.")
    try:
        ranked = pipeline.differentials.one(Presentation(symptoms=("cough",)))
    except EpicrisisError as error:
        raise refusal from error
    if not ranked.hypotheses:
        raise refusal
