"""The four recipes of docs/patterns.md that extend the service, as edits of a checkout."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

AGE_VIEW = '''
@blueprint.get("/files/<id:file_id>/age", responses={200: FileAge} | problems(NotFound))
def age(path: FilePath) -> Response:
    """Tell how long ago the file was started."""
    return answer(FileAge(age_s=age_of_file(ready_ports(), caller(), path.file_id)))
'''


class Checkout:
    """A copy of the checkout that remembers which files were added or changed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.touched: set[str] = set()

    def write(self, path: str, text: str) -> None:
        """Make a file."""
        self.touched.add(path)
        (self.root / path).write_text(text)

    def append(self, path: str, text: str) -> None:
        """Add text to the end of a file."""
        self.write(path, (self.root / path).read_text() + text)

    def after(self, path: str, anchor: str, text: str) -> None:
        """Insert text after the first line that matches the anchor."""
        before = (self.root / path).read_text()
        changed = re.sub(rf"^({anchor}[^\n]*\n)", lambda line: line[1] + text, before, count=1, flags=re.MULTILINE)
        assert changed != before, f"{path} has no line {anchor!r}"
        self.write(path, changed)

    def before(self, path: str, anchor: str, text: str) -> None:
        """Insert text before the first line that matches the anchor."""
        before = (self.root / path).read_text()
        changed = re.sub(rf"^({anchor})", lambda line: text + line[1], before, count=1, flags=re.MULTILINE)
        assert changed != before, f"{path} has no line {anchor!r}"
        self.write(path, changed)

    def module_of(self, function: str) -> str:
        """Return the module of the use cases that defines a function."""
        for path in (self.root / "service").rglob("*.py"):
            if re.search(rf"^def {function}\b", path.read_text(), re.MULTILINE):
                return ".".join(path.relative_to(self.root).with_suffix("").parts)
        raise AssertionError(f"no module defines {function}")


def add_endpoint(copy: Checkout) -> None:
    """GET /v1/files/{file_id}/age."""
    copy.write(
        "service/uploads/usecases/files/age.py",
        '"""How old a file is."""\n\n'
        "from service.shared.model import Caller\n"
        "from service.uploads.ports import Ports\n"
        f"from {copy.module_of('get_file')} import get_file\n\n\n"
        "def age_of_file(ports: Ports, caller: Caller, file_id: str) -> int:\n"
        '    """Return the seconds since the file was started. Raises FileNotFound."""\n'
        "    return int((ports.now() - get_file(ports, caller, file_id).created_at).total_seconds())\n",
    )
    copy.append("service/uploads/api/schemas/files.py", "\n\nclass FileAge(BaseModel):\n    age_s: int\n")
    copy.append("service/uploads/api/files.py", AGE_VIEW)
    imports = (
        "from service.uploads.api.schemas.files import FileAge\n"
        "from service.uploads.usecases.files.age import age_of_file\n"
    )
    copy.before("service/uploads/api/files.py", "from ", imports)
    copy.after(
        "tests/helpers/endpoints.py",
        r'    \("GET", "/v1/files/{id}", ',
        '    ("GET", "/v1/files/{id}/age", "files:read", None),\n',
    )
    copy.write(
        "tests/uploads/usecases/test_age.py",
        "from datetime import timedelta\n\n"
        "from service.uploads.usecases.files.age import age_of_file\n"
        "from tests.builders import ALICE, a_file\n\n\n"
        "def test_a_file_ages(ports, clock):\n"
        "    file = a_file(ports)\n"
        "    clock.time += timedelta(seconds=90)\n\n"
        "    assert age_of_file(ports, ALICE, file.upload_id) == 90\n",
    )
    copy.write(
        "tests/uploads/api/test_age.py",
        "def test_a_file_ages(client, a_file):\n"
        '    assert client.get(f"/v1/files/{a_file()[\'file_id\']}/age").get_json() == {"age_s": 0}\n',
    )
    copy.after("docs/api.md", r'curl -s "\$MOODROP/v1/moods"', 'curl -s "$MOODROP/v1/files/$FILE_ID/age"\n')
    copy.after(
        "dev/collection/flow.py",
        r'            operation="GET /v1/moods",',
        '            status=200,\n        ),\n        Call(\n            operation="GET /v1/files/{file_id}/age",\n',
    )


