"""deploy/kubernetes, judged without a cluster: schemas, restrictions, and names that belong together."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from dev.project import ROOT
from recommender.settings import RecommenderProcessSettings
from service.settings import Settings
from service.shared.secret_keys import weakness_of
from worker.settings import WorkerSettings

FOLDER = ROOT / "deploy" / "kubernetes"
DOCS = ROOT / "docs" / "kubernetes.md"
FILES = sorted(path for path in FOLDER.rglob("*.yaml") if path.name != "kustomization.yaml")
OBJECTS: list[dict[str, Any]] = [one for path in FILES for one in yaml.safe_load_all(path.read_text())]
MAIN: dict[str, Any] = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())
COMPONENT: dict[str, Any] = yaml.safe_load((FOLDER / "recommender" / "kustomization.yaml").read_text())
# The oldest and the newest that are looked after, and the one of kubernetes-validate's newest schemas.
VERSIONS = ["1.32", "1.35", "1.37"]
# Which process each Secret and ConfigMap is for.
SETTINGS: dict[str, type[Any]] = {
    "service": Settings,
    "worker": WorkerSettings,
    "recommender": RecommenderProcessSettings,
}
FOREIGN = {"WEB_CONCURRENCY"}
KUSTOMIZE = next((words for words in (["kubectl", "kustomize"], ["kustomize", "build"]) if shutil.which(words[0])), [])


def name_of(one: dict[str, Any]) -> str:
    return f"{one['kind']}-{one['metadata']['name']}"


def pods() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the name and the specification of every pod."""
    for one in OBJECTS:
        if one["kind"] == "CronJob":
            yield one["metadata"]["name"], one["spec"]["jobTemplate"]["spec"]["template"]["spec"]
        elif one["kind"] == "Deployment":
            yield one["metadata"]["name"], one["spec"]["template"]["spec"]


PODS = dict(pods())


def find(kind: str, name: str) -> dict[str, Any]:
    (one,) = [one for one in OBJECTS if (one["kind"], one["metadata"]["name"]) == (kind, name)]
    return one


def keys_in(path: Path) -> dict[str, str]:
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


@pytest.fixture(scope="module")
def with_secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the folder in which the lines of the docs have made the secrets, and the component is used."""
    folder = tmp_path_factory.mktemp("kubernetes")
    shutil.copytree(FOLDER, folder / "deploy" / "kubernetes", ignore=shutil.ignore_patterns("*.secret", "secrets"))
    (folder / "deploy" / "kubernetes" / "secrets").mkdir()
    lines = re.search(r"^```sh\n(\(umask.*?)^```$", DOCS.read_text(), re.MULTILINE | re.DOTALL)
    assert lines
    subprocess.run(["bash", "-euc", lines[1]], cwd=folder, check=True)
    main = folder / "deploy" / "kubernetes" / "kustomization.yaml"
    main.write_text(main.read_text().replace("# components:", "components:"))
    return folder / "deploy" / "kubernetes"


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("one", OBJECTS, ids=name_of)
def test_an_object_is_as_its_schema_says(one: dict[str, Any], version: str) -> None:
    """A misspelt field would be refused, or worse, ignored."""
    kubernetes_validate.validate(one, version, strict=True)


def test_the_schemas_refuse_a_misspelt_field() -> None:
    """Else the test above would prove nothing."""
    one = find("Deployment", "service")
    wrong = {**one, "spec": {**one["spec"], "replica": 2}}

    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSIONS[0], strict=True)


def test_every_file_is_part_of_it() -> None:
    """A file that kustomize does not know is applied by nobody."""
    assert {path.name for path in FILES} == {*MAIN["resources"], *COMPONENT["resources"]}


@pytest.mark.parametrize("name", PODS)
def test_a_pod_is_restricted(name: str) -> None:
    """As the Pod Security Standard `restricted` asks, and with a root that nobody can write."""
    pod = PODS[name]
    context = pod["securityContext"]

    assert (context["runAsNonRoot"], context["runAsUser"]) == (True, 10001)
    assert context["seccompProfile"] == {"type": "RuntimeDefault"}
    assert not pod["automountServiceAccountToken"]
    assert {"hostNetwork", "hostPID", "hostIPC"}.isdisjoint(pod)
    assert all("emptyDir" in volume and volume["emptyDir"]["sizeLimit"] for volume in pod["volumes"])
    for container in pod["containers"]:
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }


@pytest.mark.parametrize("name", PODS)
def test_a_pod_has_limits_and_time_to_stop(name: str) -> None:
    """Without a request, a node is filled up; without a limit, one pod takes all of it."""
    pod = PODS[name]

    assert pod["terminationGracePeriodSeconds"] >= 30
    for container in pod["containers"]:
        assert {"cpu", "memory"} <= set(container["resources"]["requests"])
        assert "memory" in container["resources"]["limits"]


@pytest.mark.parametrize("name", PODS)
def test_no_name_of_another_service_becomes_a_setting(name: str) -> None:
    """A Service `minio` or `host` in the namespace would set variables that the settings read."""
    assert PODS[name]["enableServiceLinks"] is False


def test_the_probes_ask_what_each_is_for() -> None:
    """A lost store must not restart every pod: only readiness asks for it."""
    (container,) = PODS["service"]["containers"]
    paths = {kind: container[f"{kind}Probe"]["httpGet"]["path"] for kind in ("startup", "liveness", "readiness")}

    assert paths == {"startup": "/healthz", "liveness": "/healthz", "readiness": "/readyz"}
    # The store's and the database's time-outs come first.
    assert container["readinessProbe"]["timeoutSeconds"] >= 10


def test_a_service_can_be_replaced_without_a_gap() -> None:
    """The new pod first; the old one goes on while others still send it requests; and one is always there."""
    service = find("Deployment", "service")
    (container,) = PODS["service"]["containers"]

    assert service["spec"]["replicas"] >= 2
    assert service["spec"]["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    wait_s = int(container["lifecycle"]["preStop"]["exec"]["command"][1])
    assert PODS["service"]["terminationGracePeriodSeconds"] >= wait_s + 30
    assert find("PodDisruptionBudget", "service")["spec"]["minAvailable"] == 1


@pytest.mark.parametrize("one", OBJECTS, ids=name_of)
def test_a_selector_finds_what_it_is_for(one: dict[str, Any]) -> None:
    """One that finds nothing is no error anywhere."""
    spec = one.get("spec", {})
    chosen = spec.get("podSelector") if one["kind"] == "NetworkPolicy" else spec.get("selector")
    chosen_labels = (chosen or {}).get("matchLabels", chosen or {})
    labels = [o["spec"]["template"]["metadata"]["labels"] for o in OBJECTS if o["kind"] == "Deployment"]

    assert any(chosen_labels.items() <= label.items() for label in labels)


@pytest.mark.parametrize("name", PODS)
def test_a_pod_is_given_its_own_settings(name: str) -> None:
    """The worker has none of the service's secrets, and no name leads nowhere."""
    generated = {
        one["name"]
        for part in (MAIN, COMPONENT)
        for kind in ("configMap", "secret")
        for one in part.get(f"{kind}Generator", [])
    }
    (container,) = PODS[name]["containers"]
    house = container["image"].removeprefix("moodrop-")
    given = {next(iter(one.values()))["name"] for one in container["envFrom"]}

    assert given <= generated
    assert {one.rpartition("-")[0] for one in given} == {house}


