"""`python -m dev.collection`: write docs/collection/ from the OpenAPI document; with `--check`, only compare."""

import json
import sys

from dev.collection.flow import FLOW, VARIABLES
from dev.collection.postman import collection_of, environment_of
from dev.openapi import document
from dev.project import ROOT

FOLDER = ROOT / "docs" / "collection"


def main() -> int:
    """Return 1 where `--check` finds that the files are not those of the document."""
    found = document()
    made = {
        FOLDER / "moodrop.postman_collection.json": collection_of(found, FLOW, VARIABLES),
        FOLDER / "moodrop.postman_environment.json": environment_of(found),
    }
    texts = {path: json.dumps(value, ensure_ascii=False, indent=2) + "\n" for path, value in made.items()}
    if "--check" in sys.argv[1:]:
        stale = [path for path, text in texts.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
        if stale:
            names = ", ".join(path.name for path in stale)
            print(f"not what the OpenAPI document makes: {names}; make collection", file=sys.stderr)
        return 1 if stale else 0
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
