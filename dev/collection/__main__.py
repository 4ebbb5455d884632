"""`python -m dev.collection`: writes docs/collection/ from the OpenAPI document; `--check` only compares."""

import json
import sys

from dev.collection.flow import FLOW, VARIABLES
from dev.collection.postman import build_collection, build_environment
from dev.openapi import document
from dev.project import ROOT

FOLDER = ROOT / "docs" / "collection"


def main() -> int:
    """Return 1 if `--check` finds files that differ from the document."""
    api_doc = document()
    files = {
        FOLDER / "moodrop.postman_collection.json": build_collection(api_doc, FLOW, VARIABLES),
        FOLDER / "moodrop.postman_environment.json": build_environment(api_doc),
    }
    texts = {path: json.dumps(value, ensure_ascii=False, indent=2) + "\n" for path, value in files.items()}
    if "--check" in sys.argv[1:]:
        stale = [path for path, text in texts.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
        if stale:
            names = ", ".join(path.name for path in stale)
            print(f"{names}: out of date with the OpenAPI document, run `make collection`", file=sys.stderr)
        return 1 if stale else 0
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
