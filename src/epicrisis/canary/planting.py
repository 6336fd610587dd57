"""Plants somebody in every surface before it is looked through: who is not found there proves the look worthless."""

from __future__ import annotations

import http.client
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, urlsplit

from epicrisis.canary.inquiry import Inquiry, Surface
from epicrisis.canary.neighbours import plant_in_postgres, plant_in_redis


class Planted:
    """What is planted on the way things go there, each in another writing; it is taken away again."""

    def __init__(self, inquiry: Inquiry) -> None:
        self._text = {surface: inquiry.planted_in(surface).text for surface in Surface}
        self._inquiry = inquiry
        self._files: list[Path] = []

    def in_folders(self, *, data: Path, temporary: Path, working: Path, logs: Path) -> None:
        """Plant a line of a log, a row of a database, a file that is named by somebody, and a piece of memory."""
        self._write(logs / "planted.log", json.dumps({"event": self._text[Surface.LOG]}).encode())
        with closing(sqlite3.connect(data / "planted.db")) as database:
            database.execute("CREATE TABLE planted (words TEXT)")
            database.execute("INSERT INTO planted VALUES (?)", [self._text[Surface.DATA]])
            database.commit()
        self._files.append(data / "planted.db")
        name = self._inquiry.planted_in(Surface.TEMPORARY).name.upper()
        self._write(temporary / f"planted {name}.txt", b"")
        self._write(working / "core.planted", bytes(64) + self._text[Surface.WORKING].encode("utf-16-le"))

    def in_redis(self, url: str) -> None:
        """Plant a key and its value."""
        plant_in_redis(url, self._text[Surface.REDIS])

    def in_postgres(self, url: str) -> None:
        """Plant a row."""
        plant_in_postgres(url, self._text[Surface.POSTGRES])

    def in_traces(self, address: str) -> None:
        """Plant an attribute of a span."""
        connection = http.client.HTTPConnection(urlsplit(address).netloc)
        connection.request("POST", "/v1/traces", quote(self._text[Surface.TRACES]).encode())
        connection.getresponse().read()
        connection.close()

    def said(self, surface: Surface) -> bytes:
        """Return what is planted in a surface that is only heard."""
        return b"planted: " + self._text[surface].encode()

    def remove(self) -> None:
        """Take the files away."""
        for each in self._files:
            each.unlink(missing_ok=True)

    def _write(self, path: Path, content: bytes) -> None:
        path.write_bytes(content)
        self._files.append(path)
