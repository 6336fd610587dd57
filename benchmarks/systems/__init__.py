"""One module a system: a worker that reads notes once per line it receives and answers with the seconds it took."""
