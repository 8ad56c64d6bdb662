"""What was made of units before: where it is kept, in which form, and when it still counts."""
