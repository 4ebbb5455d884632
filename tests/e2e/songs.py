"""A small library of songs, uploaded as a script would."""

import array
import math
import struct
import wave
from io import BytesIO

import urllib3

from tests.conftest import Service

SONGS = [
    ("Letters Home", "Field Notes", "sad"),
    ("Bicycle", "Mira & Tom", "happy"),
    ("Low Tide", "Oda Vik", "neutral"),
    ("Harbour Lights", "Oda Vik", "sad"),
    ("Second Wind", "Kite Season", "happy"),
    ("Rain on Tin", "Lena Moor", "neutral"),
    ("Paper Boats", "Lena Moor", "sad"),
    ("Golden Hour", "Kite Season", "happy"),
    ("Tönë", "Ana Çelik", "happy"),
]
RATE = 8_000


def tone(seconds: float = 60, hertz: float = 220) -> bytes:
    """Return a WAV of one note that swells and fades."""
    note = [math.sin(2 * math.pi * hertz * n / RATE) for n in range(RATE)]
    samples = (
        int(12_000 * note[n % RATE] * abs(math.sin(n / RATE / 3)) * abs(math.sin(n / RATE * 2)))
        for n in range(int(seconds * RATE))
    )
    into = BytesIO()
    with wave.open(into, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return into.getvalue()


CD_RATE = 44_100


def cd_tone(seconds: int, hertz: float = 330) -> bytes:
    """Return a WAV of CD quality, 10 MB per minute: a tone without any silence."""
    samples = (int(12_000 * math.sin(2 * math.pi * hertz * n / CD_RATE)) for n in range(CD_RATE))
    second = array.array("h", (value for sample in samples for value in (sample, sample)))
    into = BytesIO()
    with wave.open(into, "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(CD_RATE)
        for _ in range(seconds):
            out.writeframes(second.tobytes())
    return into.getvalue()


def send(service: Service, body: bytes, filename: str, content_type: str = "audio/wav", **metadata: object) -> str:
    """Upload a file; return its file_id."""
    new = {"filename": filename, "content_type": content_type, "size_bytes": len(body)}
    started = urllib3.request("POST", f"{service.url}/v1/uploads", json=new | metadata).json()
    headers = {name: value for name, value in started["transfer"]["headers"].items() if name != "content-length"}
    urllib3.request("PUT", started["transfer"]["url"], body=body, headers=headers)
    confirmed = urllib3.request("POST", f"{service.url}/v1/uploads/{started['upload_id']}/confirm")
    return str(confirmed.json()["file_id"])


def send_all(service: Service) -> None:
    """Upload all SONGS, each with a different note."""
    for number, (title, artist, mood) in enumerate(SONGS):
        body = tone(hertz=220 + 20 * number)
        send(service, body, f"{title}.wav", title=title, artist=artist, mood=mood)
