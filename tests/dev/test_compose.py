"""compose.yaml and the images, as far as tests can judge them without a Docker engine."""

import os
import re
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from dev import versitygw
from dev.minio import EVENTS_ARN, MODULE_SUM, VERSION
from dev.project import ROOT
from recommender.settings import RecommenderProcessSettings
from service.settings import Settings
from service.shared.secret_keys import weakness_of
from tests.helpers.deploy_docs import block, blocks, dotenv_lines, secret_lines
from worker.settings import WorkerSettings

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
# Official images with tags that exist. The vendor's images of MinIO do not.
PULLABLE = {
    "mongo:8.0",
    "rabbitmq:3.13",
    "clamav/clamav:1.4",
    "golang:1.26-bookworm",
    "debian:bookworm-slim",
    "node:22-bookworm-slim",
    "python:3.12-slim-bookworm",
}

USERADD = shutil.which("useradd", path="/usr/sbin:/sbin") or "useradd"


def untagged(image: str) -> str:
    """Return the image without its pinned digest."""
    return image.partition("@")[0]


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_has_an_image_that_can_be_had(name: str) -> None:
    """Pulled by a known tag, or built from a file in this repository."""
    service = SERVICES[name]

    if "build" in service:
        dockerfile = ROOT / service["build"]["context"] / service["build"]["dockerfile"]
        assert dockerfile.is_file()
        assert service["image"] == f"moodrop-{dockerfile.stem}", "else each of five builds has a tag of its own"
    else:
        assert untagged(service["image"]) in PULLABLE


@pytest.mark.parametrize("path", sorted((ROOT / "deploy").glob("*.Dockerfile")), ids=lambda path: path.name)
def test_every_image_is_built_on_a_known_one(path: Path) -> None:
    """An unpinned or vanished base would break a later build."""
    bases = re.findall(r"^FROM (\S+)", path.read_text(), re.MULTILINE)

    assert bases
    assert {untagged(base) for base in bases} <= PULLABLE


@pytest.mark.parametrize("path", sorted((ROOT / "deploy").glob("*.Dockerfile")), ids=lambda path: path.name)
def test_an_image_copies_only_what_it_is_given(path: Path) -> None:
    """.dockerignore hides everything that it does not name: a forgotten line would break the build."""
    named = (ROOT / ".dockerignore").read_text().splitlines()
    given = [line.removeprefix("!") for line in named if line.startswith("!")]
    copied = [
        source.rstrip("/")
        for line in re.findall(r"^COPY (?!--from)(?:--\S+ )*(.+) \S+$", path.read_text(), re.MULTILINE)
        for source in line.split()
    ]

    assert [source for source in copied if not (ROOT / source).exists()] == []
    assert [source for source in copied if not any(f"{source}/".startswith(f"{name}/") for name in given)] == []


@pytest.mark.parametrize("path", sorted((ROOT / "deploy").glob("*.Dockerfile")), ids=lambda path: path.name)
def test_an_image_has_a_user_without_root(path: Path) -> None:
    """Users of the system have numbers below 1000: useradd would warn at each build."""
    text = path.read_text()

    assert re.search(r"^USER \S+$", text, re.MULTILINE)
    assert "useradd --uid 10001" in text
    assert "--system" not in text


