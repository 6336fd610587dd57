"""The command as a program between other programs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from tests.unit.cli.shell import COMMAND, RULES, piped, rows

PIPELINE = ["annotate", "-", "--jsonl", *RULES]


def test_ten_thousand_bytes_in_any_order_of_good_and_bad_rows_come_out_row_for_row() -> None:
    lines = [f'{{"id": "{at}", "text": "Denies fever."}}' if at % 7 else "{" for at in range(300)]

    done = piped(*PIPELINE, stdin="\n".join(lines).encode())

    found = rows(done.stdout)
    assert done.returncode == 1
    assert done.stderr == b""
    assert [row["id"] for row in found] == [str(at) if at % 7 else str(at + 1) for at in range(300)]
    assert [at for at, row in enumerate(found) if "error" in row] == list(range(0, 300, 7))


def test_all_fine_ends_with_status_zero() -> None:
    assert piped(*PIPELINE, stdin=b"Denies fever.\n").returncode == 0


def test_answers_a_row_before_the_next_one_is_sent() -> None:
    with subprocess.Popen([*COMMAND, *PIPELINE], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        for name in ("a", "b"):
            program.stdin.write(json.dumps({"id": name, "text": "Denies fever."}).encode() + b"\n")
            program.stdin.flush()
            assert json.loads(program.stdout.readline())["id"] == name
        program.stdin.close()
        assert program.wait(timeout=30) == 0


def test_output_is_utf8_whatever_the_locale() -> None:
    environment = os.environ | {"LC_ALL": "C", "PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}

    done = piped(*PIPELINE, stdin='{"id": "é🫀", "text": "Denies fever."}'.encode(), environment=environment)

    assert done.returncode == 0
    assert rows(done.stdout.decode("utf-8"))[0]["id"] == "é🫀"


def test_a_terminal_that_knows_only_ascii_is_shown_what_it_can_show() -> None:
    environment = os.environ | {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}

    done = piped("annotate", "Denies fever.", *RULES, environment=environment)

    assert done.returncode == 0
    assert b"[fever ?]" in done.stdout


def test_counts_what_is_done_for_whoever_waits_at_a_terminal() -> None:
    ours, theirs = os.openpty()
    with subprocess.Popen(
        [*COMMAND, *PIPELINE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=theirs
    ) as program:
        os.close(theirs)
        out, _ = program.communicate(b"Denies fever.\n" * 3, timeout=30)
        shown = os.read(ours, 1 << 16)
    os.close(ours)

    assert len(rows(out)) == 3
    assert b"notes" in shown


def test_ends_quietly_when_nobody_reads_on_at_a_terminal() -> None:
    done = subprocess.run(
        [
            "bash",
            "-c",
            '"$@" | head -1; echo ${PIPESTATUS[0]}',
            "-",
            *COMMAND,
            "annotate",
            *RULES,
            *["Denies fever."] * 300,
        ],
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert done.stdout.splitlines()[-1] == b"141"
    assert done.stderr == b""


@pytest.mark.parametrize("verb", ["annotate", "assess"])
def test_ends_quietly_when_nobody_reads_on(verb: str) -> None:
    # More than a pipe holds, so that writing goes on after the reader has left.
    lines = b'{"text": "Denies fever, cough, chest pain and nausea."}\n' * 2000
    with subprocess.Popen(
        [*COMMAND, verb, "-", "--jsonl", *RULES], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as program:
        assert program.stdout is not None
        assert program.stdin is not None
        assert program.stderr is not None
        program.stdin.write(lines[: 60 * 57])
        program.stdin.flush()
        program.stdout.readline()
        program.stdout.close()
        try:
            program.stdin.write(lines)
            program.stdin.close()
        except BrokenPipeError:
            pass
        assert program.wait(timeout=30) == 141
        assert program.stderr.read() == b""


def test_ends_quietly_on_ctrl_c() -> None:
    # A shell that runs this suite in the background has it ignore Ctrl-C, and so would the program it starts.
    with subprocess.Popen(
        [*COMMAND, *PIPELINE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as program:  # fmt: skip
        assert program.stdin is not None
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdin.write(b"Denies fever.\n")
        program.stdin.flush()
        program.stdout.readline()
        program.send_signal(signal.SIGINT)
        assert program.wait(timeout=30) == 130
        assert program.stderr.read() == b""


def test_importing_the_package_and_showing_its_version_load_no_engine() -> None:
    script = "import epicrisis, sys; print(sorted(m for m in sys.modules if m.startswith('epicrisis')))"

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=True)

    assert done.stdout.strip() == "['epicrisis']"
