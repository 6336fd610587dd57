"""The repository of the Hugging Face Space, laid out by its script."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from tests.deploy.files import DEPLOY, ROOT, instructions


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (ROOT / ".git").exists():
        pytest.skip("the script asks git which files are ours")
    folder = tmp_path_factory.mktemp("space")
    subprocess.run(["sh", str(DEPLOY / "space" / "assemble.sh"), str(folder)], check=True, capture_output=True)
    return folder


def test_the_front_matter_says_what_a_space_asks(space: Path) -> None:
    _, front, page = (space / "README.md").read_text(encoding="utf-8").split("---\n", 2)

    told = yaml.safe_load(front)
    assert (told["sdk"], told["app_port"], told["license"]) == ("docker", 7860, "apache-2.0")
    assert len(told["short_description"]) <= 60
    assert "no medical device" in page


def test_the_image_listens_where_a_space_expects_it_as_the_user_it_has(space: Path) -> None:
    dockerfile = (space / "Dockerfile").read_text(encoding="utf-8")

    words = [words for name, words in instructions(dockerfile) if name == "ENV"]
    assert "ARG UID=1000\n" in dockerfile
    assert "ARG PORT=7860\n" in dockerfile
    assert "EPICRISIS_REQUIRE_KEY=false" in words[0]
    assert "EPICRISIS_ALLOW_ANONYMOUS_NETWORK=true" in words[-1]


def test_everything_the_image_copies_is_there_and_nothing_else(space: Path) -> None:
    dockerfile = (space / "Dockerfile").read_text(encoding="utf-8")
    copied = [
        source
        for name, words in instructions(dockerfile)
        if name == "COPY" and not words.startswith("--from")
        for source in words.split()[:-1]
    ]

    assert [source for source in copied if not (space / source).exists()] == []
    assert {path.name for path in space.iterdir()} == {".dockerignore", "Dockerfile"} | {
        Path(source).parts[0] for source in copied
    }
    assert (space / "src" / "epicrisis" / "models" / "english" / "card.json").exists()