@pytest.fixture
def empty_root(tmp_path: Path) -> Path:
    """What useradd needs to make a user elsewhere, with Debian's own limits."""
    (tmp_path / "etc").mkdir()
    for name in ("passwd", "group", "shadow", "gshadow"):
        (tmp_path / "etc" / name).touch()
    (tmp_path / "etc" / "login.defs").write_text("UID_MIN 1000\nUID_MAX 60000\nSYS_UID_MAX 999\n")
    return tmp_path


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may make users")
@pytest.mark.parametrize("path", sorted((ROOT / "deploy").glob("*.Dockerfile")), ids=lambda path: path.name)
def test_the_user_of_an_image_is_made_without_a_warning(path: Path, empty_root: Path) -> None:
    """By the real useradd, which finds that 10001 is no number for a user of the system."""
    (command,) = re.findall(r"\buseradd [^&\\\n]*", path.read_text())

    done = subprocess.run(
        [USERADD, "--prefix", empty_root, *command.split()[1:]], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    assert ":10001:" in (empty_root / "etc" / "passwd").read_text()


def test_the_lines_of_the_docs_pin_every_image(tmp_path: Path) -> None:
    """Each by the digest that the registry has, and each once, however often they run."""
    (tmp_path / "deploy").mkdir()
    files = [Path("compose.yaml"), *(path.relative_to(ROOT) for path in (ROOT / "deploy").glob("*.Dockerfile"))]
    for file in files:
        shutil.copy(ROOT / file, tmp_path / file)

    for digit in "ab":
        registry = f"docker() {{ printf 'sha256:%064d' 0 | tr 0 {digit}; }}\n"
        subprocess.run(["bash", "-euc", registry + block("imagetools")], cwd=tmp_path, check=True)
    text = "\n".join((tmp_path / file).read_text() for file in files)
    named = re.findall(r"^(?:FROM| *image:) (\S+)", text, re.MULTILINE)

    assert {name for name in named if not name.startswith("moodrop-")} == {
        f"{name}@sha256:{'b' * 64}" for name in PULLABLE
    }


def test_the_store_tells_the_service_by_the_settings_of_the_docs() -> None:
    """compose has the same, so they are run with it."""
    printed = dotenv_lines("MINIO_NOTIFY_WEBHOOK_ENABLE")
    of_compose = SERVICES["minio"]["environment"]

    of_minio = {name for name in printed if name.startswith(("MINIO_NOTIFY_", "MINIO_DNS_"))}
    assert of_minio == {name for name in of_compose if name.startswith(("MINIO_NOTIFY_", "MINIO_DNS_"))}
    for name in of_minio:
        value = of_compose[name]
        assert printed[name] == value or (printed[name] == "$EVENTS_SECRET" and value.startswith("${EVENTS_SECRET:?"))
    assert printed["MINIO_EVENTS_ARN"] == EVENTS_ARN


# Which test runs each block of docs/deploy.md.
RUN_BY = {
    "(umask 077;": "tests/helpers/containers.py",
    "imagetools": "tests/containers/test_upkeep.py",
    "db.createRole": "tests/containers/test_upkeep.py",
    "PUBLIC_URL=": "tests/containers/test_https.py",
    "PAGE_HOST=moodrop.example.com\n": "tests/containers/test_https.py",
    "caddy run": "tests/integration/test_caddy.py",
    "location /u/": "tests/integration/test_nginx_log.py",
    # The gateway of the tests has the same options, and compose gives its container the two settings.
    "COMPOSE_PROFILES=versitygw": "tests/dev/test_compose.py",
    "versitygw --port": "tests/versitygw.py",
    "versitygw admin": "tests/versitygw.py",
    # The SeaweedFS of `make test-stores` has the same options and identities.
    "weed server": "dev/providers/seaweedfs.py",
    "MINIO_NOTIFY_WEBHOOK_ENABLE": "tests/dev/test_compose.py",
    "flask --app service reconcile": "tests/containers/test_upkeep.py",
    "flask --app service store export": "tests/integration/test_manifests.py",
    "flask --app service store move": "tests/integration/test_moving_house.py",
    "MONGODB_URI=": "tests/containers/test_replicas.py",
    "flask --app service doctor": "tests/containers/test_upkeep.py",
    "CALL_LIMITS=": "tests/containers/test_upkeep.py",
}
OUTPUT = ("check                   result  found", "RateLimit-Policy:")


def test_every_block_of_the_page_is_run_by_a_test() -> None:
    """A new block needs a test that runs it."""
    typed = [text for text in blocks() if not text.startswith(OUTPUT)]

    assert [[part for part in RUN_BY if part in text] for text in typed] == [[part] for part in RUN_BY]
    assert [path for path in RUN_BY.values() if not (ROOT / path).is_file()] == []


def test_no_key_of_a_certificate_is_given_to_a_build_or_to_git() -> None:
    """They lie in the checkout."""
    given = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)

    assert not any("deploy/https/certificates/key.pem".startswith(name) for name in given)
    for folder in ("certificates", "authorities"):
        assert (ROOT / "deploy" / "https" / folder / ".gitignore").read_text() == "*\n!.gitignore\n"


def test_the_service_is_given_only_settings_that_it_has() -> None:
    """A misspelt name would be ignored silently."""
    given = SERVICES["service"]["environment"]

    assert {name.lower() for name in given} - {"web_concurrency"} <= set(Settings.model_fields)


