"""What tests of uploads in parts check."""

from service.ports import Ports
from service.store.memory.objects import MemoryObjectStore
from service.uploads.model import Upload
from service.uploads.usecases.starting.read import inspect_upload
from tests.builders import ALICE


def list_part_numbers(ports: Ports, upload: Upload) -> list[int]:
    """Return the numbers of the parts that the store has."""
    return [part.part_number for part in inspect_upload(ports, ALICE, upload.upload_id)[1] or []]


def memory(ports: Ports) -> MemoryObjectStore:
    assert isinstance(ports.objects, MemoryObjectStore)
    return ports.objects
