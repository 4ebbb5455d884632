"""One job at work: the right to do it, its files, its way to the store, and how it may end."""
