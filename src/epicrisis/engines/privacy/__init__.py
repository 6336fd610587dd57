"""What in a note says whose it is: how it is found, and what is put in its place."""
