"""PDF files: the words of their text layer with a box for each, and pictures of the pages that have none."""
