"""What others see of this worker: that it is there, what it has done, and how much waits."""
