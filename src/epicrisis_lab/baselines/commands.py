"""``epicrisis-lab baseline``: train what a reader of ours is measured beside."""

from __future__ import annotations

import time
from importlib import import_module
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from epicrisis.errors import EpicrisisError
from epicrisis_lab.baselines import crf
from epicrisis_lab.baselines.entities import WORK, weights
from epicrisis_lab.baselines.prepare import CORPORA, gold_sentences, write_prepared
from epicrisis_lab.errors import LabError, MissingLibrary

app = typer.Typer(help="Train the taggers our readers are measured beside.", no_args_is_help=True)

Corpora = Annotated[list[str] | None, typer.Argument(help=f"Corpora by name. [default: {' '.join(CORPORA)}]")]
Work = Annotated[Path, typer.Option(help="Where the weights lie, and where `evaluate` looks for them.")]
Again = Annotated[bool, typer.Option(help="Train also what there are weights for.")]


@app.command("crf")
def crf_command(corpora: Corpora = None, work: Work = WORK, again: Again = False) -> None:
    """Train a CRF over plain features on the training part of each corpus: minutes on one core."""
    screen = Console()
    for name in corpora or CORPORA:
        path = weights("crf", name, work)
        if path.exists() and not again:
            screen.print(f"{name}: {path} is there already.")
            continue
        began = time.monotonic()
        try:
            crf.train(gold_sentences(name, "train"), path)
        except (LabError, EpicrisisError) as error:
            _refuse(error)
        screen.print(f"{name}: {path}, {time.monotonic() - began:.0f} s")


@app.command("bilstm-crf")
def bilstm_command(
    corpora: Corpora = None,
    work: Work = WORK,
    again: Again = False,
    data: Annotated[
        Path | None, typer.Option(help="What `baseline prepare` wrote; prepared now where not given.")
    ] = None,
    epochs: Annotated[int, typer.Option(min=1, help="How often the training part is read.")] = 25,
    device: Annotated[str, typer.Option(help="cuda, cpu, or auto: a GPU where torch sees one.")] = "auto",
) -> None:
    """Train a BiLSTM-CRF on the training part of each corpus: minutes on a GPU, half an hour and more on one core."""
    names = [name for name in corpora or CORPORA if again or not weights("bilstm-crf", name, work).exists()]
    if not names:
        Console().print("Every one of these has weights already; --again trains them anew.")
        return
    try:
        training = import_module("epicrisis_lab.baselines.bilstm_training")
    except ImportError as cause:
        _refuse(MissingLibrary(f"It cannot be imported ({cause}); `pip install epicrisis[bench]` brings torch."))
    try:
        source = data or write_prepared(work / "data.json.gz", names)
        training.train_all(source, work / "bilstm-crf", names, epochs=epochs, device=device)
    except (LabError, EpicrisisError) as error:
        _refuse(error)


@app.command("prepare")
def prepare_command(
    out: Annotated[Path, typer.Argument(help="The file to write, .json.gz.")], corpora: Corpora = None
) -> None:
    """Write what the BiLSTM-CRF is trained from into one file, for a machine that has torch and nothing of ours.

    There: python -m epicrisis_lab.baselines.bilstm_training FILE
    """
    try:
        write_prepared(out, corpora or CORPORA)
    except ImportError as cause:
        _refuse(MissingLibrary(f"Word vectors need torch ({cause}); `pip install epicrisis[bench]`."))
    except (LabError, EpicrisisError) as error:
        _refuse(error)
    Console().print(f"{out}: {out.stat().st_size / 1e6:.1f} MB")


def _refuse(error: Exception) -> NoReturn:
    Console(stderr=True).print(str(error), markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(1) from error
