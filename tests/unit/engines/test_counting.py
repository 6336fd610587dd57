"""What the models read is told to whoever asked for the work, and to nobody else."""

from __future__ import annotations

from threading import Barrier, Thread

import numpy as np
import pytest

from epicrisis.engines.counting import Counts, Tokens, count, counting

# Two rows of width 4: three tokens and two.
MASK = np.array([[1, 1, 1, 0], [1, 1, 0, 0]])


def test_tokens_and_padding_are_counted_by_model() -> None:
    with counting() as counts:
        count("labeller", [MASK])
        count("encoder", [MASK, MASK[:1]])
        count("encoder", [MASK])

    assert counts == {"labeller": Tokens(read=5, padding=3), "encoder": Tokens(read=13, padding=7)}


def test_where_nobody_listens_nothing_is_kept() -> None:
    count("encoder", [MASK])

    with counting() as counts:
        pass
    count("encoder", [MASK])

    assert counts == {}


def test_work_inside_other_work_is_counted_for_itself() -> None:
    with counting() as outer:
        with counting() as inner:
            count("encoder", [MASK])
        count("labeller", [MASK])

    assert (list(inner), list(outer)) == (["encoder"], ["labeller"])


def test_who_listened_when_the_work_broke_listens_no_more() -> None:
    def breaks(counts: list[Counts]) -> None:
        with counting() as own:
            counts.append(own)
            raise RuntimeError

    heard: list[Counts] = []
    with pytest.raises(RuntimeError):
        breaks(heard)
    count("encoder", [MASK])

    assert heard == [{}]


def test_threads_that_read_at_the_same_time_are_counted_apart() -> None:
    both, heard = Barrier(2), dict[int, Counts]()

    def read(times: int) -> None:
        with counting() as counts:
            both.wait(timeout=20)
            count("encoder", [MASK] * times)
            both.wait(timeout=20)
        heard[times] = counts

    threads = [Thread(target=read, args=(times,)) for times in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {times: counts["encoder"].read for times, counts in heard.items()} == {1: 5, 2: 10}
