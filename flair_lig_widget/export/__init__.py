"""The formats in which a result leaves the program: data, tables, pictures."""
