"""What an operator does later, as docs/deploy.md has it: other settings, restarts, other secrets, pinned images.

Nobody who uploads meanwhile loses anything.
"""

import json
import logging
import os
import re
import secrets
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
import urllib3
from minio import Minio, MinioAdmin
from minio.credentials.providers import StaticProvider
from minio.error import S3Error
from PIL import Image

from dev.project import ROOT
from moodrop import MoodropError
from tests.helpers.containers import SERVICE, Deployment, podman, wait_for
from tests.helpers.credentials_in_use import A_SONG, Person, call
from tests.helpers.deploy_docs import block, dotenv_lines
from tests.helpers.load import load_on
from tests.helpers.lossless import Sent, lost_files, upload_during

logger = logging.getLogger(__name__)
pytestmark = [pytest.mark.containers, pytest.mark.timeout(300)]

STORE = "127.0.0.1:9000"
DEPLOY = ROOT / "docs" / "deploy.md"
SETTINGS = {
    "BIND": "0.0.0.0",
    "WEB_CONCURRENCY": "2",
    # Nothing but an event confirms what no client confirmed.
    "SWEEP_INTERVAL": "0",
    "MONGO_CACHE_GB": "0.5",
    "MONGO_MEMORY": "1g",
    "MINIO_MEMORY": "1500m",
    "SERVICE_MEMORY": "1250m",
    "WORKER_MEMORY": "3g",
    # The songs of these tests are no music.
    "WORKER_KINDS": "image",
    "METRICS_PORT": "9464",
    "METRICS_HOST": "0.0.0.0",
}


@pytest.fixture(scope="module")
def settings_of_compose() -> str:
    return "".join(f"{name}={value}\n" for name, value in SETTINGS.items())


@pytest.fixture(scope="module")
def file_id(deployment: Deployment) -> str:
    """The first of two files."""
    with deployment.client() as client:
        first, _ = (
            client.upload(BytesIO(os.urandom(1000)), filename=name, content_type="audio/mpeg", mood="happy")
            for name in ("first.mp3", "second.mp3")
        )
    return first.file_id


def accounts(deployment: Deployment) -> dict[str, str]:
    """Return the names and the key ids of MinIO's accounts."""
    env = deployment.secrets()
    root = StaticProvider(env["MINIO_ACCESS_KEY"], env["MINIO_SECRET_KEY"])
    listed = json.loads(MinioAdmin(endpoint=STORE, credentials=root, secure=False).list_service_account(""))
    rows = [(row["name"], row["accessKey"]) for row in listed["accounts"]]
    assert len(dict(rows)) == len(rows), "two accounts of one name"
    return dict(rows)


def change_under_load(deployment: Deployment, folder: Path, **settings: str) -> None:
    """Change `.env` and apply it while people upload: nobody has to sign in anew, and no file is lost."""
    met: list[MoodropError] = []

    def apply() -> None:
        deployment.change(**settings)
        deployment.up()

    with deployment.client() as client:
        sent = upload_during(client, apply, met)
        expect_nothing_lost(sent, lost_files(client, sent, folder))
    assert {error.status for error in met} <= {None, 403, 503}
    # 403 comes from the store, for a URL that was signed before.
    assert {error.code for error in met if error.status == 403} <= {"store_refused"}


def expect_nothing_lost(sent: list[Sent], lost: list[Sent]) -> None:
    logger.info("%d uploads, the slowest in %.1f s", len(sent), max(one.seconds for one in sent))
    assert len(sent) > 5
    assert lost == []


def send_without_confirm(deployment: Deployment, count: int) -> list[str]:
    """Return the addresses of files that are there once an event came."""
    headers = {"Authorization": f"Bearer {deployment.token()}"}
    uploads = [call("POST", f"{SERVICE}/v1/uploads", json=A_SONG, headers=headers).json() for _ in range(count)]
    for upload in uploads:
        put = upload["transfer"]
        assert call("PUT", put["url"], body=bytes(1000), headers=put["headers"]).status == 200
    return [f"{SERVICE}/v1/files/{upload['upload_id']}" for upload in uploads]


def picture(number: int) -> BytesIO:
    data = BytesIO()
    Image.new("RGB", (1600, 1200), (number, 120, 120)).save(data, "PNG")
    data.seek(0)
    return data


def upload_pictures(deployment: Deployment, count: int) -> list[str]:
    """Return the addresses of their thumbnails."""
    with deployment.client() as client:
        files = [
            client.upload(picture(number), filename="p.png", content_type="image/png", mood="happy")
            for number in range(count)
        ]
    return [f"{SERVICE}/v1/files/{file.file_id}/thumbnail?width=320" for file in files]


def wait_for_all(deployment: Deployment, urls: list[str], status: int, what: str) -> float:
    headers = {"Authorization": f"Bearer {deployment.token()}"}
    return wait_for(lambda: {call("GET", url, headers=headers).status for url in urls} == {status}, 120, what)


