"""A download gets a harmless name, whatever its uploader called it."""

import pytest

from moodrop.transfer.local_names import LONGEST_NAME_BYTES, local_name, same_name, with_suffix


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("a.mp3", "a.mp3"),
        ("Dépêche (live) [2024] & more #1.mp3", "Dépêche (live) [2024] & more #1.mp3"),
        ("...and Justice.mp3", "_..and Justice.mp3"),
        # no other folder
        ("../../etc/passwd", "passwd"),
        ("..\\..\\x.mp3", "x.mp3"),
        ("C:\\x.exe", "x.exe"),
        ("..", "file"),
        (".", "file"),
        ("", "file"),
        ("/", "file"),
        ("...", "file"),
        # nothing that a shell, git or Python runs or reads unasked, and no home
        (".bash_profile", "_bash_profile"),
        (" .zshenv", "_zshenv"),
        ("\u200b.netrc", "_netrc"),
        ("\u3164.netrc", "_netrc"),
        ("dir/.git", "_git"),
        ("~", "_"),
        ("~root", "_root"),
        # no option
        ("-rf", "_rf"),
        ("--output=x", "_-output=x"),
        # nothing that looks like something else
        ("a\x00\x1b[2Jb.mp3", "a[2Jb.mp3"),
        ("\u202egpm.exe", "gpm.exe"),
        ("a\u2066b\u200d\ufeff\u2028\n\udcff.mp3", "ab.mp3"),
        # no device or stream of Windows
        ("CON", "_CON"),
        ("nul.mp3", "_nul.mp3"),
        ("Aux .txt", "_Aux .txt"),
        ("com1.tar.gz", "_com1.tar.gz"),
        ("LPT¹", "_LPT¹"),
        ("console.mp3", "console.mp3"),
        ("a:stream", "a_stream"),
        ('a<b>c"d|e?f*g', "a_b_c_d_e_f_g"),
        ("x.exe. . ", "x.exe"),
        # nothing that a file manager acts on by showing it
        ("x.desktop", "x.desktop_"),
        (".directory", "_directory"),
        ("Desktop.ini", "Desktop.ini_"),
        ("x.LNK", "x.LNK_"),
        ("x.library-ms", "x.library-ms_"),
        ("a" * 242 + ".desktop" + "x" * 100, "a" * 241 + ".desktop_"),
        # nothing that we take for half a download
        ("a.mp3.moodrop-0123456789abcdef.part", "a.mp3.moodrop-0123456789abcdef.part_"),
        # composed, as the service has it
        ("e\u0301.mp3", "é.mp3"),
        # short enough for every file system, counted in bytes
        ("é" * 300 + ".mp3", "é" * 123 + ".mp3"),
        ("a" * 300, "a" * 250),
        ("a." + "b" * 300, "a." + "b" * 248),
    ],
)
def test_a_name_is_a_harmless_name_in_that_folder(filename: str, name: str) -> None:
    """The uploader chooses it and may be a stranger."""
    assert local_name(filename) == name


def test_a_name_stays_what_it_is_when_it_is_cleaned_again() -> None:
    """So a file that is downloaded, uploaded and downloaded again keeps its name."""
    acted_on = ("x.desktop", "x" * 300 + ".desktop", "x" * 242 + ".desktop" + "x" * 100)
    for filename in (".x", "CON", *acted_on, "~", "-", "é" * 300 + ".mp3", "a" * 249 + " b", ". " + "x" * 300):
        assert local_name(local_name(filename)) == local_name(filename)


def test_a_number_stands_before_the_extension() -> None:
    """If there is one; the name stays short enough."""
    assert with_suffix("image.jpg", " (1)") == "image (1).jpg"
    assert with_suffix("README", " (1)") == "README (1)"
    assert with_suffix(".x", " (1)") == ".x (1)"
    long = with_suffix("é" * 123 + ".mp3", " (12)")
    assert long.endswith("é (12).mp3")
    assert len(long.encode()) <= LONGEST_NAME_BYTES


@pytest.mark.parametrize(
    ("one", "other"), [("A.mp3", "a.MP3"), ("é", "e\u0301"), ("É", "e\u0301"), ("straße", "STRASSE")]
)
def test_names_that_some_file_systems_take_for_one_are_one(one: str, other: str) -> None:
    """File systems of macOS, Windows and memory cards."""
    assert same_name(one) == same_name(other)
