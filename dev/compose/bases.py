"""Stand-ins for the base images, under the names by which the Dockerfiles and compose.yaml call them.

They are made of Debian's packages and of the pinned programs of `make run`, because a machine that tests may reach no
image registry. What differs from the images: Python is Debian's 3.11, mongod is 6.0. The image golang has none, because
MinIO's program is built by dev/minio.py from the same pinned module.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path

from dev.compose.engine import Engine, NoContainersError
from dev.errors import LauncherError, last_line
from dev.mongodb import find_mongod
from dev.node import INSTEAD
from dev.node_packages import install
from dev.wheels import wheel_dir

HERE = Path(__file__).parent
DOCKERFILES = HERE / "bases"
RELEASE = "bookworm"
DEBIAN = "debian:bookworm-slim"
PYTHON = "python:3.12-slim-bookworm"
NODE = "node:22-bookworm-slim"
MONGO = "mongo:8.0"
# Of python:3.12, and the libraries that node and mongod need.
PACKAGES = "ca-certificates,netbase,tzdata,python3,python3-pip,libstdc++6,libatomic1,libcurl4"
BUILD = ["podman", "build", "--pull=never", "--network=none"]
WITHOUT = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*")


def make_bases(engine: Engine) -> str:
    """Make those that are missing; return what was done. Raises NoContainersError."""
    try:
        return "made" if any([_make_debian(engine), _make_node(engine), _make_mongo(engine)]) else "unchanged"
    except LauncherError as error:
        raise NoContainersError(f"no base image: {last_line(str(error))}") from error


def _make_debian(engine: Engine) -> bool:
    """Make the tree that all of them share."""
    script = DOCKERFILES / "debian.sh"
    options = [f"--include={PACKAGES}", *(f"--dpkgopt=path-exclude={pattern}" for pattern in WITHOUT)]

    def make(image: str) -> None:
        tree = engine.folder / "debian.tar"
        mmdebstrap = ["mmdebstrap", "--variant=apt", *options, f"--customize-hook={script}"]
        engine.run([*mmdebstrap, RELEASE, tree], name="debian")
        engine.podman("import", "--change", 'CMD ["bash"]', tree, image)
        tree.unlink()

    return _make_once(engine, [DEBIAN, PYTHON], [*options, script.read_text()], make)


def _make_node(engine: Engine) -> bool:
    dockerfile, node = DOCKERFILES / "node.Dockerfile", wheel_dir("node", instead=INSTEAD)

    def make(image: str) -> None:
        engine.run([*BUILD, "--tag", image, "--file", dockerfile, node], name="base-node")

    return _make_once(engine, [NODE], [dockerfile.read_text(), str(node)], make)


def _make_mongo(engine: Engine) -> bool:
    mongod, mongosh = find_mongod().parent, install("mongosh", HERE / "mongosh")
    contexts = [f"--build-context=mongod={mongod}", f"--build-context=mongosh={mongosh}"]
    dockerfile, entrypoint = DOCKERFILES / "mongo.Dockerfile", DOCKERFILES / "mongo-entrypoint.sh"

    def make(image: str) -> None:
        engine.run([*BUILD, "--tag", image, *contexts, "--file", dockerfile, DOCKERFILES], name="base-mongo")

    return _make_once(engine, [MONGO], [*contexts, dockerfile.read_text(), entrypoint.read_text()], make)


def _make_once(engine: Engine, names: list[str], made_of: list[str], make: Callable[[str], None]) -> bool:
    """Give the names to the image that is made of these; return whether it had to be made."""
    version = hashlib.sha256("\0".join(made_of).encode()).hexdigest()[:12]
    image = f"localhost/moodrop-base-{names[0].partition(':')[0]}:{version}"
    is_missing = not engine.has_image(image)
    if is_missing:
        make(image)
    for name in names:
        engine.podman("tag", image, f"localhost/{name}")
    return is_missing
