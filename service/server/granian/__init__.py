"""The other HTTP server: granian, whose HTTP is in Rust. What is here starts it and stands between it and the app."""
