"""What makes two groups differ, and what makes welfare unequal."""
