"""A small shop for people who watch the sky."""
