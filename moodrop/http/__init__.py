"""HTTP: requests, connections, retries and cancellation. It knows nothing of Moodrop."""
