"""One engine per language: known by its card at once, built when it is first needed, and once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from threading import RLock
from time import monotonic
from typing import Generic, Protocol, TypeAlias, TypeVar

from epicrisis.domain.documents import Document
from epicrisis.engines.contracts import EngineCard, NoteReader
from epicrisis.errors import UnknownLanguage
from epicrisis.services.outcomes import Answer, Failure, Item, answer_each

# Weights are hashed before they are loaded: of a hundred notes in a busy hour, not each shall find them broken anew.
_RETRY_SECONDS = 5.0


class Described(Protocol):
    """An engine of any kind."""

    @property
    def card(self) -> EngineCard:
        """Describe the engine."""
        ...


Engine = TypeVar("Engine", bound=Described)
_Offered = TypeVar("_Offered", bound=Described, covariant=True)


@dataclass(frozen=True, slots=True)
class Offer(Generic[_Offered]):
    """An engine that can be had: its card now, itself when somebody needs it and, by then, found fit to read."""

    card: EngineCard
    build: Callable[[], _Offered]


class ByLanguage(Generic[_Offered]):
    """The engine of each language; a region is left aside ("es-MX" is read as "es").

    Threads that need one at the same time wait for one build. A build that failed is tried again, though not at once.
    Whoever is ``told`` hears of each that failed, by the card of what should have been built and its language.
    """

    def __init__(self, offers: Mapping[str, Offer[_Offered]], *, retry_seconds: float = _RETRY_SECONDS) -> None:
        self._offers = dict(offers)
        self._retry_seconds = retry_seconds
        self._built: dict[str, _Offered] = {}
        self._failed: dict[str, tuple[float, Exception]] = {}
        self._building = {language: RLock() for language in self._offers}
        self.told: Callable[[EngineCard, str, Exception], None] | None = None

    @classmethod
    def of(cls, *engines: Engine) -> ByLanguage[Engine]:
        """Return ``engines``, which are built already, by the languages they read; of two for one, the first."""
        built = {language: engine for engine in reversed(engines) for language in engine.card.languages}
        given = ByLanguage(
            {language: Offer(engine.card, partial(_itself, engine)) for language, engine in built.items()}
        )
        given._built.update(built)
        return given

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages there is an engine for."""
        return tuple(self._offers)

    @property
    def cards(self) -> tuple[EngineCard, ...]:
        """Return the card of each engine, once each; none is built for that."""
        cards: list[EngineCard] = []
        for offer in self._offers.values():
            if offer.card not in cards:
                cards.append(offer.card)
        return tuple(cards)

    def card(self, language: str) -> EngineCard:
        """Return the card of the engine for ``language``; raises ``UnknownLanguage`` where there is none."""
        return self._offer(_primary(language)).card

    def is_built(self, language: str) -> bool:
        """Return whether the engine for ``language`` is there already."""
        return _primary(language) in self._built

    @property
    def failed(self) -> tuple[str, ...]:
        """Return the languages whose engine somebody needed, and could not be built when that was tried last."""
        return tuple(self._failed)

    def find(self, language: str) -> _Offered | None:
        """Return the engine for ``language``, or ``None`` where there is none; raises what its build raises."""
        return self(language) if _primary(language) in self._offers else None

    def __call__(self, language: str) -> _Offered:
        """Return the engine for ``language``, built now if nobody needed it before.

        Raises:
            UnknownLanguage: there is none for that language.
            ArtifactError: its files are missing or not what its card says.
        """
        primary = _primary(language)
        engine = self._built.get(primary)
        return engine if engine is not None else self._build(primary)

    def _build(self, language: str) -> _Offered:
        offer = self._offer(language)
        with self._building[language]:
            # Whoever waited for the lock finds what the first has built, or why it could not.
            if language in self._built:
                return self._built[language]
            until, earlier = self._failed.get(language, (0.0, None))
            if earlier is not None and monotonic() < until:
                raise earlier.with_traceback(None)
            try:
                engine = self._built[language] = offer.build()
            except Exception as error:
                self._failed[language] = (monotonic() + self._retry_seconds, error)
                if self.told is not None:
                    self.told(offer.card, language, error)
                raise
            self._failed.pop(language, None)
            return engine

    def _offer(self, language: str) -> Offer[_Offered]:
        if language not in self._offers:
            raise UnknownLanguage(f"No engine here reads {language!r}; the languages are {sorted(self._offers)}.")
        return self._offers[language]


def preferring(engine: Engine, others: ByLanguage[Engine]) -> ByLanguage[Engine]:
    """Return ``others``, but for the languages ``engine`` reads: it is built already, and answers for those."""
    own = ByLanguage.of(engine)
    offers = {
        language: Offer(each.card(language), partial(each, language))
        for each in (others, own)
        for language in each.languages
    }
    engines = ByLanguage(offers)
    for language in own.languages:
        engines(language)
    return engines


def beside(engines: ByLanguage[Engine], others: ByLanguage[Engine]) -> ByLanguage[Engine]:
    """Return ``engines``, and ``others`` for the languages none of those reads; nothing is built for that."""
    return ByLanguage(
        {
            language: Offer(each.card(language), partial(each, language))
            for each in (others, engines)
            for language in each.languages
        }
    )


Readers: TypeAlias = ByLanguage[NoteReader]


def answer_by_language(
    answer: Callable[[str, Sequence[Item]], Sequence[Answer]],
    items: Sequence[Item],
    *,
    document: Callable[[Item], Document],
) -> list[Answer | Failure]:
    """Return the answer of each item in order, asking for those of a language at once; what fails, fails alone."""
    places: dict[str, list[int]] = {}
    for place, item in enumerate(items):
        places.setdefault(document(item).language, []).append(place)
    outcomes: dict[int, Answer | Failure] = {}
    for language, own in places.items():
        asked = [items[place] for place in own]
        outcomes |= zip(own, answer_each(partial(answer, language), asked, document=document), strict=True)
    return [outcomes[place] for place in range(len(items))]


def _primary(language: str) -> str:
    return language.partition("-")[0].lower()


def _itself(engine: Engine) -> Engine:
    return engine
