"""Contract D, a diagnostic assistant: symptoms, results and known illnesses in, conditions with confidences out."""
