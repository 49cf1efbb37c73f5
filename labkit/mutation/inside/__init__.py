"""What runs inside a sandbox when a student's tests are tried."""
