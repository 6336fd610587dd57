"""CDS Hooks 2.0: an EHR asks while a patient is looked at, or something is ordered, and shows what comes back."""
