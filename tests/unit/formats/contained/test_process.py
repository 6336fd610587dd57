from __future__ import annotations

import subprocess
import sys
from contextlib import closing

import pytest

from epicrisis.errors import InvalidInput, UnreadableDocument
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.contained.process import Contained, once
from epicrisis.formats.documents.child import Job as ReadJob
from epicrisis.formats.documents.child import Told
from epicrisis.formats.documents.kinds import Kind
from epicrisis.formats.redacting.asking import Options, Question
from epicrisis.formats.redacting.child import Job as RedactJob
from epicrisis.formats.redacting.sniffing import FileKind

NOTE = b"Denies fever. Seen by Ana Ruiz Prueba."
READ = ReadJob(Kind.TEXT, NOTE, Limits())


def test_one_question_has_one_answer() -> None:
    [told] = once("read", READ, list[Told], Limits())

    assert (told.file.text, told.pictures) == (NOTE.decode(), 0)


def test_a_longer_talk_goes_on_until_it_is_closed() -> None:
    with closing(Contained("redact", Limits())) as process:
        [question] = process.exchange(RedactJob(FileKind.TEXT, NOTE, Options()), list[Question])
        new = process.exchange([question.text.replace("Ana Ruiz Prueba", "[NAME]")], bytes)

    assert new == b"Denies fever. Seen by [NAME]."


def test_an_error_of_ours_comes_back_as_it_was_raised() -> None:
    rules = RedactJob(FileKind.JSON, b"{}", Options(rules={"a": "nonsense"}))

    with pytest.raises(InvalidInput, match="no known action"):
        once("redact", rules, list[Question], Limits())


def test_an_error_of_anybody_else_says_nothing_of_the_file() -> None:
    # A message that is none of the type the task expects.
    with pytest.raises(UnreadableDocument, match="damaged") as refused:
        once("read", "Ana Ruiz Prueba", list[Told], Limits())

    assert "Ruiz" not in str(refused.value)


@pytest.mark.parametrize(
    "limits",
    [pytest.param(Limits(seconds=0), id="time"), pytest.param(Limits(memory=1), id="memory")],
)
def test_over_its_limits_a_process_is_one_clear_error(limits: Limits) -> None:
    with pytest.raises(UnreadableDocument, match="takes more"):
        once("read", READ, list[Told], limits)


def test_an_answer_of_another_type_is_not_believed() -> None:
    with pytest.raises(UnreadableDocument, match="breaks what reads it"):
        once("read", READ, list[int], Limits())


def test_a_library_that_is_not_there_is_no_trouble_before_it_is_needed() -> None:
    assert once("read", READ, list[Told], Limits(), libraries=["nobody.has.this", "json"])


def test_a_closed_process_answers_nothing() -> None:
    process = Contained("read", Limits())

    process.close()

    with pytest.raises(UnreadableDocument):
        process.exchange(READ, list[Told])


def test_a_task_that_is_none_ends_at_once() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "epicrisis.formats.contained.child", "os:system"],
        input=b"",
        capture_output=True,
        env={"PYTHONPATH": ":".join(sys.path)},
        check=False,
    )

    assert done.returncode != 0
    assert done.stdout == b""


def test_what_is_printed_in_the_process_is_no_message() -> None:
    code = (
        "import os, sys; from epicrisis.formats.contained import child; out = child._alone(); print('a', flush=True); "
        "os.write(1, b'b'); out.write(b'message'); out.flush()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env={"PYTHONPATH": ":".join(sys.path)}, check=True
    )

    assert done.stdout == b"message"
