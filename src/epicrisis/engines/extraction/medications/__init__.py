"""What a patient takes: drugs with dose, frequency, route, why, and whether it is still taken."""
