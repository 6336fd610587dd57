"""HTTP/1.1 with our manners: what is not HTTP gets a problem document, and nobody is read or waited for without end.

The parser is llhttp, by way of httptools. It knows no limits, and it forgives what two servers in a row may read in two
ways (RFC 9112, section 11.2); both are settled here.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from epicrisis.api.limits import MAX_HEAD_BYTES
from epicrisis.api.lingering import Lingering
from epicrisis.api.problems import HEAD_TOO_LARGE, MALFORMED_HTTP, METHOD_NOT_ALLOWED, Problem
from epicrisis.api.refusing import refusal

# A method of somebody's own making (RFC 9110, 5.6.2), whole or cut by the end of a packet, and what it was meant for.
# llhttp knows those of IANA.
_METHOD = re.compile(rb"[!#$%&'*+.^_`|~\w-]+(?:$| (?:([^ \r\n]+) )?)")


class Unfit(Exception):
    """A request that llhttp takes, and we do not."""

    def __init__(self, problem: Problem = MALFORMED_HTTP) -> None:
        super().__init__(problem.code)
        self.problem = problem


class Wire(HttpToolsProtocol):
    """uvicorn's protocol over llhttp, with limits, problem documents, and an eye on clients that leave."""

    header_seconds = 30.0
    # How long a client may read nothing of its answer. Whoever reads slowly is waited for.
    reader_seconds = 30.0
    # What may arrive before the parser can hand on a whole part of a request: a head, a piece of body, trailers.
    max_unread_bytes = 65_536
    # What a client may send on after it was refused, and still find out why.
    max_wasted_bytes = 32_000_000
    # Requests sent ahead on one connection. Browsers send none; thousands of tiny ones fit into one packet's buffer.
    max_ahead = 16

    _watch: asyncio.TimerHandle | None = None
    _head_since: float | None = None
    _unread = 0
    _in_body = False
    _refusal: Problem | None = None
    _refused = False
    _answering: RequestResponseCycle | None = None
    _begun = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Give a new connection ``header_seconds`` to say what it wants."""
        self._line = Lingering(
            transport, self.loop, unfinished=lambda: self._in_body or self._refused, patience=self.reader_seconds
        )
        super().connection_made(self._line)
        self.url, self.headers = b"", []
        self._head_since = self._begun = self.loop.time()
        # One timer a connection looks now and then; one a request would cost more than reading it.
        self._watch = self.loop.call_later(self.header_seconds, self._close_unless_asked)

    def connection_lost(self, exc: Exception | None) -> None:
        """Give up the request of a client that has left: nobody waits for its answer."""
        if self._watch is not None:
            self._watch.cancel()
        self._line.stop_awaiting()
        self._give_up()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser, and refuse what it cannot read, or cannot read to an end."""
        self._unread += len(data)
        if self.transport.is_closing():
            # Nobody reads this any more: it is what a client was still sending when it was refused.
            if self._unread > self.max_wasted_bytes:
                self.transport.close()
            return
        before = self.cycle
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as offer:
            self._decline(data[offer.args[0] :])
        except httptools.HttpParserInvalidMethodError:
            # Behind another request in the same packet, its beginning is not known.
            own = _METHOD.match(data) if self.cycle is before else None
            self.url = own[1] or b"" if own else b""
            self._refuse(METHOD_NOT_ALLOWED if own else MALFORMED_HTTP)
        except httptools.HttpParserError as error:
            reason = error.__context__
            self._refuse(reason.problem if isinstance(reason, Unfit) else MALFORMED_HTTP)
        if self._unread > self.max_unread_bytes:
            self._refuse(HEAD_TOO_LARGE)

    def finish(self) -> None:
        """Let the answer that is under way be the last on this connection, and do not wait for who reads nothing."""
        self._line.hurry()
        if self._answering is not None:
            self._answering.keep_alive = False

    def shutdown(self) -> None:
        """Close as soon as what is under way is answered, and read."""
        self._line.hurry()
        super().shutdown()

    def pause_writing(self) -> None:
        """Wait for the client to read, but not for ever."""
        super().pause_writing()
        self._line.await_reader()

    def resume_writing(self) -> None:
        """Write on: the client reads."""
        super().resume_writing()
        if not self.transport.is_closing():
            self._line.stop_awaiting()

    def on_message_begin(self) -> None:
        """Give the head of a request ``header_seconds``."""
        super().on_message_begin()
        self._unset_keepalive_if_required()
        self._begun = self.loop.time()
        self._head_since = self._head_since or self._begun

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header; trailers come this way too and are dropped, for the request is already being answered."""
        if not self._in_body:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Start the request."""
        if self.parser.should_upgrade():
            # What follows is for another protocol, says llhttp; `_decline` says that there is none.
            return
        self._check()
        if self.url == b"*":
            # `OPTIONS *` asks about the server as a whole (RFC 9110, 7.1), which is no route of ours.
            self.url = b"/*"
        super().on_headers_complete()
        self._unread, self._head_since, self._in_body = 0, None, True

    def on_body(self, body: bytes) -> None:
        """Hand on a piece of the body."""
        self._unread = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Go on reading after a long body, or nobody would notice that the client leaves before its answer."""
        if self.parser.should_upgrade():
            return
        # What comes next is another request's, and of that one nothing is known yet.
        self._unread, self._in_body, self.url = 0, False, b""
        super().on_message_complete()
        if not self.pipeline:
            self.flow.resume_reading()

    def on_response_complete(self) -> None:
        """Begin the next request that was sent ahead, or refuse what came behind the last one."""
        last = not self.pipeline
        super().on_response_complete()
        if last and self._refusal is not None:
            self._refuse(self._refusal)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._answering = cycle
        super()._start_asgi_task(cycle, app)

    def _check(self) -> None:
        """Refuse what a server in front of us may have read otherwise than llhttp does, and what is too much."""
        version = self.parser.get_http_version()
        names = [name for name, _ in self.headers]
        hosts = names.count(b"host")
        if version not in ("1.0", "1.1") or hosts > 1 or (hosts == 0 and version == "1.1"):
            raise Unfit
        if b"transfer-encoding" in names:
            codings = [value.lower() for name, value in self.headers if name == b"transfer-encoding"]
            if codings != [b"chunked"] or version == "1.0":
                raise Unfit
        if len(self.pipeline) >= self.max_ahead:
            raise Unfit
        if len(self.url) > MAX_HEAD_BYTES:
            raise Unfit(HEAD_TOO_LARGE)

    def _decline(self, rest: bytes) -> None:
        """Read a request that offers another protocol as if it had not, as RFC 9110, 7.8, lets us.

        llhttp counts the body to the other protocol, and clients such as Java's send one with their offer of HTTP/2.
        """
        method, version = self.parser.get_method(), self.parser.get_http_version().encode()
        if method == b"CONNECT":
            self._refuse(MALFORMED_HTTP)
            return
        headers = b"".join(b"%s: %s\r\n" % header for header in self.headers if header[0] != b"upgrade")
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self._unread = 0
        self.data_received(b"%s %s HTTP/%s\r\n%s\r\n%s" % (method, self.url, version, headers, rest))

    def _give_up(self) -> None:
        """Cancel the request that is being answered, if one is: its answer has nowhere to go."""
        cycle = self._answering
        if cycle is not None and not cycle.response_complete:
            cycle.disconnected = True
            state: dict[str, Any] = cycle.scope["state"]
            state["left"] = True
            task: asyncio.Task[None] | None = state.get("task")
            if task is not None:
                task.cancel()

    def _refuse(self, problem: Problem) -> None:
        """Answer with ``problem`` and hang up, once whatever was asked before has its answer."""
        cycle = self._answering
        if self._in_body and self.pipeline:
            # It broke off while it waited for its turn.
            self.pipeline.popleft()
            self._in_body = False
        elif self._in_body and cycle is not None and not cycle.response_complete:
            if cycle.response_started:
                self.transport.close()
                return
            self._give_up()
        if cycle is not None and not (cycle.response_complete or cycle.disconnected):
            self._refusal = problem
            self.flow.pause_reading()
            return
        if not self.transport.is_closing():
            self._refused = True
            self.transport.write(self._told(problem))
            self.transport.close()

    def _told(self, problem: Problem) -> bytes:
        scope = {
            "type": "http", "app": self.app, "headers": self.headers, "root_path": self.root_path, "state": {},
            "method": self.parser.get_method().decode() if self.url and problem is not METHOD_NOT_ALLOWED else "",
        }  # fmt: skip
        return refusal(problem, scope, self.url, seconds=self.loop.time() - self._begun)

    def _close_unless_asked(self) -> None:
        seconds = self.header_seconds
        if self._head_since is not None:
            seconds -= self.loop.time() - self._head_since
        if seconds <= 0:
            self.transport.close()
        else:
            self._watch = self.loop.call_later(seconds, self._close_unless_asked)
