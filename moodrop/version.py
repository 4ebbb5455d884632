"""The version, as the service sees it too."""

__version__ = "0.1.0"
USER_AGENT = f"moodrop-python/{__version__}"
