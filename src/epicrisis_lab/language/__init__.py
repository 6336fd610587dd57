"""How Spanish is told from English: the counts we ship, and how often they are right."""