def test_the_worker_is_given_its_own_settings_and_no_secret_of_the_service() -> None:
    """Not by env_file, which holds them all: it reads the bytes of strangers."""
    worker = SERVICES["worker"]

    assert "env_file" not in worker
    assert {name.lower() for name in worker["environment"]} <= set(WorkerSettings.model_fields)
    assert {"minio_worker_access_key", "mongodb_uri"} <= {name.lower() for name in worker["environment"]}


def test_a_setting_of_the_worker_reaches_it() -> None:
    """Those of the image, such as where ffmpeg is, cannot be set from outside."""
    reached = {name.lower() for name in SERVICES["worker"]["environment"]}

    assert set(WorkerSettings.model_fields) - reached == {"ffmpeg_bin", "ffprobe_bin"}


def test_the_recommender_is_given_only_its_own_settings() -> None:
    """It knows neither people nor files, so it needs no secret but the one by which the service asks."""
    recommender = SERVICES["recommender"]

    assert recommender["profiles"] == ["recommender"]
    assert "env_file" not in recommender
    assert {name.lower() for name in recommender["environment"]} == set(RecommenderProcessSettings.model_fields)


def test_no_secret_has_a_default() -> None:
    """Compose refuses to start without a secret, instead of using one that everybody knows."""
    text = (ROOT / "compose.yaml").read_text()

    names = ("JWT_SECRET", "SECRET_KEY", "MINIO_ACCESS_KEY", "MINIO_SECRET_KEY", "EVENTS_SECRET", "MONGO_PASSWORD")
    for name in (*names, "MINIO_WORKER_ACCESS_KEY", "MINIO_WORKER_SECRET_KEY"):
        uses = re.findall(rf"\$\{{{name}[^}}]*\}}", text)
        assert uses
        assert all(use.startswith(f"${{{name}:?") for use in uses)


@pytest.mark.parametrize(
    ("name", "profile", "setting", "url"),
    [
        ("broker", "broker", "job_broker_url", "amqp://moodrop:a-password@broker:5672/"),
        ("scanner", "scanner", "scanner_url", "tcp://scanner:3310"),
    ],
    ids=["broker", "scanner"],
)
def test_a_server_of_a_profile_is_reached_by_its_name_alone(name: str, profile: str, setting: str, url: str) -> None:
    """Service and worker take the address that deploy.md names; nobody outside reaches the server."""
    server = SERVICES[name]

    assert server["profiles"] == [profile]
    assert "ports" not in server
    assert server["user"] != "root"
    assert Settings(auth_mode="open", **{setting: url})
    assert WorkerSettings(minio_worker_access_key="key", minio_worker_secret_key="secret", **{setting: url})
    assert url.replace("a-password", "<BROKER_PASSWORD>") in (ROOT / "docs/deploy.md").read_text()


def test_the_broker_does_not_start_without_a_password() -> None:
    """RabbitMQ's own default is one that everybody knows."""
    *shell, script, name = SERVICES["broker"]["entrypoint"]
    script = script.replace("$$", "$").replace("exec docker-entrypoint.sh", "echo started")

    def start(password: str) -> "subprocess.CompletedProcess[str]":
        environment = {"PATH": os.environ["PATH"], "RABBITMQ_DEFAULT_PASS": password}
        command = [*shell, script, name, "rabbitmq-server"]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert (start("").returncode, start("").stderr) == (1, "put BROKER_PASSWORD into .env\n")
    assert start("one").stdout == "started rabbitmq-server\n"
    assert SERVICES["broker"]["environment"]["RABBITMQ_DEFAULT_PASS"] == "${BROKER_PASSWORD:-}"


MONGODS = [name for name in SERVICES if re.fullmatch(r"mongo(-\d)?", name)]


@pytest.mark.parametrize("name", MONGODS)
def test_mongodb_is_reached_by_no_one_but_the_service_and_asks_for_a_password(name: str) -> None:
    """Otherwise any container on the network could write to it."""
    mongod = SERVICES[name]
    command = " ".join([*mongod.get("entrypoint", []), *mongod["command"]])

    assert "ports" not in mongod
    assert "--auth" in command or "--keyFile" in command
    assert "//root:${MONGO_PASSWORD:?" in SERVICES["service"]["environment"]["MONGODB_URI"]


@pytest.mark.parametrize(("maker", "mongod"), [("mongo-user", "mongo"), ("mongo-initiate", "mongo-1")])
def test_the_user_is_made_from_where_mongod_allows_it(maker: str, mongod: str) -> None:
    """From mongod's own address only, and no password appears in a process list."""
    made = SERVICES[maker]

    assert made["network_mode"] == f"service:{mongod}"
    assert made["restart"] == "on-failure"
    assert made["environment"].keys() == {"MONGO_PASSWORD"}
    assert "$" not in "".join(made["entrypoint"])


