"""Models of llama.cpp: one GGUF file, computed in this process by the extra ``llm``.

The library brings a server of its own along. It listens on a socket in a folder nobody else may enter, asks for a key
nobody else knows, shows nothing of what it is asked, and writes no log.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from epicrisis.engines.summary.models.contracts import SEED, ModelCard, ModelKind, Prompt, Stop, guessed_tokens
from epicrisis.engines.summary.models.files import sha256_of
from epicrisis.engines.summary.models.gguf_header import header_of
from epicrisis.engines.summary.models.turns import Turns
from epicrisis.errors import CorruptArtifact, GenerationFailed, MissingDependency, TextTooLong

# So many tokens of a prompt are read between two looks at whether somebody still waits.
_AT_ONCE = 64


class GgufModel:
    """A model of llama.cpp, one generation at a time.

    Raises:
        MissingDependency: the extra ``llm`` is not installed.
        MissingArtifact: there is no such file.
        CorruptArtifact: it is no GGUF file, one that llama.cpp does not load, or not the one with that ``sha256``.
    """

    def __init__(
        self, path: Path, *, name: str, context_tokens: int = 4_096, threads: int = 1, sha256: str = ""
    ) -> None:
        header = header_of(path)
        library = _library()
        digest = sha256_of(path)
        if sha256 and digest != sha256:
            raise CorruptArtifact(f"'{path.name}' does not match its sha256; install the package that has it again.")
        self._card = ModelCard(
            name=name,
            kind=ModelKind.GGUF,
            version=digest[:12],
            context_tokens=min(header.context_tokens, context_tokens),
            size_bytes=path.stat().st_size,
            sha256={path.name: digest},
        )
        self._converses = header.has_chat_template
        self._turns = Turns()
        self._folder = tempfile.TemporaryDirectory(prefix="epicrisis-")
        try:
            self._server = library.Server(self._asked(library, path, threads))
            # One that is given back before its loop turns waits for it for ever: xllamacpp 2026.10, ~Server.
            self._server.handle_completions({"prompt": ".", "max_tokens": 1, "temperature": 0})
        except Exception as cause:
            self._folder.cleanup()
            raise CorruptArtifact(f"llama.cpp does not load '{path.name}' ({type(cause).__name__}).") from cause

    @property
    def card(self) -> ModelCard:
        """Describe the model."""
        return self._card

    def tokens(self, text: str) -> int:
        """Return about how many tokens ``text`` has, rather too many."""
        return guessed_tokens(text)

    def complete(self, prompt: Prompt, *, most_tokens: int, stop: Stop, seconds: float) -> str:
        """Return what the model writes, at most ``most_tokens`` of it, and at once when ``stop`` says so.

        Raises:
            TextTooLong: the prompt does not fit the context.
            GenerationFailed: the model could not answer.
        """
        return self._turns.written(lambda over: self._written(prompt, most_tokens, over), stop=stop, seconds=seconds)

    def close(self) -> None:
        """Give its memory back, once what it is writing is done."""
        with self._turns.lock:
            self._server = None
            self._folder.cleanup()

    def _written(self, prompt: Prompt, most_tokens: int, over: Stop) -> str:
        if self._server is None:
            raise GenerationFailed(f"The model {self._card.name!r} was closed.")
        parts: list[str] = []
        faults: list[Mapping[str, Any]] = []

        def heard(chunk: Mapping[str, Any]) -> bool:
            if "error" in chunk:
                faults.append(chunk["error"])
            parts.extend(_words(chunk))
            return over()

        asked = self._question(prompt, most_tokens)
        ask = self._server.handle_chat_completions if self._converses else self._server.handle_completions
        try:
            answer = ask(asked, heard)
        except Exception as cause:
            raise GenerationFailed(f"llama.cpp failed ({type(cause).__name__}).") from cause
        if isinstance(answer, dict) and "error" in answer:
            faults.append(answer["error"])
        for fault in faults:
            if fault.get("type") == "exceed_context_size_error":
                raise TextTooLong(
                    f"The prompt has {fault.get('n_prompt_tokens')} tokens; the model {self._card.name!r} takes "
                    f"{self._card.context_tokens}."
                )
            raise GenerationFailed(f"llama.cpp refused the prompt with {fault.get('type')!r}.")
        return "".join(parts)

    def _question(self, prompt: Prompt, most_tokens: int) -> dict[str, Any]:
        usual = {
            "max_tokens": most_tokens,
            "temperature": 0,
            "top_k": 1,
            "seed": SEED,
            "stream": True,
            "return_progress": True,
            "cache_prompt": False,
        }
        if not self._converses:
            return usual | {"prompt": f"{prompt.task}\n\n{prompt.text}\n\n"}
        turns = [{"role": "system", "content": prompt.task}, {"role": "user", "content": prompt.text}]
        return usual | {"messages": turns}

    def _asked(self, library: Any, path: Path, threads: int) -> Any:
        asked = library.CommonParams()
        asked.model.path = str(path)
        asked.hostnames = [f"{self._folder.name}/model.sock"]
        asked.api_keys = [secrets.token_urlsafe(32)]
        asked.endpoint_slots = asked.ui = asked.warmup = False
        asked.offline = True
        asked.verbosity = -1
        asked.n_ctx = self._card.context_tokens
        asked.n_batch = asked.n_ubatch = _AT_ONCE
        asked.n_parallel = asked.n_threads_http = 1
        # What was read before would change how the rest is cut into batches, and so the last digit of a score.
        asked.cache_prompt = asked.cont_batching = False
        asked.cache_ram_mib = 0
        asked.cpuparams.n_threads = asked.cpuparams_batch.n_threads = threads
        return asked


def _words(chunk: Mapping[str, Any]) -> list[str]:
    return [
        text
        for choice in chunk.get("choices", ())
        if isinstance(text := choice.get("text") or choice.get("delta", {}).get("content"), str)
    ]


def _library() -> Any:
    try:
        import xllamacpp
    except ImportError as cause:
        raise MissingDependency("GGUF models need llama.cpp; run: pip install 'epicrisis[llm]'") from cause
    return xllamacpp
