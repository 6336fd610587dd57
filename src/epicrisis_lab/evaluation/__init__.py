"""How well an engine reads: what is counted, how sure the count is, and which cases went wrong."""
