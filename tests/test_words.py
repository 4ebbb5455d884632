"""One word for one thing: words that no name in the code uses any more, and their replacements."""

from pathlib import Path

import pytest

from tests.code_names import CodeName, list_names, split_words

ROOT = Path(__file__).parent.parent
# Folders that the lists apply to.
AREAS = ("bench", "dev", "moodrop", "recommender", "service", "tests", "web", "worker")

# Forbidden as any word of a name: `told_twice` and `isTold` as well as `told`.
PARTS = {
    "bury": "mark_deleted",
    "buried": "deleted",
    "desk": "media_worker_client",
    "found": "the thing's own name: file, response, errors",
    "held": "stored",
    "kept": "stored",
    "lent": "is_stale",
    "look": "check, next_check_at",
    "looked": "checked",
    "mend": "fix",
    "mended": "fixed",
    "mends": "fixes",
    "patience": "RetryPolicy, timeout",
    "prolonged": "extend_deadlines",
    "safekeeping": "persistence",
    "said": "declared, metadata",
    "shelf": "FileListPage, ByteCache",
    "tell": "report, notify",
    "told": "declared, metadata",
    "tuning": "options",
    "wanted": "requested",
    "wish": "options, requested",
    "wished": "requested",
}
# Forbidden as a whole name alone: `Line` is no class, but a line of text is a `line`.
WHOLE = {
    "Answer": "Response",
    "Broken": "TransportError",
    "Exchange": "Transport",
    "Group": "UploadBatch",
    "Line": "ClientContext",
    "Meter": "ProgressMeter",
    "PartsWatch": "TransferListener",
    "Sending": "UploadTask",
    "Stop": "CancelToken",
    "Turn": "ordering",
    "Turns": "ordering",
    "Watch": "TransferListener",
    "together": "wait_all",
    "turns": "ordering",
}
# Forbidden for a function: it does something, so its name is a verb.
FUNCTIONS = {
    "declared": "build_upload",
    "joined": "complete_parts",
    "kept_alive": "extend_deadlines",
    "opened": "open_and_sign",
    "put_off": "postpone",
    "renewed": "extend_deadlines",
    "taken_over": "adopt_metadata",
}
# Forbidden for a module, by the end of its path.
MODULES = {
    "api/errors": "problems",
    "by_httpx": "httpx_transport",
    "declarations": "declare",
    "moodrop/exchange": "transport",
    "moodrop/groups": "transfer/upload_many",
    "moodrop/line": "client_context",
    "moodrop/sending": "upload_task",
    "remembered": "preferences",
    "together": "wait_all",
    "turns": "ordering",
    "usecases/batches": "confirm_many",
    "usecases/completion": "complete_parts",
    "usecases/starts": "start",
    "usecases/transfers": "signed_requests",
    "wire": "signed_requests",
}
# Forbidden in TypeScript, as a whole name: there every file was called a song. Python means songs where it says so.
TYPESCRIPT = {
    "Song": "FileToSend",
    "SongMeta": "FileMeta",
    "Track": "UploadProgress",
}
# What others fixed: names on the wire and in the database, and the field's own. Each with its reason; a name that is
# allowed in one module alone stands behind that module's file name.
EXCEPTIONS = {
    "look_at": "a field of every upload in MongoDB",
    "opened": "a method that pymongo calls",
    "not_found": "HTTP's own: 404 Not Found",
    "schema.ts:Song": "the name of a schema in the OpenAPI document, which this module is generated from",
    "tab-locks.ts:held": "a field of what the browser's LockManager.query() answers",
}


def _replacement(item: CodeName) -> str | None:
    """Return what to say instead of a name, or None if the name may stay."""
    if item.name in EXCEPTIONS or f"{item.path.name}:{item.name}" in EXCEPTIONS:
        return None
    name = item.path.with_suffix("").as_posix() if item.kind == "module" else item.name.lstrip("_")
    if item.kind == "module":
        for module, instead in MODULES.items():
            if f"/{name.replace('/test_', '/')}".endswith(f"/{module}"):
                return instead
    if item.kind == "function" and name in FUNCTIONS:
        return FUNCTIONS[name]
    if item.path.suffix != ".py" and name in TYPESCRIPT:
        return TYPESCRIPT[name]
    words = " ".join(split_words(item.name)).replace("not found", "").split()
    return WHOLE.get(name) or next((PARTS[word] for word in words if word in PARTS), None)


def _forbidden(folder: Path) -> list[str]:
    return [
        f"{item.path.relative_to(folder)}:{item.line} {item.name} -> {instead}"
        for item in list_names(folder)
        if (instead := _replacement(item)) is not None
    ]


@pytest.mark.parametrize("area", AREAS)
def test_an_area_uses_no_word_of_the_list(area: str) -> None:
    """So whoever reads one part of the code knows the words of all others."""
    assert _forbidden(ROOT / area) == []


PYTHON_SAMPLE = '''
"""What was said and told."""
import os as told_os
class Line: ...
def renewed(found_file): return lambda *, wish: found_file
def test_what_was_told() -> None: ...
async def _tell(): self.held_bytes = first_look = 1
for mended in (): ...
try: not_found = lookup = line = look_at = declared = 1
except NotFound as kept: ...
'''
TYPESCRIPT_SAMPLE = """
// told
const text = 'said' + "kept" + `held ${lookAgain(`wish ${wanted}`)} told`; /* tell */
const pattern = /found/; function renewed(): Song { return <p className="told">{aSong}</p> }
type Watch = { isLent: boolean, NotFound: string };
"""


def test_a_forbidden_name_is_found_with_its_place_and_its_replacement(tmp_path: Path) -> None:
    """Every kind of definition is checked, but not strings, comments and the names of tests."""
    (tmp_path / "wire.py").write_text(PYTHON_SAMPLE)
    (tmp_path / "kept-songs.test.tsx").write_text(TYPESCRIPT_SAMPLE)
    (tmp_path / "tab-locks.ts").write_text("held; told;")
    listed = _forbidden(tmp_path)

    assert {line.split(" ")[1] for line in listed if line.startswith("wire.py")} == {
        *("wire", "told_os", "Line", "renewed", "found_file", "wish"),
        *("_tell", "held_bytes", "first_look", "mended", "kept"),
    }
    assert {line.split(" ")[1] for line in listed if line.startswith("kept-songs")} == {
        *("kept-songs", "lookAgain", "wanted", "renewed", "Song", "Watch", "isLent"),
    }
    assert [line for line in listed if line.startswith("tab-locks")] == ["tab-locks.ts:1 told -> declared, metadata"]
    assert "wire.py:4 Line -> ClientContext" in listed
    assert "kept-songs.test.tsx:5 Watch -> TransferListener" in listed
