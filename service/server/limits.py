"""All limits of the server: sizes, counts and deadlines."""

import resource

# A request line of 8 kB and headers: browsers send 1 to 4 kB.
MAX_HEAD_BYTES = 64 * 1024
# The time from the first byte of a request to the end of its headers; also the longest silence of a new connection.
HEAD_S = 10.0
# The time for a body, or for an answer that the client does not read; transferred bytes extend it.
BODY_S = 20.0
ANSWER_S = 20.0
SLOWEST_BYTES_PER_S = 16 * 1024
# The time in which a refused client may still read the reason.
LINGER_S = 2.0
# A chunked body also carries the sizes of its chunks.
CHUNKED_OVERHEAD = 1.25

# The most bytes in memory at once: unfinished bodies, queued requests, unread answers.
MAX_BUFFERED_BYTES = 64 * 1024 * 1024
# A connection that holds less than this is never dropped to free memory.
SMALL_BYTES = 64 * 1024

MAX_CONNECTIONS = 1000
# One address may hold half of the connections.
PEER_SHARE = 2
# How long a new connection, or one that has its answer, may wait before its place is given away.
TIME_TO_ASK_S = 1.0
# Connections that have their answer and linger for LINGER_S take no place. So many may: a share of the places, or this.
CLOSING_SHARE = 16
LEAST_CLOSING = 4
# A connection needs one open file, and another while a file is sent; the store, the database and logs use the rest.
FILES_PER_CONNECTION = 2
OTHER_FILES = 256
NEEDED_FILES = FILES_PER_CONNECTION * MAX_CONNECTIONS + OTHER_FILES

# A request that waits for the store and is repeated within this time counts as a kind of its own.
REPEATED_WITHIN_S = 10.0
MOST_REPEATS = 4096

# Threads that the requests of one caller never take.
THREADS_FOR_OTHERS = 3

# A connection stays on its thread while at most so many requests of its caller wait for one.
MOST_BESIDE = 4


def connection_limit() -> int:
    """Return how many connections this process may hold: MAX_CONNECTIONS, or fewer if open files are limited.

    It first raises the limit on open files as far as needed and allowed.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = NEEDED_FILES if hard == resource.RLIM_INFINITY else min(NEEDED_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        soft = most
    files = NEEDED_FILES if soft == resource.RLIM_INFINITY else soft
    return max(16, min(MAX_CONNECTIONS, (files - OTHER_FILES) // FILES_PER_CONNECTION))
