"""Secrets that tests plant wherever a client may write, to look for them in what the service shows of it."""

from tests.helpers.tokens import token

# Credentials of every kind, one of each made up.
PLANTED = (
    "mdk_01JD8ZK3V0_plantedplantedplanted",
    "rt_01JD8ZK3V0X5W9QH2M4N6P7R8S.1.plantedplantedplanted",
    "whsec_plantedplantedplantedplanted",
    "planted.person@example.org",
    "5f2c" * 16,
    token()[:-6] + "AAAAAA",
)
# A password like any word: nobody can tell it from a name, so callers are not called like it.
PASSWORD = "hunter2-planted"
