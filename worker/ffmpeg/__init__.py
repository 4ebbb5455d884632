"""What ffmpeg and ffprobe are asked, and how their answers are read. Nothing here starts a program."""
