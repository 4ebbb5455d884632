"""A podman that touches nothing else on this machine: its own storage, networks, ports and processes."""

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dev import children
from dev.errors import LauncherError, last_line

# Ports that compose.yaml publishes are open in this network namespace alone.
NAMESPACE = "moodrop-compose"
PROGRAMS = {
    "podman": "podman",
    "runc": "runc",
    "netavark": "netavark",
    "aardvark-dns": "aardvark-dns",
    "iptables": "iptables",
    "ip": "iproute2",
    "nsenter": "util-linux",
    "unshare": "util-linux",
    "mmdebstrap": "mmdebstrap",
}
# Where Debian's packages put programs that no user calls.
HIDDEN = (Path("/usr/lib/podman"), Path("/usr/sbin"), Path("/sbin"))
# podman asks for a million open files, which a session without CAP_SYS_RESOURCE may not have.
MOST_FILES_AND_PROCESSES = 20_000
STORAGE_CONF = """\
[storage]
driver = "overlay"
graphroot = "{folder}/storage"
runroot = "{folder}/run"
"""
# crun 1.8, the default, refuses cgroups of both versions beside each other; not every machine has systemd.
CONTAINERS_CONF = """\
[containers]
default_ulimits = ["nofile={files}:{files}", "nproc={processes}:{processes}"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
tmp_dir = "{folder}/run/libpod"
[network]
network_config_dir = "{folder}/networks"
"""


UNSHARE = ["unshare", "--mount", "--propagation=private", "--pid", "--fork", "--kill-child", "--mount-proc"]
# By which the process knows that it runs in namespaces of its own.
ISOLATED = "MOODROP_COMPOSE_ISOLATED"
# podman keeps the state of its networks in one place, whatever its configuration, and `ip` that of network namespaces.
SHARED_STATE = (Path("/run/containers"), Path("/run/netns"))


class NoContainersError(LauncherError):
    """This machine cannot run containers; the message says why."""


def check_machine() -> None:
    """Raise NoContainersError if no container can run here."""
    if missing := sorted({package for program, package in PROGRAMS.items() if not _is_installed(program)}):
        raise NoContainersError(f"install {' '.join(missing)}")
    if os.geteuid() != 0:
        raise NoContainersError("only root may make namespaces")
    refused = subprocess.run([*UNSHARE, "true"], capture_output=True, text=True, check=False)
    if refused.returncode != 0:
        raise NoContainersError(last_line(refused.stderr))


def _is_installed(program: str) -> bool:
    return bool(shutil.which(program)) or any((folder / program).is_file() for folder in HIDDEN)


def isolate(module: str) -> None:
    """Run the module again, with the same arguments, where nobody else sees its mounts; return if it runs there.

    Every container ends with it, even after kill -9. bash collects the processes that containers leave behind.
    """
    if os.environ.get(ISOLATED):
        return
    bash = ["bash", "-c", '"$@"; exit $?', "bash"]
    command = [*UNSHARE, *bash, sys.executable, "-m", module, *sys.argv[1:]]
    os.execvpe(command[0], command, {**os.environ, ISOLATED: "1"})


@dataclass(frozen=True)
class Engine:
    """podman with everything below `folder`, which may be removed at any time that it does not run."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment in which `podman` means this one."""
        return {
            **os.environ,
            "CONTAINERS_CONF": str(self.folder / "containers.conf"),
            "CONTAINERS_STORAGE_CONF": str(self.folder / "storage.conf"),
            # The default format has no place for a HEALTHCHECK.
            "BUILDAH_FORMAT": "docker",
        }

    def start(self) -> None:
        """Write the configuration and make the network namespace. Raises NoContainersError if that is not possible."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        files, processes = (_limit(kind) for kind in (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC))
        engine = CONTAINERS_CONF.format(folder=self.folder, files=files, processes=processes)
        (self.folder / "containers.conf").write_text(engine)
        (self.folder / "storage.conf").write_text(STORAGE_CONF.format(folder=self.folder))
        try:
            for state in (self.folder / "run", *SHARED_STATE):
                state.mkdir(parents=True, exist_ok=True)
                self.run(["mount", "-t", "tmpfs", "tmpfs", state])
            self.run(["ip", "netns", "add", NAMESPACE])
            self.run(["ip", "-n", NAMESPACE, "link", "set", "lo", "up"])
            self.stop()
            self.podman("info")
        except LauncherError as error:
            raise NoContainersError(last_line(str(error))) from error

    def stop(self) -> None:
        """Remove all containers and their data, also those of a killed run. Images stay, so the next run is short."""
        for remove in (["rm", "--all", "--force", "--volumes"], ["volume", "prune", "--force"]):
            command = self.in_namespace(["podman", *remove])
            # Not by `children`, which may be refusing.
            subprocess.run(command, env=self.environment, capture_output=True, check=False)

    def remove(self) -> None:
        """Remove everything, images too. No container may run."""
        for mounted in (self.folder / "storage" / "overlay", self.folder / "run"):
            subprocess.run(["umount", "--recursive", mounted], capture_output=True, check=False)
        shutil.rmtree(self.folder)

    def podman(self, *arguments: str | Path) -> str:
        """Run podman to its end and return its output. Raises LauncherError with the output if it fails."""
        return self.run(["podman", *arguments])

    def run(self, command: Sequence[str | Path], *, name: str = "podman", cwd: Path | None = None) -> str:
        """Run a program in this environment; its output also goes to a log of that name."""
        return children.run(command, log_path=self.folder / f"{name}.log", env=self.environment, cwd=cwd)

    def has_image(self, name: str) -> bool:
        command = ["podman", "image", "exists", name]
        return subprocess.run(command, env=self.environment, check=False).returncode == 0

    @staticmethod
    def in_namespace(command: Sequence[str | Path]) -> list[str]:
        """Return the command that runs another one where the published ports are."""
        return ["nsenter", f"--net=/run/netns/{NAMESPACE}", "--", *map(str, command)]


def _limit(kind: int) -> int:
    _, hard = resource.getrlimit(kind)
    return MOST_FILES_AND_PROCESSES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES_AND_PROCESSES)
