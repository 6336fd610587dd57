from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from epicrisis.domain.documents import Document
from epicrisis.engines.contracts import EngineCard
from epicrisis.errors import CorruptArtifact, UnknownLanguage
from epicrisis.services.outcomes import Failure
from epicrisis.services.readers import ByLanguage, Offer, answer_by_language, preferring

ENGLISH = EngineCard(name="english", version="1", summary="Reads English.", languages=("en",))
SPANISH = EngineCard(name="spanish", version="1", summary="Reads Spanish.", languages=("es",))


class Engine:
    def __init__(self, card: EngineCard) -> None:
        self.card = card


def offered(build: Callable[[], Engine], *, retry_seconds: float = 60) -> ByLanguage[Engine]:
    """Return English, built already when somebody asks, and Spanish that ``build`` builds."""
    offers = {"en": Offer(ENGLISH, lambda: Engine(ENGLISH)), "es": Offer(SPANISH, build)}
    return ByLanguage(offers, retry_seconds=retry_seconds)


def test_shows_its_cards_and_builds_nothing_for_that() -> None:
    def build() -> Engine:
        raise AssertionError("built")

    engines = offered(build)

    assert engines.languages == ("en", "es")
    assert engines.cards == (ENGLISH, SPANISH)
    assert engines.card("es") is SPANISH
    assert not engines.is_built("es")


def test_is_built_when_first_needed_and_for_a_region_too() -> None:
    engines = offered(lambda: Engine(SPANISH))

    assert engines("es-MX") is engines("es")
    assert (engines.is_built("es"), engines.is_built("en")) == (True, False)


def test_two_who_need_it_at_once_wait_for_one_build() -> None:
    begun, go_on, built = Event(), Event(), []

    def build() -> Engine:
        begun.set()
        assert go_on.wait(timeout=20)
        built.append(Engine(SPANISH))
        return built[-1]

    engines = offered(build)
    with ThreadPoolExecutor(4) as threads:
        waiting = [threads.submit(engines, "es") for _ in range(4)]
        assert begun.wait(timeout=20)
        # Who needs the other language does not wait.
        assert engines("en").card is ENGLISH
        go_on.set()
        given = {id(each.result(timeout=20)) for each in waiting}

    assert (len(built), len(given)) == (1, 1)


def test_a_build_that_failed_is_told_at_once_and_tried_again_later() -> None:
    tries: list[int] = []

    def build() -> Engine:
        tries.append(1)
        if len(tries) == 1:
            raise CorruptArtifact
        return Engine(SPANISH)

    patient, restless = offered(build), offered(build, retry_seconds=0)
    for _ in range(3):
        with pytest.raises(CorruptArtifact):
            patient("es")

    assert len(tries) == 1
    tries.clear()
    with pytest.raises(CorruptArtifact):
        restless("es")
    assert restless("es").card is SPANISH


def test_says_which_could_not_be_built_until_it_could_and_tells_whoever_wants_to_know() -> None:
    tries, told = [CorruptArtifact(), None], list[tuple[str, str, str]]()

    def build() -> Engine:
        error = tries.pop(0)
        if error is not None:
            raise error
        return Engine(SPANISH)

    engines = offered(build, retry_seconds=0)
    engines.told = lambda card, language, error: told.append((card.name, language, type(error).__name__))
    before = engines.failed
    with pytest.raises(CorruptArtifact):
        engines("es")
    broken = engines.failed
    engines("es")

    assert (before, broken, engines.failed) == ((), ("es",), ())
    assert told == [("spanish", "es", "CorruptArtifact")]


def test_refuses_a_language_nothing_reads_and_names_those_there_are() -> None:
    engines = offered(lambda: Engine(SPANISH))

    with pytest.raises(UnknownLanguage, match=r"reads 'fi'; the languages are \['en', 'es'\]"):
        engines("fi")
    assert engines.find("fi") is None


def test_of_two_engines_for_a_language_the_first_answers() -> None:
    first, second = Engine(ENGLISH), Engine(EngineCard("both", "1", "Reads both.", ("en", "es")))

    engines = ByLanguage.of(first, second)

    assert (engines("en"), engines("es")) == (first, second)
    assert engines.is_built("en")


def test_an_engine_that_is_preferred_answers_for_its_languages_and_no_others() -> None:
    foreign = Engine(EngineCard("foreign", "1", "Judges English.", ("en",)))
    others = offered(lambda: Engine(SPANISH))

    engines = preferring(foreign, others)

    assert (engines("en"), engines("es")) == (foreign, others("es"))
    assert {card.name for card in engines.cards} == {"foreign", "spanish"}
    assert engines.is_built("en")


def test_each_language_is_asked_at_once_and_one_that_fails_fails_alone() -> None:
    asked: list[tuple[str, int]] = []

    def answer(language: str, documents: list[Document]) -> list[str]:
        asked.append((language, len(documents)))
        if language == "es":
            raise CorruptArtifact
        return [document.text.upper() for document in documents]

    documents = [Document("1", "a"), Document("2", "b", "es"), Document("3", "c")]
    outcomes = answer_by_language(answer, documents, document=lambda document: document)  # type: ignore[arg-type]

    assert asked == [("en", 2), ("es", 1)]
    assert [each.code if isinstance(each, Failure) else each for each in outcomes] == ["A", "corrupt-artifact", "C"]
