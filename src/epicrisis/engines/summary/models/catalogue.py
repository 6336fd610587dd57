"""Which language models there are: those of a folder, of packages, and of servers, each by its name and type alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from epicrisis.engines.summary.models.cache import LoadedModels
from epicrisis.engines.summary.models.contracts import LanguageModel, ModelKind
from epicrisis.engines.summary.models.endpoint import Endpoint, EndpointModel
from epicrisis.engines.summary.models.files import CONFIG, config_of
from epicrisis.engines.summary.models.gguf import GgufModel
from epicrisis.engines.summary.models.packaged import packaged
from epicrisis.errors import ArtifactError, UnknownModel

# By the end of the architecture a configuration names.
_KINDS = {
    "ForCausalLM": (ModelKind.TEXT_GENERATION,),
    "LMHeadModel": (ModelKind.TEXT_GENERATION,),
    "ForConditionalGeneration": (ModelKind.SUMMARIZATION, ModelKind.SEQ2SEQ),
}


@dataclass(frozen=True, slots=True)
class Available:
    """A model that can be named, its type, and what loads it."""

    name: str
    kind: ModelKind
    load: Callable[[], LanguageModel]


class Catalogue:
    """The models of an installation, loaded when first asked for and kept under a memory budget.

    ``model`` is the one that answers where none is named: a name of the folder, of a package or of an endpoint, or the
    path of a GGUF file or of a folder of transformers.
    """

    def __init__(
        self,
        *,
        model: str = "",
        kind: str = "",
        folder: Path | None = None,
        endpoints: Sequence[Endpoint] = (),
        budget_bytes: int = 4_000_000_000,
        context_tokens: int = 4_096,
        threads: int = 1,
    ) -> None:
        self._usual, self._usual_kind = model, kind
        self._folder, self._endpoints = folder, tuple(endpoints)
        self._context_tokens, self._threads = context_tokens, threads
        self._loaded = LoadedModels(budget_bytes)
        # A path is for whoever wrote the settings; a client can say the name at its end, and nothing else.
        path = Path(model).expanduser() if model else None
        self._own = path if path is not None and len(path.parts) > 1 and path.exists() else None

    def available(self) -> tuple[Available, ...]:
        """Return what can be named here, in the order of names."""
        found = {(each.name, each.kind): each for each in self._found()}
        return tuple(found[key] for key in sorted(found))

    def chosen(self, name: str = "", kind: str = "") -> Available:
        """Return the model ``name`` of the type ``kind``; what is left empty is as the installation says.

        Raises:
            UnknownModel: there is none of that name and type; the message lists those there are.
        """
        some = self.available()
        usual = _stem(self._own) if self._own else self._usual
        fits = [each for each in some if each.name == (name or usual) and (kind or self._kind(name)) in ("", each.kind)]
        if not name and not fits:
            # A type alone is asked for, and the usual model is of another.
            fits = [each for each in some if kind == each.kind]
        if not fits:
            raise UnknownModel(_unknown(some, named=bool(name), kind=kind))
        return fits[0]

    @contextmanager
    def borrowed(self, name: str = "", kind: str = "") -> Iterator[LanguageModel]:
        """Yield the model ``name`` of the type ``kind``, loaded, and keep it loaded while it is used.

        Raises:
            UnknownModel: there is none of that name and type.
            ArtifactError: its files cannot be used.
            MissingDependency: an extra it needs is not installed.
        """
        chosen = self.chosen(name, kind)
        with self._loaded.borrowed(f"{chosen.kind.value}:{chosen.name}", chosen.load) as model:
            yield model

    def close(self) -> None:
        """Give every model back that nobody uses."""
        self._loaded.close()

    def _kind(self, name: str) -> str:
        return "" if name else self._usual_kind

    def _found(self) -> Iterator[Available]:
        for name, (path, digest) in packaged().items():
            yield self._gguf(name, path, digest)
        if self._folder is not None and self._folder.is_dir():
            for path in self._folder.iterdir():
                yield from self._at(path)
        if self._own is not None:
            yield from self._at(self._own)
        for endpoint in self._endpoints:
            yield Available(endpoint.alias, ModelKind.OPENAI, partial(EndpointModel, endpoint))

    def _at(self, path: Path) -> Iterator[Available]:
        if path.suffix == ".gguf" and path.is_file():
            yield self._gguf(path.stem, path, "")
        elif (path / CONFIG).is_file():
            for kind in _kinds(path):
                yield Available(path.name, kind, self._opening(path, kind))

    def _gguf(self, name: str, path: Path, digest: str) -> Available:
        def load() -> LanguageModel:
            return GgufModel(path, name=name, context_tokens=self._context_tokens, threads=self._threads, sha256=digest)

        return Available(name, ModelKind.GGUF, load)

    def _opening(self, path: Path, kind: ModelKind) -> Callable[[], LanguageModel]:
        def load() -> LanguageModel:
            from epicrisis.engines.summary.models.pytorch import TorchModel

            return TorchModel(
                path, name=path.name, kind=kind, context_tokens=self._context_tokens, threads=self._threads
            )

        return load


def _stem(path: Path) -> str:
    return path.stem if path.suffix == ".gguf" else path.name


def _kinds(folder: Path) -> tuple[ModelKind, ...]:
    try:
        names = config_of(folder).get("architectures") or ()
    except ArtifactError:
        return ()
    return next((kinds for name in names for end, kinds in _KINDS.items() if str(name).endswith(end)), ())


def _unknown(some: Sequence[Available], *, named: bool, kind: str) -> str:
    """Return what to try next; the name that was asked for may be anything, and is not repeated."""
    if not some:
        return (
            "No language model is here; put a GGUF file in the folder of EPICRISIS_SUMMARY_MODELS, or ask for the "
            "generation mode 'rule', which needs none."
        )
    listed = ", ".join(f"{each.name!r} ({each.kind.value})" for each in some)
    of_kind = f" of the type '{ModelKind(kind).value}'" if kind in set(ModelKind) else " of that type" if kind else ""
    return f"No language model{' of that name' if named else ''}{of_kind}; try one of {listed}."
