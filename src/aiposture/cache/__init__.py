"""What was made of units before, and in which contents nothing was found; where it is kept, and when it counts."""
