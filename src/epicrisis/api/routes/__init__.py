"""One module per family of routes: translate the request, call the service, translate the answer."""
