"""A recommender as a process of its own: it knows the model, and neither people nor files."""
