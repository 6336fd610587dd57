from __future__ import annotations

import ast
import json
import logging
import threading
import warnings
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

from epicrisis.telemetry import logs
from tests.logged import logged

CANARY = "Ana Ruiz Prueba"


@pytest.fixture
def written() -> Iterator[StringIO]:
    with logged() as stream:
        yield stream


def lines(written: StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_a_line_is_json_with_the_allowed_keys_alone(written: StringIO) -> None:
    logs.get_logger().info("note annotated", characters=42, engine="rules", text=CANARY, patient=CANARY)

    (line,) = lines(written)
    assert line.pop("timestamp")
    assert line == {"event": "note annotated", "level": "info", "characters": 42, "engine": "rules"}


@pytest.mark.parametrize("value", [CANARY, [CANARY], {"name": CANARY}, CANARY.encode(), ValueError(CANARY), "x" * 101])
def test_an_allowed_key_carries_identifiers_and_numbers_only(written: StringIO, value: object) -> None:
    logs.get_logger().info("note annotated", code=value)

    assert "code" not in lines(written)[0]
    assert "Ruiz" not in written.getvalue()


@pytest.mark.parametrize("value", ["model", "/v1/annotations", "1.2.0+rules-3", "127.0.0.1", "::1", 3, 2.5, True])
def test_identifiers_and_numbers_pass(written: StringIO, value: object) -> None:
    logs.get_logger().info("note annotated", engine=value)

    assert lines(written)[0]["engine"] == value


def test_an_event_that_is_no_short_phrase_is_withheld(written: StringIO) -> None:
    logs.get_logger().warning(f"could not read {CANARY}")

    assert lines(written)[0]["event"] == "event withheld"


def test_an_exception_is_told_by_nothing(written: StringIO) -> None:
    try:
        raise ValueError(CANARY)
    except ValueError as error:
        logs.get_logger().error("request failed", error=type(error).__name__, exc_info=True, stack_info=True)

    (line,) = lines(written)
    assert line["error"] == "ValueError"
    assert "Ruiz" not in written.getvalue()
    assert "Traceback" not in written.getvalue()


def test_of_a_library_we_learn_where_it_spoke_and_not_what_it_said(written: StringIO) -> None:
    library = logging.getLogger("some.library")
    try:
        raise KeyError(CANARY)
    except KeyError:
        library.exception("cannot parse %s", CANARY, extra={"patient": CANARY})
    library.debug(f"parsed {CANARY}")
    warnings.warn(CANARY, stacklevel=1)

    told = lines(written)
    assert [line["event"] for line in told] == ["library record"] * 3
    assert [line["library"] for line in told] == ["some.library", "some.library", "py.warnings"]
    assert told[0]["error"] == "KeyError"
    assert isinstance(told[0]["line"], int)
    assert "Ruiz" not in written.getvalue()


def test_a_room_of_ours_that_logs_by_the_standard_library_is_heard(written: StringIO) -> None:
    room = logging.getLogger("epicrisis.services.somewhere")
    room.error("item failed", extra={"error": "ValueError", "document_id": CANARY, "patient": CANARY})
    room.error(f"cannot read {CANARY}")

    failed, withheld = lines(written)
    assert {"event": "item failed", "level": "error", "error": "ValueError"}.items() <= failed.items()
    assert withheld["event"] == "event withheld"
    assert "Ruiz" not in written.getvalue()


def test_below_its_level_nothing_is_written() -> None:
    with logged("warning") as written:
        logs.get_logger().info("note annotated")
        logging.getLogger("some.library").info("anything")
        logs.get_logger().warning("request failed")

    assert [line["event"] for line in lines(written)] == ["request failed"]


def test_every_event_in_the_source_is_a_literal_and_every_key_is_on_the_list(root: Path) -> None:
    # An f-string is how a note gets into an event, and a key off the list would vanish without a word.
    for module in (root / "src" / "epicrisis").rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if isinstance(node.func.value, ast.Name) and node.func.value.id == "log":
                place = f"{module.name}:{node.lineno}"
                said = node.args[1 if node.func.attr == "log" else 0]
                assert isinstance(said, ast.Constant), place
                assert logs.keep_allowed(None, "", {"event": said.value})["event"] == said.value, place
                keys = {keyword.arg for keyword in node.keywords} - {"extra", None}
                assert keys <= logs.ALLOWED_KEYS, place


def test_a_thread_that_ends_by_an_error_is_told_by_its_kind(
    written: StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    def breaks() -> None:
        raise ValueError(CANARY)

    thread = threading.Thread(target=breaks)
    thread.start()
    thread.join()

    [line] = lines(written)
    assert (line["event"], line["error"]) == ("thread ended", "ValueError")
    assert "Ruiz" not in written.getvalue() + "".join(capfd.readouterr())
