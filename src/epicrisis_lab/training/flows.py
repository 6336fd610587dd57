"""From a prepared folder to trained weights: which stage follows which, for each language.

Every stage leaves its result in a folder of its own and is passed over where that is there already, so a run that was
stopped goes on. On a GPU the teachers learn side by side, each in a process that shares the examples.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import torch

from epicrisis_lab.errors import StoppedRun
from epicrisis_lab.training import stages
from epicrisis_lab.training.stages import Ground

Job = Callable[[], None]
"""A stage with all it needs to know."""


def train_english(ours: Ground, teachers_on: Ground, folder: Path, teachers: int) -> Path:
    """Teach larger teachers, let them label, teach the student in three steps; return the folder of its weights.

    With no ``teachers`` the student learns from annotations alone.
    """
    silver = _silver_english(teachers_on, folder, teachers) if teachers else None
    settings = stages.config_of("english", "student")
    adapted, taught, polished, averaged, settled = (
        folder / step for step in ("pretrained", "student", "polished", "averaged", "settled")
    )
    stages.run_pretrain(ours, adapted, settings["pretrain"])
    stages.run_finetune(ours, taught, settings["finetune"], encoder=adapted, silver=silver)
    stages.run_finetune(ours, polished, settings["polish"], start=taught)
    shares = settings["average"]
    stages.run_average({taught: shares["taught"], polished: shares["polished"]}, averaged)
    stages.run_finetune(ours, settled, settings["settle"], start=averaged)
    return settled


def _silver_english(ground: Ground, folder: Path, teachers: int) -> Path:
    settings = stages.config_of("english", "teacher")
    stages.run_pretrain(ground, folder / "teacher", settings["pretrain"])
    return _taught(ground, folder, settings["finetune"], folder / "teacher", teachers, side_by_side=False)


def train_spanish(ground: Ground, folder: Path, teachers: int, *, side_by_side: bool = False) -> Path:
    """Adapt the base, teach it to teachers, let them label, teach it to the student; return the folder of its weights.

    With no ``teachers`` the student learns from annotations alone; ``side_by_side``, stages that need not wait for one
    another run at the same time.

    Raises:
        StoppedRun: a stage that ran in a process of its own stopped.
    """
    settings, adapted = stages.config_of("spanish", "student"), folder / "pretrained"
    adapting = [partial(stages.run_pretrain, ground, adapted, settings["pretrain"])]
    if side_by_side:
        with SideBySide(adapting):
            stages.lessons(ground)  # The teachers find them read.
    else:
        _one_by_one(adapting)
    silver = None
    if teachers:
        taught = stages.config_of("spanish", "teacher")["finetune"]
        silver = _taught(ground, folder, taught, adapted, teachers, side_by_side=side_by_side)
    finetune = partial(
        stages.run_finetune, ground, folder / "student", settings["finetune"], encoder=adapted, silver=silver
    )
    polish = partial(stages.run_finetune, ground, folder / "polished", settings["polish"], start=folder / "student")
    settle = partial(stages.run_finetune, ground, folder / "settled", settings["settle"], start=folder / "polished")
    for stage in (finetune, polish, settle):
        _run([stage], side_by_side=side_by_side)
    return folder / "settled"


def self_train(ground: Ground, folder: Path) -> Path:
    """Teach a Spanish run in ``folder`` what it is sure of in unlabelled texts; return the folder of its weights."""
    settled, read, widened = (folder / step for step in ("settled", "read.jsonl.gz", "widened"))
    stages.run_reading(ground, settled, read)
    stages.run_finetune(ground, widened, stages.config_of("spanish", "student")["widen"], start=settled, read=read)
    return widened


def _taught(
    ground: Ground, folder: Path, settings: dict[str, Any], adapted: Path, teachers: int, *, side_by_side: bool
) -> Path:
    """Teach ``teachers`` that differ in their dice and return the file of what they say together."""
    folders = [folder / f"teacher-{seed}" for seed in range(1, teachers + 1)]
    jobs = [
        partial(stages.run_finetune, ground, out, {**settings, "seed": seed}, encoder=adapted)
        for seed, out in enumerate(folders, start=1)
    ]
    _run(jobs, side_by_side=side_by_side)
    _run([partial(stages.run_silver, ground, folders, folder / "silver.npz")], side_by_side=side_by_side)
    return folder / "silver.npz"


def _run(jobs: Iterable[Job], *, side_by_side: bool) -> None:
    if not side_by_side:
        _one_by_one(jobs)
        return
    with SideBySide(jobs):
        pass


def _one_by_one(jobs: Iterable[Job]) -> None:
    for job in jobs:
        job()


class SideBySide:
    """Runs jobs in processes of their own and waits for them at the end.

    They are forked, so that what was read before is there already; the process they come from must not have touched the
    GPU.

    Raises:
        StoppedRun: a job did not come to its end; the others did.
    """

    def __init__(self, jobs: Iterable[Job]) -> None:
        fork = multiprocessing.get_context("fork")
        self._processes = [fork.Process(target=_alone, args=(job,)) for job in jobs]

    def __enter__(self) -> None:
        for process in self._processes:
            process.start()

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.join()
        failed = [process.exitcode for process in self._processes if process.exitcode]
        if failed:
            raise StoppedRun(f"{len(failed)} of {len(self._processes)} jobs stopped; the log says why. Run it again.")


def _alone(job: Job) -> None:
    # The threads of torch did not survive the fork, and a child that waits for them waits for ever.
    torch.set_num_threads(1)
    job()
