"""How much, how many and how long: every bound of the server."""

import resource

# A request line of 8 kB and headers: browsers send 1 to 4 kB.
MAX_HEAD_BYTES = 64 * 1024
# From the first byte of a request to the end of its headers; also how long a new connection may stay silent.
HEAD_S = 10.0
# For a body, and for an answer that its client does not read: this, and more for what did go through.
BODY_S = 20.0
ANSWER_S = 20.0
SLOWEST_BYTES_PER_S = 16 * 1024
# A client that is told to go may still read why.
LINGER_S = 2.0
# Chunked bodies carry the sizes of their chunks too.
CHUNKED_OVERHEAD = 1.25

# In memory at once: bodies that are not whole, requests that wait for a thread, answers that wait for their reader.
MAX_HELD_BYTES = 64 * 1024 * 1024
# What holds less than this is never given up for the others.
SMALL_BYTES = 64 * 1024

MAX_CONNECTIONS = 1000
# One address may hold half of them.
PEER_SHARE = 2
# A connection needs one file, and one more while it is sent one; the store, the database and logs have the rest.
FILES_PER_CONNECTION = 2
OTHER_FILES = 256
WANTED_FILES = FILES_PER_CONNECTION * MAX_CONNECTIONS + OTHER_FILES

# Threads that the requests of one caller never take.
THREADS_FOR_OTHERS = 3


def connection_limit() -> int:
    """How many connections this process may hold: MAX_CONNECTIONS, or what its limit of open files allows.

    Raises that limit as far as it needs and may.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = WANTED_FILES if hard == resource.RLIM_INFINITY else min(WANTED_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        soft = most
    files = WANTED_FILES if soft == resource.RLIM_INFINITY else soft
    return max(16, min(MAX_CONNECTIONS, (files - OTHER_FILES) // FILES_PER_CONNECTION))
