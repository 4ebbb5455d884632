"""Tells from ffmpeg's own words why it made nothing of a file."""

import re
from typing import Literal

FfmpegReason = Literal["not_media", "codec_unsupported", "out_of_memory", "crashed"]

# The first that matches, in this order; each was seen with 8.1 or 5.1.
_WORDS: tuple[tuple[FfmpegReason, re.Pattern[str]], ...] = (
    ("out_of_memory", re.compile(r"Cannot allocate memory")),
    (
        "codec_unsupported",
        re.compile(
            r"(?:Decoder \(codec|[Nn]o decoder|Decoding requested, but no decoder|Decoder not found|not implemented"
            # Sound of channels that nobody has named, or of a rate that cannot be converted.
            r"|Error reinitializing filters)"
        ),
    ),
    (
        "not_media",
        re.compile(
            r"Invalid data found|not on whitelist|moov atom not found|End of file|matches no streams"
            r"|does not contain any stream|Invalid argument|Error opening input|Nothing was written"
        ),
    ),
)
_ERROR = re.compile(r"^(?:\[[^\]\n]+ @ 0x[0-9a-f]+\] )*\[(?:error|fatal|panic)\] (.*)$", re.MULTILINE)
MOST_ERRORS = 5


def explain(stderr: str) -> tuple[FfmpegReason, str]:
    """Return a code and ffmpeg's last errors, for a command of `arguments` that failed by itself."""
    errors = _ERROR.findall(stderr)
    words_of_errors = "\n".join(dict.fromkeys(errors)) or stderr
    reasons: list[FfmpegReason] = [reason for reason, words in _WORDS if words.search(words_of_errors)]
    return (*reasons, "crashed")[0], "\n".join(list(dict.fromkeys(errors))[-MOST_ERRORS:])