@pytest.mark.parametrize("name", SERVICES)
def test_no_container_may_do_more_than_it_needs(name: str) -> None:
    """An intruder cannot persist anything or exhaust the machine's memory or disk."""
    service = SERVICES[name]

    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is True
    assert service["tmpfs"] == ["/tmp"]
    assert {"mem_limit", "pids_limit"} <= service.keys()
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}
    assert "privileged" not in service


@pytest.mark.parametrize("name", MONGODS)
def test_mongods_cache_is_bounded(name: str) -> None:
    """By default it takes half of the machine's memory, whatever the container's limit."""
    assert "--wiredTigerCacheSizeGB" in SERVICES[name]["command"]


def test_only_this_machine_reaches_what_is_published() -> None:
    """Both speak plain HTTP, and Docker's own rules bypass the machine's firewall."""
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}

    assert ports.pop("proxy") == [f"${{HTTPS_BIND:-0.0.0.0}}:{port}:{port}" for port in (80, 443)]
    assert ports.keys() == {"service", "minio", "minio-proxy", "versitygw"}
    assert all(port.startswith("${BIND:-127.0.0.1}:") for (port,) in ports.values())


def test_no_server_runs_that_nobody_uses() -> None:
    """Either one store or a cluster, either one database or a replica set: as COMPOSE_PROFILES says. It must be set."""
    profiles = {name: service.get("profiles", []) for name, service in SERVICES.items()}
    always = {name for name, needed in profiles.items() if not needed}

    assert always == {"service", "worker"}
    assert {name for name, needed in profiles.items() if needed == ["minio"]} == {"minio"}
    assert {name for name, needed in profiles.items() if needed == ["versitygw"]} == {"versitygw"}
    assert {name for name, needed in profiles.items() if needed == ["mongo"]} == {"mongo", "mongo-user"}
    assert SERVICES["service"]["labels"]["moodrop.profiles"].startswith("${COMPOSE_PROFILES?")
    # Otherwise compose would refuse to start beside a cluster or a replica set.
    assert all("depends_on" not in SERVICES[name] for name in (*always, "recommender"))


def test_the_cluster_has_one_address_and_no_node_that_it_cannot_lose() -> None:
    """The proxy has the name and the port of the single server, and finds every node by a name that they share."""
    single, proxy = SERVICES["minio"], SERVICES["minio-proxy"]
    nodes = [service for name, service in SERVICES.items() if re.fullmatch(r"minio-\d", name)]

    assert proxy["networks"]["default"]["aliases"] == ["minio"]
    assert proxy["ports"] == single["ports"]
    assert len(nodes) == 4
    for node in nodes:
        assert "ports" not in node
        assert node["networks"]["default"]["aliases"] == ["minio-nodes"]
    assert "http://minio-nodes:9000" in (ROOT / "deploy" / "cluster" / "nginx.conf").read_text()


def test_every_setting_of_the_file_reaches_the_service() -> None:
    """Otherwise .env could not set MOODS or WEB_CONCURRENCY. Settings that break the container are excluded."""
    service = SERVICES["service"]

    assert service["env_file"] == [{"path": ".env", "required": False}]
    fixed = {name: service["environment"][name] for name in ("HOST", "PORT", "AUTH_MODE")}
    assert fixed == {"HOST": "0.0.0.0", "PORT": 5000, "AUTH_MODE": "jwt"}
    assert service["environment"]["WEB_CONCURRENCY"] == "${WEB_CONCURRENCY:-1}"  # gunicorn fails on an empty one


def test_a_request_under_way_is_let_end() -> None:
    """By default compose kills after ten seconds; gunicorn waits longer for pending requests."""
    waits = re.search(
        r"^graceful_timeout = (\d+)$", (ROOT / "service" / "server" / "gunicorn_conf.py").read_text(), re.MULTILINE
    )

    assert waits
    assert int(SERVICES["service"]["stop_grace_period"].removesuffix("s")) > int(waits[1])


def test_minios_health_check_is_a_request_that_minio_takes() -> None:
    """MinIO answers 400 to a request without Host, and would stay unhealthy for ever."""
    assert "Host: localhost" in (ROOT / "deploy" / "minio.Dockerfile").read_text()


