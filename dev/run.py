"""`make run`: starts everything that Moodrop needs, then Moodrop, and runs until Ctrl-C."""

import fcntl
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from dev import children
from dev.errors import LauncherError, tail
from dev.minio import find_minio
from dev.packages import install_packages
from dev.ports import is_free
from dev.private import OTHERS, private_file, private_folder
from dev.progress import Progress, Step, run_steps
from dev.project import LOGS, STATE, port_of, settings
from dev.stack import ServerFailed, Stack, server_ended
from dev.versitygw import find_versitygw
from dev.web import build_page

LOUD = "STORE=moto: files are kept in memory and records in a temporary folder. NOTHING IS KEPT."


def main() -> int:
    """Return 0 after Ctrl-C or SIGTERM, 1 after a failure."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    os.umask(OTHERS)
    progress = Progress()
    try:
        stack = Stack(settings())
        _check_settings(stack)
        with _only_run(stack.address):
            _run(stack, progress)
    except KeyboardInterrupt:
        progress.say("Stopped.")
        return 0
    except LauncherError as error:
        _explain(error)
        return 1
    return 0


def _run(stack: Stack, progress: Progress) -> None:
    try:
        _check_port(stack)
        progress.say("Starting Moodrop")
        run_steps(progress, _preparations(stack, progress))
        for steps in _last_steps(stack):
            run_steps(progress, steps)
        progress.say(f"Moodrop is ready: {stack.address}")
        if stack.notice:
            progress.say(stack.notice)
        progress.say(LOUD if stack.is_demo else "Data is kept in .moodrop/. Stop with Ctrl-C.")
        _wait_until_one_ends(stack, progress)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not leave servers running
        children.refuse_new()
        if stack.servers:
            progress.say("Stopping…")
        stack.stop()


def _preparations(stack: Stack, progress: Progress) -> dict[str, Step]:
    steps: dict[str, Step] = {
        "Python packages": lambda: _install(stack),
        "Web page": build_page,
        "MongoDB": stack.start_mongod,
    }
    if stack.is_demo:
        return steps
    if stack.is_versitygw:

        def versitygw() -> str:
            find_versitygw(notice=lambda text: progress.say(f"  ..  {text}"))
            return ""

        return {**steps, "VersityGW": versitygw}

    def minio() -> str:
        if not stack.given.get("MINIO_ENDPOINT"):
            find_minio(notice=lambda text: progress.say(f"  ..  {text}"))
        return stack.start_minio()

    return {**steps, "MinIO": minio}


def _install(stack: Stack) -> str:
    done = install_packages("demo" if stack.is_demo else "passkeys")
    return install_packages("granian") if stack.given.get("SERVER") == "granian" else done


def _last_steps(stack: Stack) -> list[dict[str, Step]]:
    """Return the steps after the preparations, one round after the other."""
    if stack.is_demo:
        return [{"Store, service": lambda: _start_demo(stack)}]
    # The worker needs no service, only the account that the service makes, at the first start.
    worker = {"Media worker": stack.start_worker}
    if stack.is_versitygw:
        return [{"Service, store": stack.start_versitygw}, worker]
    return [{"Service": stack.start_service, **worker}]


def _start_demo(stack: Stack) -> str:
    note = stack.start_moto()
    stack.start_service()
    return note


def _wait_until_one_ends(stack: Stack, progress: Progress) -> None:
    while (ended := stack.ended()) is None:
        if stack.worker:
            stack.worker.watch(progress.say)
        time.sleep(0.2)
    raise server_ended(ended)


def _check_settings(stack: Stack) -> None:
    if (store := stack.given.get("STORE", "")) not in ("", "minio", "versitygw", "moto"):
        raise LauncherError(f"STORE={store} is unknown: leave it out, or use STORE=versitygw or STORE=moto.")
    private_folder(STATE)
    LOGS.mkdir(exist_ok=True)


def _check_port(stack: Stack) -> None:
    port = port_of(stack.given)
    if not is_free(port, stack.host):
        raise LauncherError(f"Port {port} is taken by another program: try `PORT={port + 1} make run`.")


@contextmanager
def _only_run(address: str) -> Iterator[None]:
    """Hold the checkout's lock, which contains the address of this run for a second one to show."""
    with private_file(STATE / "run.lock") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise LauncherError(f"Moodrop already runs from this folder: {file.read()}. Stop it first.") from None
        file.truncate(0)
        file.write(f"{address}, process {os.getpid()}")
        file.flush()
        yield


def _explain(error: LauncherError) -> None:
    print(error, file=sys.stderr)
    if isinstance(error, ServerFailed):
        for line in tail(error.log_path, 15):
            print(f"    {line}", file=sys.stderr)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
