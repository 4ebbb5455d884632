"""The media worker: reads originals, and writes what it derives from them beside them."""
