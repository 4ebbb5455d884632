"""Media: what is made from the bytes of songs, films, pictures and PDFs, and how it is served."""
