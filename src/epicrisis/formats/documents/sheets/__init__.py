"""A record written out as a clinician would read it: lines under headings, in English or Spanish."""
