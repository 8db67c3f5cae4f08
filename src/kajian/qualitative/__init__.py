"""What people said, coded by two readers: agreement, themes, and the number beside a theme."""
