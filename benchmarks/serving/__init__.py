"""The assertion server beside the one it replaces, under the same load."""
