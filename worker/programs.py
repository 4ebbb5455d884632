"""Names the programs that run in the sandbox, and the files that each needs to start."""

import struct
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

TOOLS = Path(__file__).with_name("tools")
# What dynamically linked programs load, on Debian, Fedora and Alpine. Those that are missing are left out.
LIBRARIES = tuple(map(Path, ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache")))
PT_INTERP = 3  # elf.h: the segment that names the dynamic linker


def python_tool(name: str, *arguments: str | Path) -> list[str]:
    """Return the command that runs `worker/tools/{name}.py`, isolated from the environment and this package."""
    # No .pyc can be written in there, and none should be looked for beside an input.
    return [sys.executable, "-I", "-B", str(TOOLS / f"{name}.py"), *map(str, arguments)]


def files_of(program: Sequence[str]) -> list[Path]:
    """Return the files and folders that a command's program reads and runs to start."""
    path = Path(program[0])
    if path == Path(sys.executable):
        # Not the whole prefixes: that of a system's Python is /usr.
        own = [
            Path(prefix, name) for prefix in (sys.prefix, sys.base_prefix) for name in ("lib", "lib64", "pyvenv.cfg")
        ]
        return [path, TOOLS, *_present([*own, *LIBRARIES])]
    return [path, *(_present(LIBRARIES) if is_dynamic(path) else [])]


def is_dynamic(path: Path) -> bool:
    """Return whether an ELF program (64-bit, little-endian) asks for a dynamic linker; True for any other file."""
    with path.open("rb") as file:
        header = file.read(64)
        if header[:6] != b"\x7fELF\x02\x01" or len(header) < 64:
            return True
        table, size, count = struct.unpack_from("<Q14xHH", header, 32)
        file.seek(table)
        segments = file.read(size * count)
    return any(struct.unpack_from("<I", segments, place)[0] == PT_INTERP for place in range(0, len(segments), size))


def _present(paths: Iterable[Path]) -> list[Path]:
    return [path for path in dict.fromkeys(paths) if path.exists()]
