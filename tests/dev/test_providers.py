"""docs/providers.md is what a run wrote, and has a row for each check that the service makes."""

import re
from pathlib import Path

import pytest

from dev.providers.aws import DOCUMENTED
from dev.providers.rows import Providers
from dev.providers.table import GROUPS, TABLE, Seen, read, rendered
from service.app import create_app
from service.operations.usecases.doctor import examine
from service.settings import Settings

pytest_plugins = ["pytester"]
# These checks concern the service, not the store.
OURS = {"database", "clock", "workers"}
STORES = """
import pytest

class DoctorOnStore:
    def test_doctor(self, record_property):
        record_property("version", "1.0")
        record_property("check", "put\\tok\\tanswered 200")
        record_property("check", "write_once\\tfailed\\tanswered 200 | twice")

class MultipartContract:
    def test_parts(self):
        if self.store_name != "MinIO":
            pytest.xfail("the store is known for it")

class TestMinio(DoctorOnStore, MultipartContract):
    store_name = "MinIO"

class TestGarage(DoctorOnStore, MultipartContract):
    store_name = "Garage"
"""


def rows(table: str) -> dict[str, list[str]]:
    lines = [re.split(r"(?<!\\)\|", line.strip("|")) for line in table.splitlines() if line.startswith("| ")]
    return {cells[0].strip(" `"): [cell.strip() for cell in cells[1:]] for cells in lines}


def test_the_page_is_what_the_last_run_recorded() -> None:
    """No cell is written by hand: `make test-stores` makes it again."""
    assert TABLE.read_text() == rendered(read())


@pytest.mark.real
def test_each_check_has_a_row_and_a_word_about_aws(settings: Settings) -> None:
    """A new check is missing until `make test-stores` has run."""
    ports = create_app(settings).extensions["moodrop"].ports
    made = {finding.check.name for finding in examine(ports, ())} - OURS
    ports.records.close()

    table = rows(TABLE.read_text())
    assert made <= table.keys()
    assert [name for name in made if not table[name][-1]] == []
    assert made == DOCUMENTED.keys()


def test_each_store_was_asked_everything_that_is_known_of_it() -> None:
    seen = read()
    assert seen.keys() == {"MinIO", "VersityGW", "SeaweedFS", "Garage"}
    for store, facts in seen.items():
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", facts.date), store
        assert facts.version, store
        assert facts.tests.keys() - {"DoctorOnStore"} <= GROUPS.keys(), store


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makepyfile(test_stores=STORES)
    return pytester


def run(project: pytest.Pytester, *arguments: str) -> tuple[dict[str, Seen], dict[str, list[str]]]:
    record, table = project.path / "providers.json", project.path / "providers.md"
    project.runpytest_inprocess(*arguments, plugins=[Providers(record=record, table=table)])
    return read(record), rows(table.read_text())


def test_a_run_records_checks_and_tests_of_each_store(project: pytest.Pytester) -> None:
    seen, table = run(project)

    assert table[""][:2] == ["MinIO", "Garage"]
    assert table["version"][:2] == ["1.0", "1.0"]
    assert table["put"][:2] == ["ok", "ok"]
    assert table["write_once"][0] == r"**failed**: answered 200 \| twice"
    assert table["write_once"][2].startswith("yes: 412")
    assert table["tests: " + GROUPS["MultipartContract"]][:2] == ["1 of 1", "**0 of 1**"]
    assert seen["Garage"].tests["MultipartContract"] == {"test_parts": "failed"}
    text = Path(project.path / "providers.md").read_text()
    assert text.endswith("## What Garage does not pass\n\n- `test_parts`\n")


def test_a_store_that_was_not_run_keeps_its_column(project: pytest.Pytester) -> None:
    """It may not be possible to build it on this machine."""
    before, _ = run(project)
    project.makepyfile(test_stores=STORES.replace("1.0", "2.0"))

    after, table = run(project, "-k", "Minio")

    assert after["Garage"] == before["Garage"]
    assert table["version"][:2] == ["2.0", "1.0"]
