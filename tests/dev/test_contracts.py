"""The import contracts of setup.cfg, each shown to refuse an import, and the size of folders and modules."""

import re
import shutil
import subprocess
from pathlib import Path
from statistics import median

import pytest

from dev.packages import PYTHON
from dev.project import ROOT

# Each contract with a module and an import that it must refuse.
WRONG_IMPORTS = {
    "houses": ("service/uploads/policy.py", "from service.accounts.model import Session"),
    "rooms": ("service/uploads/usecases/access.py", "from service.uploads.mongo.records import MongoRecordStore"),
    "store-rooms": ("service/store/sigv4/query.py", "from service.store.s3.store import S3ObjectStore"),
    "ground": ("service/shared/scopes.py", "from service.shared.api.context import context"),
    "cycles": ("service/uploads/usecases/purge.py", "from service.uploads.usecases.covers import remove_cover"),
    "doors": ("service/companion/api/views.py", "from service.uploads.api.uploads import start"),
    "core": ("service/uploads/usecases/access.py", "import pymongo"),
    "apart": ("service/app.py", "from dev.project import ROOT"),
    "worker": ("worker/sandbox.py", "import service.app"),
    "recommender": ("recommender/__init__.py", "import service.app"),
    "worker-apart": ("service/app.py", "from worker.sandbox import run"),
    "worker-alone": ("worker/confine.py", "from service.settings import Settings"),
    "worker-layers": ("worker/outcome.py", "from worker.sandbox import run"),
    "client": ("moodrop/client.py", "from service.uploads.model import Upload"),
    "server": ("dev/stack.py", "from moodrop.client import Client"),
    "job-doors": ("service/media/plan.py", "from service.jobs.mongo.queue import MongoJobQueue"),
    "store-doors": ("service/uploads/policy.py", "from service.store.s3.store import S3ObjectStore"),
    "client-layers": ("moodrop/errors.py", "from moodrop.client import Client"),
    "client-cycles": ("moodrop/model.py", "from moodrop.calls.parsing import parse"),
    "cli-layers": ("moodrop/cli/profile.py", "from moodrop.cli.send_files import send"),
    "commands": ("moodrop/cli/commands/get.py", "from moodrop.cli.commands.files import url"),
}
TOPS = ("service", "moodrop", "recommender", "worker")
MODULES = [path for top in TOPS for path in (ROOT / top).rglob("*.py") if path.name != "__init__.py"]
MOST_LINES = 300
MOST_MODULES = 20


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of everything that the contracts read."""
    folder = tmp_path_factory.mktemp("contracts")
    for name in (*TOPS, "dev"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(ROOT / "setup.cfg", folder / "setup.cfg")
    return folder


def test_every_contract_is_tried() -> None:
    """A new contract needs an import that it refuses."""
    config = (ROOT / "setup.cfg").read_text()

    assert set(re.findall(r"^\[importlinter:contract:(.+)\]$", config, re.MULTILINE)) == set(WRONG_IMPORTS)


@pytest.mark.programs
@pytest.mark.timeout(300)
@pytest.mark.parametrize("contract", WRONG_IMPORTS)
def test_a_contract_refuses_a_wrong_import(contract: str, copied: Path) -> None:
    """A contract that refuses nothing protects nothing."""
    name, line = WRONG_IMPORTS[contract]
    module = copied / name
    right = module.read_text()
    module.write_text(f"{right}\n{line}\n")

    done = _lint(copied, contract)
    module.write_text(right)

    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 broken" in done.stdout


def _lint(folder: Path, contract: str) -> "subprocess.CompletedProcess[str]":
    command = [PYTHON.with_name("lint-imports"), "--no-cache", "--contract", contract]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_no_room_is_crowded() -> None:
    """So a folder can be taken in at a glance."""
    rooms = {path.parent for path in MODULES}

    assert [str(room) for room in rooms if sum(path.parent == room for path in MODULES) > MOST_MODULES] == []


def test_modules_stay_small() -> None:
    """One subject each: half of them fit on a screen or two."""
    lines = {path: len(path.read_text().splitlines()) for path in MODULES}

    assert [str(path) for path, count in lines.items() if count > MOST_LINES] == []
    assert median(lines.values()) <= 90
