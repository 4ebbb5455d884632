"""The bell of a deployment without a broker."""


class SilentBell:
    """The Bell port. Workers find jobs by polling, within two seconds."""

    def ring(self, file_id: str) -> None:
        pass
