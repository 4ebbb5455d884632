"""All that the use cases of listening may touch of the outside world."""

from typing import Protocol

from service.listening.model import Listener
from service.listening.ports.listens import Listens
from service.listening.ports.neighbours import NeighbourStore
from service.listening.ports.positions import Positions
from service.listening.ports.recommender import Recommender
from service.shared.model import Features
from service.shared.ports.collection import Collection
from service.uploads import ports as uploads


class Ports(uploads.Ports, Protocol):
    """Everything that uploads touch, the listens, the positions, what each listener wants, and the model of tastes.

    `recommender` is None where this process reads the model itself.
    """

    @property
    def listens(self) -> Listens: ...

    @property
    def positions(self) -> Positions: ...

    @property
    def listeners(self) -> Collection[Listener]: ...

    @property
    def neighbours(self) -> NeighbourStore: ...

    @property
    def recommender(self) -> Recommender | None: ...

    @property
    def features(self) -> Features: ...
