"""Reads the page's dictionaries, which are TypeScript."""

import re

from service.accounts.policy import AccountPolicy
from tests.conftest import ROOT

LANGUAGES = AccountPolicy().languages


def dictionary(language: str, folder: str) -> str:
    """Return the source of a dictionary below `web/src`, with the part of it that loads later."""
    words = ROOT / "web" / "src" / folder / "words"
    parts = [path for path in (words / f"{language}.ts", words / f"{language}-later.ts") if path.is_file()]
    return "".join(path.read_text(encoding="utf-8") for path in parts)


def names_in(source: str, block: str) -> set[str]:
    """Return the names in a block of a dictionary, such as `events: {` or `const events: Texts = {`."""
    match = re.search(rf"^( *)(?:const )?{block}: (?:\w+ = )?\{{\n(.*?)^\1\}}", source, re.MULTILINE | re.DOTALL)
    assert match, block
    return set(re.findall(rf"^{match[1]}  (\w+):", match[2], re.MULTILINE))