def test_the_service_is_compiled_once() -> None:
    """Its folder is read-only, so each worker and each command would compile all modules again."""
    dockerfile = (ROOT / "deploy" / "service.Dockerfile").read_text()

    assert "compileall -q service" in dockerfile
    assert "--no-compile" not in dockerfile
    assert "compileall -q service worker" in (ROOT / "deploy" / "worker.Dockerfile").read_text()
    assert "compileall -q service recommender" in (ROOT / "deploy" / "recommender.Dockerfile").read_text()


def test_the_secrets_of_the_docs_are_those_that_compose_asks_for(tmp_path: Path) -> None:
    """The lines run as printed: the file is private, and an existing one stays."""
    run = ["bash", "-c", secret_lines()]
    asked = set(re.findall(r"\$\{(\w+):\?", (ROOT / "compose.yaml").read_text()))

    subprocess.run(run, cwd=tmp_path, check=True)
    file = tmp_path / ".env"
    made = dict(row.split("=") for row in file.read_text().splitlines())
    again = subprocess.run(run, cwd=tmp_path, check=False, capture_output=True)

    assert dict(row.split("=") for row in file.read_text().splitlines()) == made
    assert made.pop("COMPOSE_PROFILES") == "minio,mongo"
    assert set(made) == asked
    assert len(set(made.values())) == len(made)
    # MinIO takes keys of accounts of at most 20 characters.
    assert {weakness_of(secret, min_bytes=20) for secret in made.values()} == {None}
    assert {len(made["MINIO_WORKER_ACCESS_KEY"]), len(made["MINIO_WORKER_SECRET_KEY"])} == {20, 40}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert again.returncode != 0


def test_the_records_are_written_durably() -> None:
    """By mongod's default, a kill would lose acknowledged writes."""
    assert "w=majority&journal=true" in SERVICES["service"]["environment"]["MONGODB_URI"]


@pytest.mark.parametrize("name", [name for name in SERVICES if re.fullmatch(r"minio(-\d)?", name)])
def test_each_minio_tells_the_service_and_keeps_what_it_could_not_tell(name: str) -> None:
    """With the secret and the name that the service expects."""
    minio, service = SERVICES[name], SERVICES["service"]["environment"]
    webhook = {key.removeprefix("MINIO_NOTIFY_WEBHOOK_"): value for key, value in minio["environment"].items()}

    assert webhook["ENDPOINT_MOODROP"] == "http://service:5000/v1/events/store"
    assert webhook["AUTH_TOKEN_MOODROP"] == service["EVENTS_SECRET"]
    assert EVENTS_ARN in service["MINIO_EVENTS_ARN"]
    assert webhook["QUEUE_DIR_MOODROP"] in [volume.partition(":")[2] for volume in minio["volumes"]]


def test_the_image_of_minio_is_the_pinned_one() -> None:
    """The tests prove one version, so that version must be deployed."""
    dockerfile = (ROOT / "deploy" / "minio.Dockerfile").read_text()

    assert f"ARG MINIO_VERSION={VERSION}\n" in dockerfile
    assert f"ARG MINIO_SUM={MODULE_SUM}\n" in dockerfile


def test_versitygw_is_the_one_of_make_run_and_notifies_the_service() -> None:
    """It sends the secret as a password in the address, keeps accounts and versions, and stands where MinIO does."""
    dockerfile = (ROOT / "deploy" / "versitygw.Dockerfile").read_text()
    gateway = SERVICES["versitygw"]

    assert f"ARG VERSITYGW_VERSION={versitygw.VERSION}\n" in dockerfile
    assert f"ARG VERSITYGW_SUM={versitygw.MODULE_SUM}\n" in dockerfile
    assert '"--iam-dir"' in dockerfile
    assert '"--versioning-dir"' in dockerfile
    webhook = gateway["environment"]["VGW_EVENT_WEBHOOK_URL"]
    assert re.fullmatch(r"http://moodrop:\$\{EVENTS_SECRET:.*\}@service:5000/v1/events/store", webhook)
    assert gateway["networks"]["default"]["aliases"] == ["minio"]
    assert gateway["ports"] == SERVICES["minio"]["ports"]


def test_every_volume_is_declared() -> None:
    """Compose refuses the file otherwise."""
    used = {volume.partition(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    folders = {source for source in used if source.startswith("./")}

    assert used - folders == set(COMPOSE["volumes"])
    assert all((ROOT / folder).is_dir() for folder in folders)
