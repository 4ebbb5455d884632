"""The commands for ffmpeg: what every one of them forbids, and what only some do. The real programs run elsewhere."""

from itertools import pairwise

import pytest

from worker.ffmpeg import arguments
from worker.ffmpeg.ladder import plan_rungs

SOURCE = "/scratch/in"
RUNGS = plan_rungs(1280, 720, (240, 720))
COMMANDS = {
    "probe": arguments.probe("/ffprobe", SOURCE),
    "measure": arguments.measure("/ffmpeg", SOURCE),
    "poster": arguments.extract_poster("/ffmpeg", SOURCE, 12.5),
    "picture": arguments.extract_picture("/ffmpeg", SOURCE),
    "loudness": arguments.decode_audio("/ffmpeg", SOURCE, rendition=False),
    "rendition": arguments.decode_audio("/ffmpeg", SOURCE, rendition=True, threads=2),
    "film": arguments.encode_video("/ffmpeg", SOURCE, RUNGS, has_audio=True, threads=2),
    "silent film": arguments.encode_video("/ffmpeg", SOURCE, RUNGS, has_audio=False, frames_per_second=120),
}
ENCODING = ("poster", "picture", "rendition", "film", "silent film")


def value_of(command: list[str], option: str) -> str:
    return next(value for name, value in pairwise(command) if name == option)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_file_can_name_no_other_file_and_no_address(name: str) -> None:
    """The lists stand before the input, and the input is a file even if its name looks like an address."""
    command = COMMANDS[name]

    assert command.index("-protocol_whitelist") < command.index("-i")
    assert value_of(command, "-protocol_whitelist") == "file,pipe"
    assert not {"hls", "concat", "dash", "image2", "lavfi"} & set(value_of(command, "-format_whitelist").split(","))
    assert value_of(command, "-i") == f"file:{SOURCE}"


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "probe"])
def test_no_more_than_four_hours_are_read(name: str) -> None:
    """Whatever a header says. An option of the input applies to every output. Only `measure` reads a minute more."""
    command = COMMANDS[name]

    assert command.index("-t") < command.index("-i")
    assert value_of(command, "-t") == ("14460" if name == "measure" else "14400")
    assert "-nostdin" in command


@pytest.mark.parametrize("name", ENCODING)
def test_nothing_of_the_originals_metadata_is_taken_over(name: str) -> None:
    """Such as where a film was taken."""
    command = COMMANDS[name]

    assert value_of(command, "-map_metadata") == value_of(command, "-map_chapters") == "-1"
    assert {"-dn", "-sn", "-bitexact"} <= set(command)


def test_a_films_sound_goes_into_every_rung_and_is_measured_once() -> None:
    """Players then need one file, whichever rung they take."""
    graph = value_of(COMMANDS["film"], "-filter_complex")

    assert graph.count("ebur128") == 1
    assert value_of(COMMANDS["film"], "-var_stream_map") == "v:0,a:0,name:240 v:1,a:1,name:720"
    assert [value for name, value in pairwise(COMMANDS["film"]) if name == "-map"] == ["[v0]", "[a0]", "[v1]", "[a1]"]


def test_a_silent_film_maps_no_sound() -> None:
    """ffmpeg would fail on a stream that is not there."""
    assert value_of(COMMANDS["silent film"], "-var_stream_map") == "v:0,name:240 v:1,name:720"
    assert "[0:a:0]" not in value_of(COMMANDS["silent film"], "-filter_complex")


def test_more_than_sixty_frames_a_second_are_cut() -> None:
    """The rates of the ladder are for thirty to sixty."""
    assert "fps=60" in value_of(COMMANDS["silent film"], "-filter_complex")
    assert "fps=60" not in value_of(COMMANDS["film"], "-filter_complex")


def test_without_a_rendition_only_the_samples_are_written() -> None:
    """Codecs that every browser has play as they are."""
    assert "hls" not in COMMANDS["loudness"]
    assert COMMANDS["loudness"][-1] == "audio.pcm"
    assert COMMANDS["rendition"][-1] == "audio.m3u8"
