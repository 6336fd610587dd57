"""What can be said about a patient: values only, standard library only."""
