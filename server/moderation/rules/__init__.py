"""What is marked in a text, what may be struck out of it, and what is public."""
