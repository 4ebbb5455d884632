"""What the workers count, and the port that shows it."""
