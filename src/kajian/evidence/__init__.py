"""What a study may say: recorded results, and the text that quotes them."""
