"""The page that rules write of a patient, complete by construction."""
