"""The doors: they do the I/O around the one pipeline."""
