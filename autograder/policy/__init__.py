"""What a class has agreed on, from class.toml: due dates, extensions, what lateness costs, which labs count."""
