"""The minimal Flask app: the same JSON every time."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello() -> dict[str, str]:
    return {"url": "http://127.0.0.1:9000/mybucket/uploads/u1/song.mp3"}
