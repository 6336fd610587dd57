from __future__ import annotations

import pytest

from epicrisis.errors import InvalidSettings
from epicrisis.settings import LogLevel, Settings, load_settings


def test_every_setting_says_what_it_is_for() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_reads_the_environment_and_what_is_given_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPICRISIS_PORT", "9000")
    monkeypatch.setenv("EPICRISIS_LOG_LEVEL", "debug")

    settings = load_settings(port=None, host="::1")

    assert (settings.port, settings.host, settings.log_level) == (9000, "::1", LogLevel.DEBUG)
    assert load_settings(port=0).port == 0


@pytest.mark.parametrize(
    ("variable", "value"), [("EPICRISIS_PORT", "Ana"), ("EPICRISIS_MAX_CHARS", "0"), ("EPICRISIS_LOG_LEVEL", "loud")]
)
def test_names_the_variable_that_is_wrong_and_never_its_value(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)

    with pytest.raises(InvalidSettings, match=rf"^{variable}: ") as refused:
        load_settings()

    assert value not in str(refused.value).removeprefix(variable)


def test_a_server_listens_to_this_machine_alone_unless_told_otherwise() -> None:
    assert Settings().host == "127.0.0.1"


@pytest.mark.parametrize(
    ("given", "loaded"),
    [
        ({}, ("en",)),
        ({"preload": ""}, ()),
        ({"preload": "en,es"}, ("en", "es")),
        ({"reader_es": "rules", "ner_model": "species"}, ("en", "es")),
        ({"reader_es": "", "ner_model": "species"}, ("en",)),
    ],
)
def test_says_which_languages_are_loaded_at_the_start(given: dict[str, str], loaded: tuple[str, ...]) -> None:
    assert load_settings(**given).loaded_at_start == loaded


def test_refuses_what_is_no_list_of_languages() -> None:
    with pytest.raises(InvalidSettings, match=r"^EPICRISIS_PRELOAD: "):
        load_settings(preload="english")
