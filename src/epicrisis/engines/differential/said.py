"""What the words of a case speak for: a small network over what an encoder of clauses hears in each statement.

What is heard of a statement, and whether it is said to be there, go through two layers and are added up over the
statements (Zaheer et al. 2017, "Deep Sets"); with age and sex that gives a score to each condition, and to none. It was
taught on cases drawn from the knowledge base and told in written clauses: it knows no more than the tables, and hears
what they have no name for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from epicrisis.domain.differentials import Case
from epicrisis.domain.patients import Sex
from epicrisis.engines.artifacts import Artifact
from epicrisis.engines.contracts import EngineCard
from epicrisis.engines.differential.additive import FEMALE, MALE
from epicrisis.engines.differential.knowledge.base import Floats
from epicrisis.engines.differential.knowledge.entries import BANDS
from epicrisis.engines.differential.knowledge.reading import knowledge_base
from epicrisis.engines.differential.likeness import GRAPH, SHIPPED
from epicrisis.engines.differential.ranking import band_of
from epicrisis.engines.shipped import ShippedEngine
from epicrisis.errors import CorruptArtifact

FOLDER, HEADS = "wording", "heads.npz"
CONDITIONS, ENCODER = "conditions", "encoder"
"""What the file of heads calls the conditions they score, and the checksum of the encoder each was taught on."""
UNTOLD_BAND, UNTOLD_SEX = len(BANDS) + 1, 2
PERSON = UNTOLD_BAND + 1 + UNTOLD_SEX + 1
"""How many numbers say of whom a case is: one a band of age, one a sex, and one each where it is not told."""

Vectors = NDArray[np.float32]
_SEXES = {Sex.FEMALE: FEMALE, Sex.MALE: MALE}
_SMALL = 1e-5


@dataclass(frozen=True, slots=True)
class Head:
    """The layers of one language: weights and biases by their names; scores are divided by ``temperature``."""

    conditions: Sequence[str]
    weights: Mapping[str, Vectors]
    temperature: float

    def heard(self, statements: Vectors) -> Vectors:
        """Return what each of (N, width) statements adds, (N, hidden)."""
        hidden = np.maximum(statements @ self.weights["a"] + self.weights["a_bias"], 0.0)
        return np.asarray(np.maximum(hidden @ self.weights["b"] + self.weights["b_bias"], 0.0))

    def scores(self, added: Vectors, person: Vectors, columns: Sequence[int] | slice = slice(None)) -> Floats:
        """Return the log-odds of the conditions in ``columns`` against none, in nats, for each row of ``added``."""
        centred = added - added.mean(axis=1, keepdims=True)
        even = centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + _SMALL)
        told = np.hstack([even * self.weights["scale"] + self.weights["shift"], np.tile(person, (len(added), 1))])
        weights, biases = self.weights["c"], self.weights["c_bias"]
        none = told @ weights[:, -1] + biases[-1]
        scores = told @ weights[:, :-1][:, columns] + biases[:-1][columns]
        return np.asarray((scores - none[:, None]) / self.temperature, dtype=np.float64)


@dataclass(frozen=True)
class Wording:
    """The statements of one case as ``head`` reads them: (N, width) of them, and of whom they are said."""

    head: Head
    statements: Vectors
    person: Vectors

    @cached_property
    def scores(self) -> Floats:
        """The log-odds of each condition against none of them, in nats."""
        return np.asarray(self.head.scores(self._added[None, :], self.person)[0])

    @cached_property
    def before(self) -> Floats:
        """What ``scores`` would be, had nothing been said."""
        return np.asarray(self.head.scores(np.zeros_like(self._added)[None, :], self.person)[0])

    def lost(self, columns: Sequence[int]) -> Floats:
        """Return what the score of each condition in ``columns`` loses without each statement, a row a statement.

        That is occlusion (Zeiler and Fergus 2014).
        """
        without = self.head.scores(self._added - self._heard, self.person, columns)
        return np.asarray(self.scores[list(columns)] - without)

    @cached_property
    def _heard(self) -> Vectors:
        return self.head.heard(self.statements)

    @cached_property
    def _added(self) -> Vectors:
        return np.asarray(self._heard.sum(axis=0), np.float32)


def wording_of(case: Case, head: Head) -> Wording:
    """Return what the note of ``case`` says, clause by clause."""
    statements = np.array([each.heard for each in case.said], np.float32)
    statements[:, -1] = np.tanh(statements[:, -1])
    return Wording(head, statements, person_of(case))


def log_shares(scores: Floats, possible: NDArray[np.bool_]) -> Floats:
    """Return the logarithm of how likely each condition is where it is one of those that are ``possible``."""
    odds = np.where(possible, scores, -np.inf)
    highest = odds.max()
    return np.asarray(scores - highest - np.log(np.exp(odds - highest).sum()))


def person_of(case: Case) -> Vectors:
    """Return of whom ``case`` is, as a head is shown it."""
    person = np.zeros(PERSON, np.float32)
    person[UNTOLD_BAND if case.age is None else band_of(case.age)] = 1.0
    person[UNTOLD_BAND + 1 + _SEXES.get(case.sex, UNTOLD_SEX)] = 1.0
    return person


class Heads:
    """The heads of the languages, and the card they come with."""

    def __init__(self, artifact: Artifact) -> None:
        """Read the file of heads of ``artifact``.

        Raises:
            CorruptArtifact: one was taught on another encoder of clauses, or on other tables, than those that ship.
        """
        self.card: EngineCard = artifact.card
        self._heads = dict[str, Head]()
        with np.load(artifact.path(HEADS), allow_pickle=False) as held:
            conditions = held[CONDITIONS].tolist()
            if not set(conditions) <= knowledge_base().conditions.keys():
                raise CorruptArtifact(
                    f"The model '{FOLDER}' scores conditions the tables do not have; reinstall epicrisis."
                )
            for language in self.card.languages:
                own = {name.partition(".")[2]: held[name] for name in held.files if name.startswith(f"{language}.")}
                if str(own.pop(ENCODER)) != SHIPPED[language].card.sha256[GRAPH]:
                    raise CorruptArtifact(
                        f"The model '{FOLDER}' was taught on another encoder than the one of {language!r} that is "
                        "installed; reinstall epicrisis."
                    )
                weights = {name: each.astype(np.float32) for name, each in own.items()}
                self._heads[language] = Head(conditions, weights, artifact.temperatures[language])

    def of(self, language: str) -> Head | None:
        """Return the head of ``language``, if there is one."""
        return self._heads.get(language)


SHIPPED_HEADS = ShippedEngine(FOLDER, Heads)
"""The heads that ship."""


@cache
def heads() -> Heads:
    """Return the heads that ship, read once."""
    return SHIPPED_HEADS()
