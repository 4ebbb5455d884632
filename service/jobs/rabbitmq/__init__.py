"""RabbitMQ as the bell. Nothing that matters is in it: it may lose, double or delay what it likes."""
