"""The tagger in two graphs, with vectors kept from note to note, finds what the one graph finds, score by score."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

onnx = pytest.importorskip("onnx", reason="joining graphs needs the lab extra: make lab")

from epicrisis.domain.documents import Document  # noqa: E402
from epicrisis.engines.artifacts import Artifact  # noqa: E402
from epicrisis.engines.encoder.pieces import PieceTokenizer  # noqa: E402
from epicrisis.engines.encoder.session import Answers, Arrays, Session, open_session  # noqa: E402
from epicrisis.engines.privacy.blocks import PIECES  # noqa: E402
from epicrisis.engines.privacy.learnt import CONTEXT, TAGS, TOKENIZER, WORDS, load_tagger  # noqa: E402
from epicrisis.engines.privacy.tagger import Tagger  # noqa: E402
from epicrisis.engines.shipped import shipped  # noqa: E402
from epicrisis_lab.corpora.catalogue import corpus, data_root  # noqa: E402
from epicrisis_lab.corpora.reading import load_rows  # noqa: E402
from epicrisis_lab.training.identifiers.model import KINDS  # noqa: E402

FOLDER = shipped("identifiers")
INVENTED = [
    "Patient: Ana Prueba Ruiz, MRN 4417902, seen by Dr. Zellerqvist on 03/04/2021 at St. Mary's Hospital.\n\nNo fever.",
    "Señora Núñez’s daughter, 93 years old, lives in Springfield. Call (555) 555-0134; see [SEP] and 5 µg.",
    "chest pain since monday, ana.prueba@example.org " * 40,
]


class Heard:
    """Runs what another session runs, and keeps its scores."""

    def __init__(self, session: Session) -> None:
        self.session, self.scores = session, list[NDArray[Any]]()
        self.inputs, self.runtime = session.inputs, session.runtime

    def run(self, inputs: Sequence[Arrays]) -> list[dict[str, NDArray[Any]]]:
        answers = self.session.run(inputs)
        self.scores += [a["tags"][batch["mask"] > 0] for a, batch in zip(answers, inputs, strict=True)]
        return answers

    def begun(self, inputs: Sequence[Arrays]) -> AbstractContextManager[Answers]:
        return nullcontext(partial(self.run, inputs))


class HandedOn:
    """In the place of the graph of words: hands on what it is given, for the one graph to read."""

    inputs, runtime = ("pieces", "characters", "before"), "none"

    def run(self, inputs: Sequence[Arrays]) -> list[dict[str, NDArray[Any]]]:
        return [
            {"vectors": np.dstack([batch["pieces"], batch["characters"], batch["before"]]).astype(np.float32)}
            for batch in inputs
        ]

    def begun(self, inputs: Sequence[Arrays]) -> AbstractContextManager[Answers]:
        return nullcontext(partial(self.run, inputs))


class OneGraph(HandedOn):
    """In the place of the graph of the context: the one graph, over all that was handed on."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def run(self, inputs: Sequence[Arrays]) -> list[dict[str, NDArray[Any]]]:
        return self._session.run([self._whole(batch) for batch in inputs])

    def _whole(self, batch: Arrays) -> Arrays:
        given = batch["vectors"].astype(np.int64)
        return {
            "words_pieces": given[..., :PIECES],
            "words_characters": given[..., PIECES:-1],
            "words_before": given[..., -1],
            "context_mask": batch["mask"],
        }


@pytest.fixture(scope="module")
def one_graph(tmp_path_factory: pytest.TempPathFactory) -> Session:
    words, context = (onnx.load(str(FOLDER / file)) for file in (WORDS, CONTEXT))
    whole = onnx.compose.merge_models(
        words, context, io_map=[("vectors", "vectors")], prefix1="words_", prefix2="context_"
    )
    whole.graph.output[0].name = whole.graph.node[-1].output[0] = "tags"
    path: Path = tmp_path_factory.mktemp("whole") / "tagger.onnx"
    onnx.save(whole, str(path))
    return open_session(path, threads=2)


def tagger(words: Session, context: Session) -> Tagger:
    artifact = Artifact(FOLDER)
    return Tagger(
        PieceTokenizer(FOLDER / TOKENIZER),
        words,
        context,
        artifact.card,
        KINDS,
        temperature=artifact.temperatures[TAGS],
    )


@pytest.fixture
def both(one_graph: Session) -> Callable[[Sequence[Document]], None]:
    """Return what compares both taggers over documents, their scores to the last bit."""
    told = load_tagger(FOLDER)
    split, whole = Heard(told._context), Heard(OneGraph(one_graph))
    told._context = split
    reference = tagger(HandedOn(), whole)

    def compare(documents: Sequence[Document]) -> None:
        assert told.find(documents) == reference.find(documents)
        assert len(split.scores) == len(whole.scores) > 0
        assert all(map(np.array_equal, split.scores, whole.scores))

    return compare


def documents(texts: Sequence[str]) -> list[Document]:
    return [Document(str(number), text) for number, text in enumerate(texts)]


def test_two_graphs_find_what_the_one_graph_finds(both: Callable[[Sequence[Document]], None]) -> None:
    notes = documents(INVENTED)

    # Alone and together, before a word is kept and after.
    for asked in (notes[:1], notes, notes[::-1], notes[1:2]):
        both(asked)


def test_two_graphs_find_in_the_dev_notes_what_the_one_graph_finds(both: Callable[[Sequence[Document]], None]) -> None:
    root = data_root()
    files = [path for path in (corpus("mtsamples_phi").files(root) if root else []) if path.stem.startswith("dev")]
    if not files:
        pytest.skip("the notes of mtsamples_phi are not on this machine: EPICRISIS_CORPORA names their folder")
    notes = documents([row.text for row in load_rows(files, language="en").rows])

    for note in notes[:30]:
        both([note])
    both(notes)
