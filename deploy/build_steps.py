#!/usr/bin/env python3
"""Does what the Dockerfile says without a container engine, line by line, and uses what comes out as it is used there.

Each stage begins as a copy-on-write view of this machine, whose Python stands in for that of the base image; RUN runs
in it, COPY copies what .dockerignore lets through. What comes out is started as the image is: by its user, with no
rights and no capabilities, on a root file system that cannot be written to, with no network, its volume empty.

    sudo deploy/build_steps.py [EXTRAS="postgres documents"]    # arguments of the build, NAME=VALUE

It takes root (for overlayfs, chroot and the confinement), git, and a package index. PATIENCE is how many seconds the
server has to get ready (30).
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCKERFILE = ROOT / "deploy" / "Dockerfile"
BASE_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"
# Said of the image, and nothing to do: how it is published is not what it is.
TOLD = {"LABEL", "EXPOSE", "VOLUME", "USER", "HEALTHCHECK", "ENTRYPOINT", "CMD"}

_VARIABLE = re.compile(r"\$\{(\w+)\}|\$(\w+)")


@dataclass
class Stage:
    """A stage that is being built: where its root is, what is set in it, and what was said of it."""

    root: Path
    args: dict[str, str]
    env: dict[str, str] = field(default_factory=lambda: {"PATH": BASE_PATH})
    workdir: str = "/"
    told: dict[str, str] = field(default_factory=dict)

    def filled(self, words: str) -> str:
        """Return ``words`` with the variables in them."""
        known = {**self.args, **self.env}
        return _VARIABLE.sub(lambda found: known.get(found[1] or found[2], ""), words)

    def within(self, path: str) -> Path:
        """Return where a path of the stage is on this machine."""
        return self.root / os.path.join(self.workdir, path).lstrip("/")


def instructions(dockerfile: str) -> Iterator[tuple[str, str]]:
    """Yield each instruction of a Dockerfile, and its words on one line."""
    lines = (line for line in dockerfile.splitlines() if line.strip() and not line.lstrip().startswith("#"))
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        name, _, words = line.strip().partition(" ")
        yield name.upper(), " ".join(words.split()) if name.upper() != "RUN" else words.strip()


class Builder:
    """Takes the steps of a Dockerfile, each stage in a folder of ``work``."""

    def __init__(self, work: Path, given: Mapping[str, str]) -> None:
        self.work = work
        self.given = given
        self.stages: dict[str, Stage] = {}
        self.before: dict[str, str] = {}

    def built(self, dockerfile: str) -> Stage:
        """Take every step and return the last stage."""
        stage: Stage | None = None
        for name, words in instructions(dockerfile):
            print(f"== {name} {words[:100]}", flush=True)
            if name == "ARG" and stage is None:
                self._arg(self.before, words)
            elif name == "FROM":
                stage = self._stage(words)
            elif stage is None:
                raise SystemExit(f"{name} stands before the first FROM.")
            else:
                self._step(stage, name, words)
        if stage is None:
            raise SystemExit("There is no FROM.")
        return stage

    def _step(self, stage: Stage, name: str, words: str) -> None:
        match name:
            case "ARG":
                self._arg(stage.args, words)
            case "ENV":
                for pair in shlex.split(words):
                    variable, _, value = pair.partition("=")
                    stage.env[variable] = stage.filled(value)
            case "WORKDIR":
                stage.within(stage.filled(words)).mkdir(parents=True, exist_ok=True)
                stage.workdir = os.path.join(stage.workdir, stage.filled(words))
            case "COPY":
                self._copy(stage, stage.filled(words).split())
            case "RUN":
                index = {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
                index |= {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
                within(stage, ["sh", "-c", words], {**index, **stage.args, **stage.env, "HOME": "/root"})
            case _ if name in TOLD:
                stage.told[name] = stage.filled(words)
            case _:
                raise SystemExit(f"What {name} does is not known here yet.")

    def _arg(self, known: dict[str, str], words: str) -> None:
        name, _, default = words.partition("=")
        known[name] = self.given.get(name, known.get(name, default.strip('"')))

    def _stage(self, words: str) -> Stage:
        image, _, name = words.partition(" AS ")
        root = self.work / (name or "image")
        stage = Stage(root, dict(self.before))
        upper, scratch = self.work / f"{root.name}.upper", self.work / f"{root.name}.scratch"
        for folder in (root, upper, scratch):
            folder.mkdir()
        do("mount", "-t", "overlay", "overlay", "-o", f"lowerdir=/,upperdir={upper},workdir={scratch}", str(root))
        for kind, place in (("proc", "proc"), ("tmpfs", "tmp")):
            do("mount", "-t", kind, kind, str(root / place))
        for place in ("dev", "sys"):
            do("mount", "--rbind", f"/{place}", str(root / place))
        # What an engine hands in from outside lies over a file, and a view of the file system does not see it.
        (root / "etc" / "resolv.conf").write_bytes(Path("/etc/resolv.conf").read_bytes())
        python = a_python()
        (root / "usr" / "local" / "bin" / "python3").unlink(missing_ok=True)
        (root / "usr" / "local" / "bin" / "python3").symlink_to(python)
        print(f"   {stage.filled(image)} is {python} of this machine", flush=True)
        self.stages[name] = stage
        return stage

    def _copy(self, stage: Stage, words: Sequence[str]) -> None:
        flags = dict(word.removeprefix("--").split("=") for word in words if word.startswith("--"))
        *sources, target = (word for word in words if not word.startswith("--"))
        place = stage.within(target)
        if "from" in flags:
            for source in sources:
                do("cp", "-a", "--no-target-directory", str(self.stages[flags["from"]].within(source)), str(place))
            return
        for source in sources:
            files = let_through(source)
            if not files:
                raise SystemExit(f".dockerignore lets nothing of {source} through, or there is nothing.")
            # Of a folder its content is copied, of a file the file: into a folder where the target is one.
            into = place / Path(source).name if target.endswith("/") and not (ROOT / source).is_dir() else place
            for file in files:
                copied = into / Path(file).relative_to(source) if (ROOT / source).is_dir() else into
                copied.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / file, copied)


def let_through(source: str) -> list[str]:
    """Return the files of ``source`` that git knows and .dockerignore lets through."""
    named = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    git = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"]
    listed = subprocess.run([*git, source], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    # What was deleted and not committed yet is still listed.
    return [
        file for file in listed
        if file and (ROOT / file).exists() and any(file == name or file.startswith(f"{name}/") for name in named)
    ]  # fmt: skip


def a_python() -> str:
    """Return a Python that has what that of the base image has; one in a home only its owner reaches will not do."""
    for python in filter(None, (os.environ.get("PYTHON"), "/usr/local/bin/python3", "/usr/bin/python3")):
        asked = [python, "-c", "import pip, venv, sys; sys.exit(sys.version_info < (3, 11))"]
        if Path(python).exists() and subprocess.run(asked, capture_output=True, check=False).returncode == 0:
            return os.path.realpath(python)
    raise SystemExit("Python 3.11 with pip and venv is needed where everybody reaches it; name it in PYTHON.")


def within(stage: Stage, command: Sequence[str], environment: Mapping[str, str]) -> None:
    """Run ``command`` in a stage, as root, as the builder of an image does."""
    do("chroot", str(stage.root), *cleared(environment, stage.workdir), *command)


def cleared(environment: Mapping[str, str], workdir: str) -> list[str]:
    """Return what starts a command with ``environment`` and nothing else."""
    return [
        "env",
        "--ignore-environment",
        f"--chdir={workdir}",
        *(f"{name}={value}" for name, value in environment.items()),
    ]


def used(stage: Stage) -> None:
    """Start what the stage is, see that it is well, and stop it."""
    volume, (uid, gid) = stage.told["VOLUME"], stage.told["USER"].split(":")
    mode = f"{stage.within(volume).stat().st_mode & 0o777:04o}"
    print(f"== ENTRYPOINT, as user {uid}: read-only root, no network, no capabilities, {volume} empty", flush=True)
    do("mount", "-t", "tmpfs", "-o", f"mode={mode},uid={uid},gid={gid}", "tmpfs", str(stage.within(volume)))
    for place in ("tmp", ""):
        do("mount", "-o", "remount,ro", str(stage.root / place))
    rights = ["setpriv", "--reuid", uid, "--regid", gid, "--clear-groups", "--no-new-privs", "--inh-caps=-all"]
    server = ["chroot", str(stage.root), *rights, "--bounding-set=-all", *cleared(stage.env, stage.workdir)]
    for place in ("/written", "/opt/epicrisis/written", "/tmp/written", "/etc/written"):
        if subprocess.run([*server, "touch", place], capture_output=True, check=False).returncode == 0:
            raise SystemExit(f"The user of the server can write to {place}.")
    entry = json.loads(stage.told["ENTRYPOINT"])
    key = subprocess.run([*server, *entry, "keys", "create", "steps"], check=True, stdout=subprocess.PIPE, text=True)
    process = subprocess.Popen([*server, *entry, *json.loads(stage.told["CMD"])], stderr=subprocess.PIPE, text=True)
    try:
        base = f"http://127.0.0.1:{stage.env['EPICRISIS_PORT']}"
        ask = [sys.executable, str(ROOT / "deploy" / "ask.py"), base, os.environ.get("PATIENCE", "30")]
        answered = subprocess.run(ask, env={**os.environ, "EPICRISIS_KEY": key.stdout.strip()}, check=False)
        health = stage.told["HEALTHCHECK"].partition(" CMD ")[2]
        if answered.returncode == 0:
            do(*server, *json.loads(health))
            print("the health check says yes", flush=True)
        status = Path(f"/proc/{process.pid}/status").read_text()
        print(*re.findall(r"^(?:Uid|CapEff|NoNewPrivs|VmHWM|Threads):.*$", status, re.MULTILINE), sep="\n", flush=True)
    finally:
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=60)[1]
    if answered.returncode or process.returncode:
        raise SystemExit(f"{said}\nIt answered {answered.returncode} and stopped with {process.returncode}.")
    print("stopped with 0\nAll steps are well.")


def do(*command: str) -> None:
    """Run a command, which has to succeed."""
    done = subprocess.run(command, check=False)
    if done.returncode:
        raise SystemExit(f"{command[0]} failed with {done.returncode}: {shlex.join(command)[:300]}")


def main(words: list[str]) -> None:
    """Build and use the image in rooms of their own: mounts that nobody else sees, and then no network."""
    if os.geteuid() != 0:
        raise SystemExit(f"This takes root: sudo {sys.argv[0]}")
    given = dict(word.split("=", 1) for word in words if word != "--inside")
    if "--inside" not in words:
        os.execvp("unshare", ["unshare", "--mount", sys.executable, __file__, "--inside", *words])
    work = Path(tempfile.mkdtemp())
    do("mount", "-t", "tmpfs", "-o", "mode=0755", "tmpfs", str(work))
    stage = Builder(work, given).built(DOCKERFILE.read_text(encoding="utf-8"))
    # From here on there is no network but our own. In Python, unshare came with 3.12.
    child = os.fork()
    if child == 0:
        leave_the_network()
        used(stage)
        os._exit(0)
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def leave_the_network() -> None:
    """Stay in a network with nobody else in it."""
    import ctypes

    if ctypes.CDLL(None, use_errno=True).unshare(0x40000000) != 0:
        raise SystemExit(f"unshare failed: {os.strerror(ctypes.get_errno())}")
    do("ip", "link", "set", "lo", "up")


if __name__ == "__main__":
    main(sys.argv[1:])
