"""Who the patient is: age and sex, allergies, relatives' illnesses, habits."""
