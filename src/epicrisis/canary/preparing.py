"""The settings of the server under test: those of the installation, with everything it keeps in a folder of its own."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

from epicrisis.canary import engine
from epicrisis.domain.identifiers import IdentifierKind
from epicrisis.domain.redactions import Operator
from epicrisis.settings import Settings

POLICIES = "policies"
SEALING = "selftest-sealing"
DATA, TEMPORARY = "data", "temporary"

_ENGINE = "engine"
# More than it will be asked, so that it counts and refuses nobody.
_REQUESTS_A_MINUTE = 1_000_000


def prepared(
    settings: Settings, folder: Path, *, redis: str, database: str, traces: str, ehrs: str = "[]"
) -> dict[str, str]:
    """Return the environment of a server like that of ``settings``, and make in ``folder`` what it asks for.

    ``redis``, ``database`` and ``traces`` are where its neighbours are reached, empty where there is none; ``ehrs`` are
    the EHRs it may ask, and no other is asked.
    """
    _install_engine(folder / _ENGINE)
    _write_policies(folder / POLICIES, settings.policies)
    for name in (DATA, TEMPORARY):
        (folder / name).mkdir()
    changed = {
        "EPICRISIS_DATA": str(folder / DATA), "TMPDIR": str(folder / TEMPORARY),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(folder / _ENGINE), os.environ.get("PYTHONPATH", "")])),
        "EPICRISIS_READER": engine.NAMES["en"], "EPICRISIS_ASSERTION": engine.NAMES["en"],
        "EPICRISIS_READER_ES": engine.NAMES["es"], "EPICRISIS_ASSERTION_ES": "", "EPICRISIS_ASSERTION_MODEL": "",
        engine.BEHIND["en"]: settings.reader, engine.BEHIND["es"]: settings.reader_es or "rules",
        "EPICRISIS_PRELOAD": "en,es", "EPICRISIS_POLICIES": str(folder / POLICIES),
        "EPICRISIS_LOG_LEVEL": "debug", "EPICRISIS_REDIS_URL": redis, "EPICRISIS_DATABASE_URL": database,
        # Everybody has to say who they are, and every request is counted.
        "EPICRISIS_REQUIRE_KEY": "1", "EPICRISIS_RATE_LIMIT_PER_MINUTE": str(_REQUESTS_A_MINUTE),
        "EPICRISIS_SECRET_KEY": secrets.token_urlsafe(32), "EPICRISIS_JWT_SECRET_KEY": secrets.token_urlsafe(32),
        "EPICRISIS_ENCRYPTION_KEYS": secrets.token_hex(32), "EPICRISIS_INTERACTIONS": "1",
        "EPICRISIS_EHRS": ehrs, "EPICRISIS_DEFAULT_EHR": "", "EPICRISIS_SUMMARY_ENDPOINTS": "[]",
        "EPICRISIS_TRACING": "1" if traces else "0",
    }  # fmt: skip
    if traces:
        changed |= {"OTEL_EXPORTER_OTLP_ENDPOINT": traces, "OTEL_BSP_SCHEDULE_DELAY": "200"}
    return {**os.environ, **changed}


def _install_engine(folder: Path) -> None:
    """Put a package into ``folder`` that offers the engine with the fault."""
    about = folder / "epicrisis_selftest-0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: epicrisis-selftest\nVersion: 0\n")
    (about / "entry_points.txt").write_text(engine.entry_points())


def _write_policies(folder: Path, own: Path | None) -> None:
    """Write the policies of the installation to ``folder``, and one that seals whatever is found."""
    folder.mkdir()
    for path in own.glob("*.toml") if own else ():
        shutil.copy(path, folder)
    operators = "\n".join(f'{kind} = "{Operator.ENCRYPT.value}"' for kind in IdentifierKind.__members__)
    summary = 'summary = "Whatever is found can be opened again."'
    (folder / f"{SEALING}.toml").write_text(f"{summary}\n\n[operators]\n{operators}\n")
