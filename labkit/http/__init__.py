"""What every client of a student's server needs: exchanges that end, requests as they are written down, addresses."""
