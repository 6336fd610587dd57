"""``epicrisis-lab train`` and ``epicrisis-lab export``: a run from corpora to the folder that ships."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from epicrisis.engines.encoder.load import shipped
from epicrisis_lab.corpora.catalogue import data_root, trainable
from epicrisis_lab.errors import MissingData
from epicrisis_lab.training import stages
from epicrisis_lab.training.bases import base_folder
from epicrisis_lab.training.examples import read_examples
from epicrisis_lab.training.labeller_package import package_labeller
from epicrisis_lab.training.package import package
from epicrisis_lab.training.prepare import ENTITY_CORPORA, EXAMPLES, TEXTS, prepare

app = typer.Typer(no_args_is_help=True, add_completion=False)

Name = Annotated[str, typer.Argument(help="The run: `english`.")]
Work = Annotated[Path, typer.Option(help="Folder for checkpoints and logs; a run goes on from what it holds.")]


@app.command()
def train(
    name: Name,
    work: Work = Path("runs"),
    teachers: Annotated[int, typer.Option(help="How many teachers to average; 0 trains on annotations alone.")] = 2,
) -> None:
    """Train the encoder of a language: adapt, teach the teachers, let them label, teach the student, export."""
    root = data_root()
    if root is None:
        raise MissingData("The corpora are not here; set EPICRISIS_CORPORA to the folder that holds them.")
    for corpus in (*ENTITY_CORPORA, "mtsamples_status", "negex", "bioscope"):
        trainable(corpus)
    folder = work / name
    prepared = folder / "prepared"
    if not (prepared / TEXTS).exists():
        typer.echo(f"prepared: {prepare(root, prepared)}", err=True)
    silver = _silver(name, folder, teachers) if teachers else None
    export(name, weights=_student(name, folder, silver) / stages.MODEL, work=work)


def _silver(name: str, folder: Path, teachers: int) -> Path:
    """Teach the teachers and return the file of their answers."""
    base, ours = base_folder("mpnet"), base_folder("minilm")
    settings = stages.config_of(name, "teacher")
    stages.run_pretrain(base, ours, folder / "prepared", folder / "teacher", settings["pretrain"])
    taught = [folder / f"teacher-{seed}" for seed in range(1, teachers + 1)]
    for seed, out in enumerate(taught, start=1):
        if not (out / stages.MODEL).exists():
            seeded = {**settings["finetune"], "seed": seed}
            stages.run_finetune(base, ours, folder / "prepared", out, seeded, encoder=folder / "teacher")
    silver = folder / "silver.npz"
    if not silver.exists():
        stages.run_silver(base, ours, folder / "prepared", taught, silver)
    return silver


def _student(name: str, folder: Path, silver: Path | None) -> Path:
    """Teach the student in three steps and return the folder of its weights."""
    base, prepared, settings = base_folder("minilm"), folder / "prepared", stages.config_of(name, "student")
    adapted, taught, polished, averaged, settled = (
        folder / step for step in ("pretrained", "student", "polished", "averaged", "settled")
    )
    stages.run_pretrain(base, base, prepared, adapted, settings["pretrain"])
    if not (taught / stages.MODEL).exists():
        stages.run_finetune(base, base, prepared, taught, settings["finetune"], encoder=adapted, silver=silver)
    if not (polished / stages.MODEL).exists():
        stages.run_finetune(base, base, prepared, polished, settings["polish"], start=taught)
    if not (averaged / stages.MODEL).exists():
        shares = settings["average"]
        stages.run_average({taught: shares["taught"], polished: shares["polished"]}, averaged)
    if not (settled / stages.MODEL).exists():
        stages.run_finetune(base, base, prepared, settled, settings["settle"], start=averaged)
    return settled


@app.command()
def export(
    name: Name,
    weights: Annotated[Path, typer.Option(help="The weights `train` wrote.")],
    work: Work = Path("runs"),
    out: Annotated[Path | None, typer.Option(help="Folder to write; the package's own by default.")] = None,
) -> None:
    """Write trained weights as the folder that ships, calibrated on dev."""
    base = base_folder("minilm")
    dev = [e for e in read_examples(work / name / "prepared" / EXAMPLES) if e.split == "dev"]
    facts = tomllib.loads(files(__package__).joinpath(f"{name}.card.toml").read_text(encoding="utf-8"))
    fitted = package(stages.load_model(base, base, weights), base / "tokenizer.json", dev, out or shipped(name), facts)
    typer.echo(f"fitted on dev: {fitted}")


@app.command()
def labeller(
    name: Name,
    work: Work = Path("runs"),
    out: Annotated[Path | None, typer.Option(help="The shipped folder; the package's own by default.")] = None,
) -> None:
    """Teach the labeller what the shipped encoder says of every sentence, and write it beside the encoder."""
    folder, home = work / name, out or shipped(name)
    prepared = folder / "prepared"
    if not (prepared / TEXTS).exists():
        root = data_root()
        if root is None:
            raise MissingData("The corpora are not here; set EPICRISIS_CORPORA to the folder that holds them.")
        typer.echo(f"prepared: {prepare(root, prepared)}", err=True)
    taught = stages.run_labelling(home, prepared, folder / "labeller", stages.config_of(name, "labeller"))
    dev = [e for e in read_examples(prepared / EXAMPLES) if e.split == "dev"]
    typer.echo(f"fitted on dev: {package_labeller(taught, dev, home)}")
