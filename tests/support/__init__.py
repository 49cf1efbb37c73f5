"""What the tests share: classes of students, real kernels, small applications, a real PostgreSQL."""
