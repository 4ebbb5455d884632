"""The minimal Flask app that inserts a document, with one field, into MongoDB before it answers."""

import os
from typing import Any

from bson import ObjectId
from flask import Flask
from pymongo import MongoClient
from pymongo.write_concern import WriteConcern

app = Flask(__name__)
mongo = MongoClient[dict[str, Any]](os.environ["MONGODB_URI"])
documents = mongo["bare"].get_collection("inserted", write_concern=WriteConcern(w=1))


@app.get("/")
def insert() -> dict[str, str]:
    documents.insert_one({"_id": ObjectId()})
    return {"url": "http://127.0.0.1:9000/mybucket/uploads/u1/song.mp3"}
