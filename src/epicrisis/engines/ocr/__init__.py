"""Pictures of pages, read by the libraries that do it."""
