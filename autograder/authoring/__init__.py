"""Makes what students and nbgrader get from what authors write."""
