"""The worker's role in MongoDB, as docs/deploy.md gives it: enough for its jobs, and for nothing else."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from dev import children
from dev.mongodb import find_mongod
from dev.ports import free_port
from dev.project import ROOT
from service.jobs.model import JobState, Lane, NewJob
from service.listening.recommend.model import FIT_KIND
from service.listening.usecases.plan_fit import FIT_ID
from service.uploads.derived import DerivedState
from tests.builders import ALICE, a_file
from tests.conftest import Store, prepared_ports, settings_for
from tests.helpers.made_files import a_photo
from tests.helpers.worker import WorkerRun, wait_until, wait_until_ended, worker_settings_for

pytestmark = pytest.mark.real


def documented_privileges(database: str) -> list[dict[str, Any]]:
    """Return the privileges of the page's createRole, for another database."""
    page = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    block = re.search(r"db\.createRole\(\{.*?^\]\}\)", page, re.MULTILINE | re.DOTALL)
    assert block
    [names] = re.findall(r"\.\.\.(\[.*?\])\.map", block[0])
    [shared] = re.findall(r"collection\}, actions: (\[.*?\])", block[0])
    rows = [(name, json.loads(shared)) for name in json.loads(names)]
    rows += [
        (name, json.loads(actions))
        for name, actions in re.findall(r'collection: "(\w+)"\}, actions: (\[.*?\])', block[0])
    ]
    return [{"resource": {"db": database, "collection": name}, "actions": actions} for name, actions in rows]


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[str]:
    """A mongod that asks for passwords: the address of its root, with PORT in it."""
    port = free_port()
    (tmp_path / "db").mkdir()
    command = [find_mongod(), "--dbpath", tmp_path / "db", "--port", str(port), "--bind_ip", "127.0.0.1", "--auth"]
    with (tmp_path / "mongod.log").open("wb") as log:
        process = children.spawn(command, output=log)
    # mongod lets a client from its own address create the first user.
    with MongoClient[dict[str, Any]](f"mongodb://127.0.0.1:{port}/?directConnection=true") as client:
        client.admin.command("createUser", "root", pwd="root-of-a-test", roles=["root"])
    yield f"mongodb://root:root-of-a-test@127.0.0.1:{port}/?w=majority&journal=true&authSource=admin"
    children.stop(process)


def test_the_role_of_the_page_is_enough_and_no_more(
    guarded: str, minio: Store, signing_keys: dict[str, str], worker_keys: dict[str, str], tmp_path: Path
) -> None:
    """A worker that a file took over reads no session, and removes no file."""
    template = settings_for(minio, _Address(guarded), **signing_keys)
    with MongoClient[dict[str, Any]](guarded) as root, prepared_ports(template) as ports:
        name = template.mongodb_database
        root.admin.command("createRole", "worker", privileges=documented_privileges(name), roles=[])
        root.admin.command("createUser", "worker", pwd="worker-of-a-test", roles=["worker"])
        uri = guarded.replace("root:root-of-a-test", "worker:worker-of-a-test")
        settings = worker_settings_for(template, worker_keys, mongodb_uri=uri, worker_scratch=tmp_path)
        run = WorkerRun(settings, tmp_path)
        announcing = replace(ports, policy=replace(ports.policy, announces=True))
        file = a_file(announcing, ALICE, a_photo(), content_type="image/jpeg")

        ports.jobs.create(NewJob(FIT_ID, "", "", FIT_KIND, "2026", Lane.LIGHT, 2), ports.now())

        shown = wait_until_ended(announcing, file, run).derived
        wait_until(lambda: (job := ports.jobs.get(FIT_ID)) and job.state is JobState.DONE, 30, lambda: run.shown)
        wait_until(lambda: ports.jobs.workers(ports.now()), 10)
        run.stop()

        assert shown
        assert shown.state is DerivedState.READY
        assert "Unauthorized" not in run.shown
        assert "OperationFailure" not in run.shown
        with MongoClient[dict[str, Any]](uri) as thief:
            stolen = thief[name]
            for attempt in (stolen["sessions"].find_one, stolen["deployment"].find_one, stolen["jobs"].drop):
                with pytest.raises(OperationFailure, match="not authorized"):
                    attempt()
            with pytest.raises(OperationFailure, match="not authorized"):
                stolen["files"].delete_many({})


class _Address:
    """What `settings_for` asks of a server."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
