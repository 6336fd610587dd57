"""What the linkers of problems share: the plain words of a name, what each counts, and an index of terms by them."""