# --- settings ----------------------------------------------------------------------------------
def test_the_settings_of_the_table_reach_their_containers(deployment: Deployment) -> None:
    limits = {
        name: deployment.inspect(name)["HostConfig"]["Memory"] for name in ("mongo", "minio", "service", "worker")
    }
    ports = {name: podman("port", deployment.container(name)).split(" -> ")[1] for name in ("service", "minio")}

    assert limits == {"mongo": 2**30, "minio": 1500 * 2**20, "service": 1250 * 2**20, "worker": 3 * 2**30}
    assert ports == {"service": "0.0.0.0:5000", "minio": "0.0.0.0:9000"}
    assert "--wiredTigerCacheSizeGB 0.5" in podman("top", deployment.container("mongo"), "args")
    assert len(podman("top", deployment.container("service"), "pid").split()[1:]) == 1 + 2


def test_only_the_other_containers_reach_the_metrics(deployment: Deployment) -> None:
    """Even with BIND=0.0.0.0: they are on a port that is not published, and at no address of the API."""
    ask = "import urllib.request as u; print(u.urlopen('http://service:9464/metrics', timeout=9).read().decode())"

    assert "\nmoodrop_pending_uploads " in deployment.execute("worker", "python", "-c", ask)
    assert call("GET", f"{SERVICE}/metrics").status == 404
    with pytest.raises(urllib3.exceptions.HTTPError):
        call("GET", "http://127.0.0.1:9464/metrics")


# --- restarts ----------------------------------------------------------------------------------
def test_no_request_fails_while_the_workers_of_the_service_are_replaced(deployment: Deployment) -> None:
    """By the command of the docs. Nobody repeats anything."""
    (command,) = re.findall(r"`(docker compose kill -s HUP service)`", DEPLOY.read_text())
    service = deployment.container("service")

    def workers() -> set[str]:
        return {pid for pid in podman("top", service, "pid").split()[1:] if pid != "1"}

    with load_on(SERVICE, {"Authorization": f"Bearer {deployment.token()}"}) as load:
        before = workers()
        deployment.shell(command)
        wait_for(lambda: len(now := workers()) == 2 and not now & before, 60, "only new workers")
        load.wait_for_more(20)

    assert load.failed == []


def test_the_service_ends_in_time_while_people_upload(deployment: Deployment, tmp_path: Path) -> None:
    """Clients repeat what met a closed door. Nothing is lost, and it ends by itself, not by a kill."""
    codes: list[int] = []
    met: list[MoodropError] = []

    def restart() -> None:
        codes.append(deployment.stop("service"))
        deployment.compose("start", "service")
        deployment.wait_until_ready()

    with deployment.client() as client:
        sent = upload_during(client, restart, met)
        expect_nothing_lost(sent, lost_files(client, sent, tmp_path))

    assert codes == [0], "compose would have killed it after 30 s"
    assert {error.status for error in met} <= {None, 503}
    assert all(error.retryable for error in met)


def test_the_worker_ends_in_time_and_its_jobs_go_on(deployment: Deployment) -> None:
    urls = upload_pictures(deployment, 8)

    code = deployment.stop("worker")
    deployment.compose("start", "worker")

    assert code == 0, "compose would have killed it after 15 s"
    wait_for_all(deployment, urls, 302, "every picture has a thumbnail")


def test_events_that_hang_on_a_service_that_is_gone_reach_the_next(deployment: Deployment) -> None:
    """It froze, lost its address and never closed its connections."""
    service = deployment.container("service")
    urls = send_without_confirm(deployment, 1)
    wait_for_all(deployment, urls, 200, "an event reaches the service")
    headers = {"Authorization": f"Bearer {deployment.token()}"}
    upload = call("POST", f"{SERVICE}/v1/uploads", json=A_SONG, headers=headers).json()

    podman("pause", service)
    put = upload["transfer"]
    assert call("PUT", put["url"], body=bytes(1000), headers=put["headers"]).status == 200
    podman("rm", "--force", "--time", "0", service)
    deployment.up()

    seconds = wait_for_all(deployment, [f"{SERVICE}/v1/files/{upload['upload_id']}"], 200, "the event reaches the next")
    logger.info("the event came %.1f s after the service was ready", seconds)