def add_store(copy: Checkout) -> None:
    """OBJECT_STORE=tiny."""
    copy.write(
        "service/store/tiny.py",
        '"""A store of another kind."""\n\n'
        "from datetime import UTC, datetime\n\n"
        "from service.store.memory.objects import MemoryObjectStore\n\n\n"
        "class TinyObjectStore(MemoryObjectStore):\n"
        '    """The ObjectStore port."""\n\n'
        "    def __init__(self, settings, keyring) -> None:\n"
        "        super().__init__(lambda: datetime.now(UTC))\n",
    )
    copy.after("service/registry.py", '    "s3": _s3,', '    "tiny": TinyObjectStore,\n')
    copy.before("service/registry.py", "from ", "from service.store.tiny import TinyObjectStore\n")
    copy.append(
        "tests/contracts/test_object_store.py",
        "\n\nfrom service.store.tiny import TinyObjectStore\n\n\n"
        "class TestTiny(TestMemory):\n"
        '    """Of another kind."""\n\n\n'
        "def test_it_is_selected_by_its_name() -> None:\n"
        "    from service.app import build_ports\n"
        "    from service.bounded import unbounded\n\n"
        '    ports = build_ports(Settings(auth_mode="open", object_store="tiny"))\n\n'
        "    assert isinstance(unbounded(ports).objects.stores['1'], TinyObjectStore)\n",
    )


def add_metadata_field(copy: Checkout) -> None:
    """Label, a text."""
    line = "label: str | None = Field(None, max_length=200, pattern=LINE)\n"
    copy.after("service/uploads/metadata.py", r"    album: str \| None = Field", f"    {line}")
    copy.before("moodrop/model.py", r"    album: str \| None = None\n", "    label: str | None = None\n")
    copy.before("moodrop/model.py", r"    album: str \| None\n", "    label: str | None\n")
    copy.write(
        "tests/uploads/api/test_label.py",
        "def test_a_label_is_stored_changed_and_shown(client, a_file):\n"
        '    file = a_file(label="Blue Note")\n'
        '    assert file["label"] == "Blue Note"\n'
        '    edited = client.patch(f"/v1/files/{file[\'file_id\']}", json={"label": "ECM"})\n'
        '    assert edited.get_json()["label"] == "ECM"\n',
    )


def add_auth_method(copy: Checkout) -> None:
    """AUTH_MODE=house."""
    copy.write(
        "service/accounts/adapters/house_auth.py",
        '"""Whoever knows the name of the house is let in."""\n\n'
        "from service.shared.model import Caller\n"
        "from service.shared.scopes import ALL_SCOPES\n\n\n"
        "class HouseAuthenticator:\n"
        '    """The Authenticator port."""\n\n'
        "    def authenticate(self, credentials):\n"
        '        if credentials.authorization != "House moodrop":\n'
        "            return None\n"
        '        return Caller("house", frozenset(ALL_SCOPES))\n\n'
        "    def check(self):\n"
        "        return []\n",
    )
    copy.after(
        "service/registry.py",
        '    "open": _open',
        '    "house": lambda settings, ports: HouseAuthenticator(),\n',
    )
    copy.before("service/registry.py", "from ", "from service.accounts.adapters.house_auth import HouseAuthenticator\n")
    copy.write(
        "tests/accounts/test_house_auth.py",
        "from dataclasses import replace\n\n"
        "from service.app import create_app\n"
        "from service.registry import AUTH_METHODS\n"
        "from service.settings import Settings\n\n\n"
        "def test_the_house_is_let_in(ports):\n"
        '    settings = Settings(auth_mode="house")\n'
        '    chosen = AUTH_METHODS["house"](settings, ports)\n'
        "    client = create_app(settings, replace(ports, authenticators=(chosen,))).test_client()\n"
        '    headers = {"Authorization": "House moodrop"}\n\n'
        '    assert client.get("/v1/session", headers=headers).get_json()["owner"] == "house"\n'
        '    assert client.get("/v1/files", headers=headers).status_code == 200\n'
        '    assert client.get("/v1/files").status_code == 401\n',
    )


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is added, and the tests that show it works."""

    heading: str  # in docs/patterns.md
    apply: Callable[[Checkout], None]
    tests: tuple[str, ...]


RECIPES = (
    Recipe(
        "an endpoint",
        add_endpoint,
        (
            "tests/uploads/usecases/test_age.py",
            "tests/uploads/api/test_age.py",
            "tests/accounts/api/test_scopes_and_owners.py",
            "tests/shared/api/test_openapi.py",
        ),
    ),
    Recipe("a store", add_store, ("tests/contracts/test_object_store.py", "-k", "Tiny or selected_by_its_name")),
    Recipe("a metadata field", add_metadata_field, ("tests/uploads/api/test_label.py", "tests/client/test_parsing.py")),
    Recipe("an auth method", add_auth_method, ("tests/accounts/test_house_auth.py",)),
)
