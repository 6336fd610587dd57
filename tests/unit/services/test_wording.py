from __future__ import annotations

from contextlib import nullcontext
from threading import Event

from epicrisis.assembly import deidentification
from epicrisis.domain.patients import PatientRecord
from epicrisis.domain.summaries import Heading, Mode, Statement, SummarySection
from epicrisis.engines.patients.baseline import baseline
from epicrisis.engines.patients.delta import delta
from epicrisis.services.scrubbing import Scrubbing
from epicrisis.services.wording import Wording
from tests.bundles import settings_with
from tests.language_models import RecitingModel
from tests.serving import rules_pipeline
from tests.unit.engines.patients.entries import ANA, condition

HELD = PatientRecord(ANA, conditions=(condition("Condition/1", "Gout", "2019-05-03"),))
OWN = Statement("Active problems (1): Gout (since 2019-05-03), told by Dr. Ana Ruiz.", (HELD.conditions[0].source,))
PLAN = (SummarySection(Heading.ASSESSMENT, (OWN,)),)


def test_a_model_reads_the_plan_without_names_and_the_rules_say_it_with_them() -> None:
    model = RecitingModel()
    scrub = Scrubbing(lambda: deidentification(settings_with(), rules_pipeline()), policy="limited-data-set")
    wording = Wording(lambda: nullcontext(model), scrub)

    narrated = wording.write(
        PLAN,
        baseline=baseline(HELD),
        delta=delta(HELD),
        mode=Mode.FAST,
        language="en",
        stop=Event(),
        seconds=20.0,
        progress=lambda _: None,
    )

    assert model.asked
    assert all("Gout" in prompt.text and "Ruiz" not in prompt.text for prompt in model.asked)
    assert narrated.sections == PLAN
