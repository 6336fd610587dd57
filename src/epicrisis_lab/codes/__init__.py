"""Code systems compiled into the small files the linkers ship with."""
