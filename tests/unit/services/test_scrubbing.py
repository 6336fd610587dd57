from __future__ import annotations

import pytest

from epicrisis.assembly import deidentification
from epicrisis.engines.summary.models.contracts import ModelCard, ModelKind
from epicrisis.errors import UnknownPolicy
from epicrisis.services.scrubbing import Scrubbing
from tests.bundles import settings_with
from tests.serving import rules_pipeline

TEXT = "Seen by Dr. Ana Ruiz, MRN 4711234, on 2031-03-04 for gout."
OWN = ModelCard("own", ModelKind.GGUF, "1", context_tokens=2_000)
ELSEWHERE = ModelCard("elsewhere", ModelKind.OPENAI, "1", context_tokens=2_000, leaves_process=True)


def scrubbing(*, policy: str = "limited-data-set", spares_own: bool = False) -> Scrubbing:
    return Scrubbing(lambda: deidentification(settings_with(), rules_pipeline()), policy=policy, spares_own=spares_own)


@pytest.mark.parametrize("reader", [OWN, ELSEWHERE], ids=lambda card: card.name)
def test_a_model_reads_no_name_or_number_of_somebody_and_keeps_the_dates(reader: ModelCard) -> None:
    [text] = scrubbing()([TEXT], "en", reader=reader)

    assert "Ruiz" not in text
    assert "4711234" not in text
    assert "2031-03-04 for gout." in text


def test_a_setting_lets_a_model_of_this_process_read_them_and_no_other() -> None:
    scrub = scrubbing(spares_own=True)

    [own], [elsewhere] = scrub([TEXT], "en", reader=OWN), scrub([TEXT], "en", reader=ELSEWHERE)

    assert own == TEXT
    assert "Ruiz" not in elsewhere


def test_a_policy_nobody_knows_lets_nothing_through() -> None:
    with pytest.raises(UnknownPolicy):
        scrubbing(policy="none")([TEXT], "en", reader=OWN)
