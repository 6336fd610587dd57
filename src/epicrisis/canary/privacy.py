"""The story of the selftest: a server of its own, people who do not exist, three endings, and a look everywhere."""

from __future__ import annotations

import json
import shutil
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp

from epicrisis.api.app import create_app
from epicrisis.api.security.scopes import RouteTable
from epicrisis.assembly import Services, load
from epicrisis.canary import neighbours
from epicrisis.canary.asking import EHR, PHASES, SEALED_FOR, Asking, Routes
from epicrisis.canary.ehr import RecordsOfSomebody
from epicrisis.canary.identities import People
from epicrisis.canary.inquiry import Hit, Inquiry, Row, Surface
from epicrisis.canary.planting import Planted
from epicrisis.canary.preparing import DATA, POLICIES, SEALING, TEMPORARY, prepared
from epicrisis.canary.server import OwnServer
from epicrisis.engines.privacy.policies import all_policies
from epicrisis.errors import MissingDependency, Unreachable
from epicrisis.services.access import Scope
from epicrisis.settings import Settings

_REDIS = "redis"
_EXTRA = ("cryptography", "joserfc", "redis")
_EXPORTER = "opentelemetry.exporter.otlp.proto.http"
_RULES = {
    "reader": "rules", "reader_es": "rules", "assertion": "rules", "assertion_es": "", "assertion_model": "",
    "second_opinion": "", "preload": "en,es",
}  # fmt: skip

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked through and found; ``uncovered`` are routes and kinds of words nobody has looked for."""

    rows: Sequence[Row]
    hits: Sequence[Hit]
    uncovered: Sequence[str]
    requests: int
    operations: int
    crashes: int
    folder: Path | None

    @property
    def clean(self) -> bool:
        """Whether everything was looked through, and nothing was found."""
        return not self.hits and not self.uncovered and all(row.proven for row in self.rows)


def routes_of(settings: Settings) -> Routes:
    """Return every route of the server that ``settings`` describe; no engine of theirs is loaded for that."""
    quick = settings.model_copy(update=_RULES)
    app = create_app(Services(load(quick)), quick)
    return Routes.of(app.openapi(), ((row.path, row.methods) for row in RouteTable(app.routes).rows))


def prove_privacy(
    settings: Settings, *, only: Sequence[str] = (), keep: bool = False, tell: Tell = lambda _: None
) -> Report:
    """Return what a server like that of ``settings`` leaves behind of people who were sent through its routes.

    With ``keep``, and whenever something was found, the folder of the run is left for a closer look.

    Raises:
        InvalidInput: there is no route of a path in ``only``.
        MissingDependency: the extra ``server`` is not installed.
        StorageError: DATABASE_URL is set, and no database for this can be made there.
        Unreachable: the server does not start.
    """
    if not all(map(find_spec, _EXTRA)):
        raise MissingDependency("The selftest needs what servers have; run: pip install 'epicrisis[server]'.")
    # A socket of PostgreSQL is named by its path, which may have a hundred characters.
    folder = Path(mkdtemp(prefix="epicrisis-selftest-"))
    report = None
    try:
        routes = routes_of(settings)
        report = _Run(settings, folder, routes.only(only), tell)(keep=keep)
        if not only and not report.crashes:
            report = replace(report, uncovered=[*report.uncovered, "no request made an engine fail"])
        return report
    finally:
        if report is None or report.folder is None:
            shutil.rmtree(folder, ignore_errors=True)


def _can_trace() -> bool:
    try:
        return find_spec(_EXPORTER) is not None
    except ModuleNotFoundError:
        return False


class _Run:
    """One run, in a folder of its own."""

    def __init__(self, settings: Settings, folder: Path, routes: Routes, tell: Tell) -> None:
        self.settings = settings
        self.folder = folder
        self.routes = routes
        self.tell = tell
        self.people = People()
        for operation in routes.operations:
            for phase in PHASES:
                self.people.person(operation.name, phase)
        self.people.person(*SEALED_FOR)
        self.people.person(*EHR)
        self.inquiry = Inquiry(self.people)
        self.planted = Planted(self.inquiry)

    def __call__(self, *, keep: bool) -> Report:
        blind = [f"the search does not see {spot}" for spot in self.inquiry.blind_spots()]
        with ExitStack() as stack:
            given = self.settings.redis_url.get_secret_value()
            redis = stack.enter_context(neighbours.redis_at(given, self.folder / _REDIS))
            database = stack.enter_context(neighbours.database_beside(self.settings.database_url.get_secret_value()))
            traces = stack.enter_context(closing(neighbours.Collected())) if _can_trace() else None
            ehr = stack.enter_context(closing(RecordsOfSomebody(self.people.person(*EHR))))
            asking = stack.enter_context(self._server(redis, database, traces, ehr.setting))
            self._ask(asking)
            self._kill(asking)
            self._look(asking, redis, database, traces)
        hits, uncovered = sorted(self.inquiry.hits), [*blind, *asking.uncovered()]
        return Report(
            rows=self.inquiry.rows(),
            hits=hits,
            uncovered=uncovered,
            requests=sum(asked.statuses.total() for asked in asking.asked.values()),
            operations=len(self.routes.operations),
            crashes=sum(asked.crashes for asked in asking.asked.values()),
            folder=self.folder if keep or hits else None,
        )

    @contextmanager
    def _server(self, redis: str, database: str, traces: neighbours.Collected | None, ehrs: str) -> Iterator[Asking]:
        """Lend a server that runs, and somebody with a key who asks it."""
        server = OwnServer(
            self.folder,
            prepared(
                self.settings,
                self.folder,
                redis=redis,
                database=database,
                traces=traces.address if traces else "",
                ehrs=ehrs,
            ),
        )
        scopes = [argument for scope in Scope for argument in ("--scope", scope.value)]
        key = json.loads(server.run("keys", "create", "selftest", *scopes, "--json"))
        server.credential = key["key"]
        self.tell("starting")
        try:
            server.start()
            asking = Asking(server, self.routes, self.people)
            asking.learn(key["id"], self._policies(), sealing=SEALING)
            yield asking
        finally:
            server.end(signal.SIGTERM)
            if self.settings.embedded_postgres:
                # Whoever uses the database of the folder last stops it; a server that was killed could not.
                with suppress(Unreachable):
                    server.run("keys", "list")

    def _ask(self, asking: Asking) -> None:
        self.tell("asking")
        asking.everything()
        self.inquiry.look(Surface.METRICS, "/metrics", asking.metrics())

    def _kill(self, asking: Asking) -> None:
        """Kill the server in the middle of its work, and let it begin again in the same folder."""
        # Killed as by a machine that runs out of memory; and ended by itself, which leaves a core where it may.
        for how in (signal.SIGKILL, signal.SIGABRT):
            self.tell(f"ending by {how.name}")
            under_way = asking.under_way()
            asking.server.end(how)
            for thread in under_way:
                thread.join()
            self._look_into_folders(asking.server)
            asking.server.start()

    def _look(self, asking: Asking, redis: str, database: str, traces: neighbours.Collected | None) -> None:
        self.tell("looking")
        server, planted, look = asking.server, self.planted, self.inquiry.look
        look(Surface.METRICS, "/metrics", asking.metrics() + planted.said(Surface.METRICS))
        if redis:
            planted.in_redis(redis)
            for number, kept in enumerate(neighbours.kept_in_redis(redis)):
                look(Surface.REDIS, f"key or value {number}", kept)
        # That of the data folder runs as long as the server does.
        if database or self.settings.embedded_postgres:
            self._look_into_tables(database or self._embedded())
        server.end(signal.SIGTERM)
        if traces is not None:
            planted.in_traces(traces.address)
            look(Surface.TRACES, "what the collector was sent", b"\n".join(traces.received))
        for operation, said in asking.said.items():
            look(Surface.ANSWERS, operation, b"\n".join(said))
        look(Surface.ANSWERS, "planted", planted.said(Surface.ANSWERS))
        planted.in_folders(
            data=self.folder / DATA, temporary=self.folder / TEMPORARY, working=server.working, logs=server.logs
        )
        self._look_into_folders(server)
        planted.remove()

    def _look_into_folders(self, server: OwnServer) -> None:
        for surface, folder in {
            Surface.LOG: server.logs,
            Surface.DATA: self.folder / DATA,
            Surface.TEMPORARY: self.folder / TEMPORARY,
            Surface.WORKING: server.working,
            Surface.REDIS: self.folder / _REDIS,
        }.items():
            if folder.exists():
                self.inquiry.look_into(surface, folder)

    def _look_into_tables(self, url: str) -> None:
        self.planted.in_postgres(url)
        for table, rows in neighbours.kept_in_postgres(url):
            self.inquiry.look(Surface.POSTGRES, table, rows)
        neighbours.remove_from_postgres(url)

    def _embedded(self) -> str:
        from epicrisis.storage.postgres.embedded import FOLDER, USER

        return f"postgresql://{USER}@/postgres?host={self.folder / 'data' / FOLDER}"

    def _policies(self) -> list[str]:
        return list(all_policies(self.folder / POLICIES))
