from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace

import numpy as np
import pytest

from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.engines.registry import note_reader
from epicrisis.engines.summary.notes.features import names
from epicrisis_lab.corpora.rows import LabRow
from epicrisis_lab.errors import MissingCapability, NothingToScore
from epicrisis_lab.evaluation.summaries.baselines import LEAD, LEAD_3, LEXRANK, TEXTRANK, baseline, fitting
from epicrisis_lab.evaluation.summaries.cases import Side, cases, of_side
from epicrisis_lab.evaluation.summaries.concepts import concepts, shared
from epicrisis_lab.evaluation.summaries.rouge import rouge_l, rouge_n, words_of
from epicrisis_lab.evaluation.summaries.scoring import FIGURES, Summaries, measured
from epicrisis_lab.evaluation.summaries.teaching import Example, learn

BENCH = "needs epicrisis[bench]"
NOTE = (
    "HPI: A 64-year-old man with known COPD presents with three days of productive cough. He denies chest pain. He "
    "lives alone and keeps two cats in a small flat.\n"
    "PREOPERATIVE DIAGNOSIS: Hernia.\n"
    "CT CHEST: Consolidation of the right lower lobe. No pleural effusion is seen on either side of the chest.\n"
    "IMPRESSION: 1. Community-acquired pneumonia of the right lower lobe. 2. COPD with productive cough.\n"
    "PLAN: Start ceftriaxone."
)
PAIRS = [
    ("The patient has pneumonia.", "Pneumonia of the right lobe; the patient has COPD."),
    ("a b c a b", "b c a c b a"),
    ("No fever, no cough.", "Fever and cough."),
    ("", "Something."),
    ("x-ray 4.5 mg/dL", "X-ray: 4.5 mg/dl"),
]


def row(number: int, text: str = NOTE, source: str = "ours") -> LabRow:
    return LabRow(id=f"n{number}", text=text, language="en", source=source, doc=f"n{number}")


def document(text: str = NOTE, name: str = "n") -> Document:
    return Document(name, text, "en")


@pytest.mark.parametrize(("summary", "reference"), PAIRS)
def test_rouge_is_that_of_the_package_everybody_uses(summary: str, reference: str) -> None:
    scorer = pytest.importorskip("rouge_score.rouge_scorer", reason=BENCH).RougeScorer(["rouge1", "rouge2", "rougeL"])

    theirs = scorer.score(reference, summary)

    ours, gold = words_of(summary), words_of(reference)
    assert rouge_n(ours, gold, 1).f1 == pytest.approx(theirs["rouge1"].fmeasure)
    assert rouge_n(ours, gold, 2).f1 == pytest.approx(theirs["rouge2"].fmeasure)
    assert rouge_l(ours, gold).f1 == pytest.approx(theirs["rougeL"].fmeasure)


def test_the_conclusion_is_taken_out_and_nothing_else() -> None:
    [case] = cases([document()])

    assert case.reference.text.startswith("1. Community-acquired pneumonia")
    assert "Community-acquired" not in case.note.text
    assert "PREOPERATIVE DIAGNOSIS: Hernia." in case.note.text
    assert case.note.text.endswith("PLAN: Start ceftriaxone.")


def test_a_note_without_a_conclusion_is_no_case() -> None:
    assert list(cases([document(NOTE.replace("IMPRESSION", "DIET"))])) == []


def test_notes_that_share_long_stretches_are_on_one_side() -> None:
    found = list(cases(document(f"{NOTE}\nNOTE: Number {number} of them.", f"n{number}") for number in range(20)))

    sides = [of_side(found, side) for side in Side]

    assert len(found) == 20
    assert sorted(map(len, sides)) == [0, 20]


def test_concepts_are_shared_by_name_and_by_denial() -> None:
    [one, other] = note_reader("rules", "en").read(
        [document("He has acute pneumonia and a fever. He denies cough."), document("Pneumonia. Has cough. No fever.")]
    )

    both = shared(concepts(one), concepts(other))

    assert (both.shared, both.summary, both.reference) == (1, 3, 3)


def test_baselines_tell_sentences_that_fit() -> None:
    [note] = note_reader("rules", "en").read([document()])
    first = [sentence.span for sentence in note.sentences][:3]

    assert baseline(LEAD_3, "en")(note) == first
    assert fitting(NOTE, baseline(LEAD, "en")(note), 20) == first[:2]
    assert fitting(NOTE, [Span(5, 84), Span(0, 3)], 1) == [Span(0, 3)]


@pytest.mark.parametrize(
    ("name", "where"), [(TEXTRANK, "text_rank.TextRankSummarizer"), (LEXRANK, "lex_rank.LexRankSummarizer")]
)
def test_those_that_rank_by_likeness_choose_as_their_package_does(name: str, where: str) -> None:
    dom = pytest.importorskip("sumy.models.dom", reason=BENCH)
    module, kind = where.split(".")
    [note] = note_reader("rules", "en").read([document()])
    words = SimpleNamespace(to_words=lambda sentence: tuple(words_of(sentence)))
    whole = dom.ObjectDocumentModel(
        [dom.Paragraph([dom.Sentence(note.document.quote(each.span), words) for each in note.sentences])]
    )
    theirs = getattr(import_module(f"sumy.summarizers.{module}"), kind)(
        import_module("sumy.nlp.stemmers").Stemmer("english")
    )
    theirs.stop_words = import_module("sumy.utils").get_stop_words("english")

    ranked = [note.document.quote(span) for span in baseline(name, "en")(note)]

    assert len(ranked) == len(note.sentences)
    for most in (1, 3, 5):
        assert set(ranked[:most]) == {str(each) for each in theirs(whole, most)}


def test_a_baseline_nobody_knows_is_refused() -> None:
    with pytest.raises(MissingCapability, match="lead-3"):
        baseline("oracle", "en")


def test_every_figure_is_told_of_engines_and_of_baselines() -> None:
    summaries = Summaries([], [row(number) for number in range(3)])

    ours, theirs = (summaries.evaluate(name, samples=10) for name in ("salience", "lead"))

    for evaluation in (ours, theirs):
        assert list(evaluation.metrics) == [f"summaries.{name}" for name in FIGURES]
        assert all(0 <= value <= 1 for value in evaluation.metrics.values())
        assert set(evaluation.intervals) == set(evaluation.metrics)
        assert evaluation.rows == 3


def test_sentences_are_nothing_to_score() -> None:
    with pytest.raises(NothingToScore):
        measured([row(1, "Denies fever.")])


def test_of_the_corpus_that_teaches_only_the_other_side_is_measured() -> None:
    texts = [NOTE.replace("COPD", f"disease number {number}").replace("64", str(number)) for number in range(40)]
    of_the_corpus = measured([row(number, text, "mtsamples") for number, text in enumerate(texts)] + [row(99)])

    assert 1 <= len(of_the_corpus) < 41
    assert of_the_corpus[-1].note.id == "n99"


def test_what_conclusions_repeat_gets_a_weight() -> None:
    random = np.random.default_rng(0)
    place = names().index("problems")
    examples = []
    for _ in range(20):
        features = random.random((10, len(names())))
        examples.append(Example(features, 0.5 * features[:, place]))

    learnt = dict(zip(names(), learn(examples), strict=True))

    assert learnt["problems"] == max(learnt.values())
    assert learnt["section.plan"] > 0


def test_the_weights_that_ship_are_those_of_the_features() -> None:
    weights = import_module("epicrisis.engines.summary.notes.weights")

    assert len(weights.weights()) == len(names())
