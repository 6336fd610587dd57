"""A language model of a server on the hospital's own network that speaks as OpenAI's does (chat completions).

Clients name it by its alias and never by an address. Its host is looked up once for each question; where it lies must
be in the networks that the installation allows, and that very address is asked, so a name that changes its mind in
between leads nowhere else. A redirect is a refusal.
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from queue import Empty, Queue
from threading import Event, Thread
from types import ModuleType
from typing import Any
from urllib.parse import SplitResult, urlsplit

from epicrisis.engines.summary.models.contracts import SEED, ModelCard, ModelKind, Prompt, Stop, guessed_tokens
from epicrisis.errors import GenerationFailed, InvalidSettings, MissingDependency, TextTooLong, Unreachable

PRIVATE = ("10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
"""The networks that are nobody else's (RFC 1918, RFC 4193) and this machine's own."""

_MOST_BYTES = 2_000_000
_CONNECT_SECONDS = 3.0
_LOOK_SECONDS = 0.05  # between two looks at whether somebody still waits


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the model is asked, what it is called there, and the networks its host may lie in."""

    alias: str
    url: str
    """Up to and without ``/chat/completions``, such as ``https://models.hospital.example/v1``."""
    model: str
    key: str = field(default="", repr=False)
    context_tokens: int = 4_096
    networks: tuple[str, ...] = PRIVATE


class EndpointModel:
    """A model behind an HTTP server of the house.

    Raises:
        MissingDependency: httpx2 is not installed.
        InvalidSettings: the address or a network of the endpoint is none.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._library = _http_library()
        self._endpoint = endpoint
        self._url = _told(endpoint)
        try:
            self._networks = [ip_network(network) for network in endpoint.networks]
        except ValueError as cause:
            raise InvalidSettings(f"A network of the model endpoint {endpoint.alias!r} is none.") from cause
        self._card = ModelCard(
            name=endpoint.alias,
            kind=ModelKind.OPENAI,
            version=endpoint.model,
            context_tokens=endpoint.context_tokens,
            leaves_process=True,
        )

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
            GenerationFailed: the server answered with no completion.
            Unreachable: it does not answer, or lies outside the networks that are allowed.
        """
        counted = self.tokens(prompt.task) + self.tokens(prompt.text)
        if counted + most_tokens > self._card.context_tokens:
            raise TextTooLong(
                f"The prompt has about {counted} tokens; the model {self._card.name!r} takes "
                f"{self._card.context_tokens} with its answer."
            )
        until = time.monotonic() + seconds
        heard: Queue[str | Exception | None] = Queue()
        gone = Event()
        address = _address(self._url, self._networks, self._endpoint.alias)
        # A read cannot be broken off from outside, so it has a thread; whoever stops waiting does not wait for it.
        Thread(
            target=self._listen,
            args=(address, self._question(prompt, most_tokens), until, heard, gone),
            name="model-endpoint",
            daemon=True,
        ).start()
        try:
            return "".join(_until_done(heard, stop, until))
        finally:
            gone.set()

    def close(self) -> None:
        """Hold nothing, give nothing back."""

    def _question(self, prompt: Prompt, most_tokens: int) -> dict[str, Any]:
        return {
            "model": self._endpoint.model,
            "messages": [{"role": "system", "content": prompt.task}, {"role": "user", "content": prompt.text}],
            "max_tokens": most_tokens,
            "temperature": 0,
            "seed": SEED,
            "stream": True,
        }

    def _listen(
        self, address: str, question: dict[str, Any], until: float, heard: Queue[str | Exception | None], gone: Event
    ) -> None:
        alias = self._endpoint.alias
        try:
            for part in self._streamed(address, question, until):
                if gone.is_set():
                    return
                heard.put(part)
            heard.put(None)
        except GenerationFailed as error:
            heard.put(error)
        except self._library.TimeoutException:
            heard.put(Unreachable(f"The model endpoint {alias!r} does not answer in time."))
        except Exception as error:  # noqa: BLE001, a thread of its own: whatever it is belongs to whoever waits
            heard.put(Unreachable(f"The model endpoint {alias!r} does not answer ({type(error).__name__})."))

    def _streamed(self, address: str, question: dict[str, Any], until: float) -> Iterator[str]:
        host = self._url.hostname or ""
        shown = f"[{address}]" if ":" in address else address
        port = self._url.port or (443 if self._url.scheme == "https" else 80)
        url = f"{self._url.scheme}://{shown}:{port}{self._url.path.rstrip('/')}/chat/completions"
        headers = {"Host": self._url.netloc, "Accept": "text/event-stream", "Accept-Encoding": "identity"}
        if self._endpoint.key:
            headers["Authorization"] = f"Bearer {self._endpoint.key}"
        left = max(until - time.monotonic(), 0.001)
        # Whoever waits stops first, with what has come; this is for a thread nobody hears any more.
        timeout = self._library.Timeout(left + 1, connect=min(_CONNECT_SECONDS, left))
        with (
            self._library.Client(follow_redirects=False, timeout=timeout, trust_env=False) as client,
            client.stream("POST", url, json=question, headers=headers, extensions={"sni_hostname": host}) as response,
        ):
            if response.status_code != 200:
                raise GenerationFailed(
                    f"The model endpoint {self._endpoint.alias!r} answered with status {response.status_code}."
                )
            yield from self._events(response)

    def _events(self, response: Any) -> Iterator[str]:
        received, rest = 0, b""
        for piece in response.iter_raw():
            received += len(piece)
            if received > _MOST_BYTES:
                raise GenerationFailed(f"The model endpoint {self._endpoint.alias!r} answers without end.")
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                name, _, data = line.partition(b":")
                if name.strip() != b"data":
                    continue
                if data.strip() == b"[DONE]":
                    return
                yield self._word(data)

    def _word(self, data: bytes) -> str:
        try:
            choices = json.loads(data).get("choices") or [{}]
            return str(choices[0].get("delta", {}).get("content") or "")
        except (ValueError, AttributeError, IndexError, KeyError, TypeError, RecursionError) as cause:
            raise GenerationFailed(
                f"The model endpoint {self._endpoint.alias!r} does not answer as chat completions do."
            ) from cause


