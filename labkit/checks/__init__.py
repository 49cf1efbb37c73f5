"""What an author writes checks with, and what runs them."""
