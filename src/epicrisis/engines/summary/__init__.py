"""The summary of a patient: a plan by rules, and models that may reword it while somebody checks them."""
