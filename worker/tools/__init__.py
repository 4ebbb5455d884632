"""Programs that read untrusted files inside the sandbox. Each is a script of its own: it imports nothing of ours."""
