"""The version of the service and its worker."""

VERSION = "0.1.0"
