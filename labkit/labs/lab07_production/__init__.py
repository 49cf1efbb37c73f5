"""What lab 07 is about: production servers as processes, the signals they get, and the image they are put into."""