# --- secrets -----------------------------------------------------------------------------------
def test_a_new_secret_key_ends_urls_and_nothing_else(deployment: Deployment, file_id: str, tmp_path: Path) -> None:
    """`SECRET_KEY=new,old`. The worker's pair is replaced, too, and its old account is removed."""
    person, before = Person.of(deployment, file_id), accounts(deployment)
    assert set(person.at_the_service().values()) == {200}
    new = secrets.token_hex(32)

    change_under_load(
        deployment,
        tmp_path,
        SECRET_KEY=f"{new},{deployment.secrets()['SECRET_KEY']}",
        MINIO_WORKER_ACCESS_KEY=secrets.token_hex(10),
        MINIO_WORKER_SECRET_KEY=secrets.token_hex(20),
    )

    assert person.at_the_service() == {"token": 200, "session": 200, "upload token": 200, "cursor": 200}
    assert person.at_the_store() == {"download": 403, "put": 403}
    after = accounts(deployment)
    assert after == {**before, "moodrop-worker": deployment.secrets()["MINIO_WORKER_ACCESS_KEY"]} != before
    wait_for_all(deployment, upload_pictures(deployment, 1), 302, "a thumbnail")


def in_mongosh(deployment: Deployment, statements: str, password: str) -> str:
    """Run what the docs have typed into mongosh, which would ask for a new password."""
    root = f"mongodb://root:{deployment.secrets()['MONGO_PASSWORD']}@127.0.0.1/admin"
    script = f"globalThis.passwordPrompt = () => {json.dumps(password)};\n{statements}"
    return deployment.execute("mongo", "mongosh", "--quiet", root, "--eval", script)


def test_new_keys_of_the_servers_end_the_old_ones(deployment: Deployment, file_id: str, tmp_path: Path) -> None:
    """MinIO's own, the secret of events, and mongod's, where the worker gets a role: by the statements of the docs."""
    person, old, before = Person.of(deployment, file_id), deployment.secrets(), accounts(deployment)
    (statement,) = re.findall(r"`(db\.changeUserPassword\(.*?\))`", DEPLOY.read_text())
    of_root, of_worker = secrets.token_hex(32), secrets.token_hex(32)

    in_mongosh(deployment, block("db.createRole"), of_worker)
    in_mongosh(deployment, statement, of_root)
    change_under_load(
        deployment,
        tmp_path,
        SECRET_KEY=old["SECRET_KEY"].partition(",")[0],
        MINIO_ACCESS_KEY=secrets.token_hex(32),
        MINIO_SECRET_KEY=secrets.token_hex(32),
        EVENTS_SECRET=secrets.token_hex(32),
        MONGO_PASSWORD=of_root,
        WORKER_MONGODB_URI=f"mongodb://worker:{of_worker}@mongo/?w=majority&journal=true",
    )

    assert person.at_the_service() == {"token": 200, "session": 200, "upload token": 200, "cursor": 200}
    assert person.at_the_store() == {"download": 403, "put": 403}
    assert accounts(deployment).keys() == before.keys()
    with pytest.raises(S3Error) as refused:
        Minio(STORE, old["MINIO_ACCESS_KEY"], old["MINIO_SECRET_KEY"], secure=False).list_buckets()
    assert refused.value.code == "InvalidAccessKeyId"
    wait_for_all(deployment, send_without_confirm(deployment, 1), 200, "an event with the new secret")
    wait_for_all(deployment, upload_pictures(deployment, 1), 302, "a thumbnail, by the role alone")


# --- commands ----------------------------------------------------------------------------------
@pytest.mark.parametrize("command", ["doctor", "reconcile"])
def test_a_command_of_the_docs_finds_nothing_wrong(deployment: Deployment, command: str) -> None:
    """As printed, in the service's container."""
    deployment.shell(
        f'flask() {{ docker compose exec -T service flask "$@"; }}\n{block(f"flask --app service {command}")}'
    )


def test_pinned_images_start(deployment: Deployment, file_id: str) -> None:
    """The same, but named by their digests: by the lines of the docs. With other tokens, and the limits of the page."""
    person = Person.of(deployment, file_id)
    deployment.change(JWT_SECRET=secrets.token_hex(32), **dotenv_lines("CALL_LIMITS="))
    registry = 'docker() { podman image inspect --format "{{.Digest}}" "$4" 2>/dev/null || echo sha256:of-no-image; }'
    files = [deployment.folder / "compose.yaml", *(deployment.folder / "deploy").glob("*.Dockerfile")]
    before = {path: path.read_text() for path in files}
    try:
        subprocess.run(["bash", "-euc", f"{registry}\n{block('imagetools')}"], cwd=deployment.folder, check=True)
        deployment.up()
    finally:
        for path, text in before.items():
            path.write_text(text)

    assert re.fullmatch(r"mongo(:8\.0)?@sha256:\w{64}", deployment.inspect("mongo")["Config"]["Image"])
    assert person.at_the_service() == {"token": 401, "session": 200, "upload token": 200, "cursor": 401}
    headers = {"Authorization": f"Bearer {deployment.token()}"}
    limited = call("POST", f"{SERVICE}/v1/uploads", json=A_SONG, headers=headers).headers
    assert limited["RateLimit-Policy"] == '"starts-caller";q=600;w=60, "starts-address";q=3000;w=60'
