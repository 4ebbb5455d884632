"""`python -m moodrop`: the command, where it is not on the path."""

from moodrop.cli import main

main()