@pytest.mark.parametrize("path", ["service.env", "worker.env"])
def test_settings_are_those_of_the_process_and_no_secrets(path: str) -> None:
    """A misspelt name would be ignored silently; a secret belongs into a Secret."""
    given = {name.lower() for name in keys_in(FOLDER / path)} - {name.lower() for name in FOREIGN}
    fields = SETTINGS[path.removesuffix(".env")].model_fields

    assert given <= set(fields)
    assert not [name for name in given if "secret" in name or "password" in name or "token" in name]


def test_the_secrets_of_the_docs_are_those_that_each_process_needs(with_secrets: Path) -> None:
    """The lines run as printed; every secret is strong, and what two processes share is the same."""
    secrets = {
        "service": keys_in(with_secrets / "secrets" / "service.env"),
        "worker": keys_in(with_secrets / "secrets" / "worker.env"),
        "recommender": keys_in(with_secrets / "recommender" / "recommender.env"),
    }

    for process, given in secrets.items():
        assert {name.lower() for name in given} <= set(SETTINGS[process].model_fields)
    shared = set(secrets["worker"]) & set(secrets["service"]) - {"MONGODB_URI"}
    assert shared == {"MINIO_WORKER_ACCESS_KEY", "MINIO_WORKER_SECRET_KEY"}
    assert all(secrets["worker"][name] == secrets["service"][name] for name in shared)
    made = {value for given in secrets.values() for name, value in given.items() if name != "MONGODB_URI"}
    assert {weakness_of(value, min_bytes=20) for value in made} == {None}
    assert {path.stat().st_mode & 0o077 for path in with_secrets.rglob("secrets/*.env")} == {0}


@pytest.mark.parametrize("process", ["service", "worker"])
def test_a_process_starts_with_what_it_is_given(process: str, with_secrets: Path) -> None:
    """All settings together: the ConfigMap and the Secret."""
    given = {**keys_in(with_secrets / f"{process}.env"), **keys_in(with_secrets / "secrets" / f"{process}.env")}

    SETTINGS[process](**{name.lower(): value for name, value in given.items() if name not in FOREIGN})


def test_no_secret_is_given_to_git() -> None:
    """They lie in the checkout."""
    assert (FOLDER / "secrets" / ".gitignore").read_text() == "*\n!.gitignore\n"
    assert (FOLDER / "recommender" / ".gitignore").read_text() == "*.env\n"


def test_the_images_are_those_that_this_repository_builds() -> None:
    images = {container["image"] for pod in PODS.values() for container in pod["containers"]}

    assert images == {one["name"] for one in MAIN["images"]}
    assert all((ROOT / "deploy" / f"{image.removeprefix('moodrop-')}.Dockerfile").is_file() for image in images)


@pytest.mark.skipif(not KUSTOMIZE, reason="there is neither kubectl nor kustomize")
def test_kustomize_joins_them(with_secrets: Path) -> None:
    """With the recommender, and every object as its schema says after that, too."""
    done = subprocess.run([*KUSTOMIZE, str(with_secrets)], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    joined = list(yaml.safe_load_all(done.stdout))
    for one in joined:
        kubernetes_validate.validate(one, VERSIONS[-1], strict=True)
    assert {one["kind"] for one in joined} >= {one["kind"] for one in OBJECTS} | {"ConfigMap", "Secret"}
    names = {one["metadata"]["name"] for one in joined if one["kind"] in ("ConfigMap", "Secret")}
    assert names <= set(re.findall(r"name: (\S+)$", done.stdout, re.MULTILINE))
    assert all(one["metadata"].get("namespace", "moodrop") == "moodrop" for one in joined)