def _until_done(heard: Queue[str | Exception | None], stop: Stop, until: float) -> Iterator[str]:
    while not stop() and time.monotonic() < until:
        try:
            part = heard.get(timeout=_LOOK_SECONDS)
        except Empty:
            continue
        if part is None:
            return
        if isinstance(part, Exception):
            raise part
        yield part


def _told(endpoint: Endpoint) -> SplitResult:
    try:
        url = urlsplit(endpoint.url)
        whole = url.scheme in ("http", "https") and bool(url.hostname) and url.port != 0
    except ValueError:
        whole = False
    if not whole or url.username or url.password or url.query or url.fragment:
        raise InvalidSettings(
            f"The url of the model endpoint {endpoint.alias!r} must be http or https, a host and a path, such as "
            "https://models.hospital.example/v1."
        )
    return url


def _address(url: SplitResult, networks: Sequence[IPv4Network | IPv6Network], alias: str) -> str:
    """Return the address that is asked, once every one the host has lies in a network that is allowed.

    Raises:
        Unreachable: the host has none, or one elsewhere.
    """
    try:
        found = socket.getaddrinfo(url.hostname, url.port or url.scheme, type=socket.SOCK_STREAM)
    except OSError as cause:
        raise Unreachable(f"The host of the model endpoint {alias!r} is not known here.") from cause
    addresses = [ip_address(str(each[4][0]).partition("%")[0]) for each in found]
    plain = [getattr(address, "ipv4_mapped", None) or address for address in addresses]
    if not plain or not all(any(address in network for network in networks) for address in plain):
        raise Unreachable(
            f"The model endpoint {alias!r} lies outside the networks that are allowed; name its network in the setting "
            "if it is the hospital's own."
        )
    return str(plain[0])


def _http_library() -> ModuleType:
    try:
        import httpx2
    except ImportError as cause:
        raise MissingDependency("A model endpoint needs httpx2; run: pip install 'epicrisis[client]'") from cause
    return httpx2
