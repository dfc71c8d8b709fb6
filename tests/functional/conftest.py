"""What is collected elsewhere: tests that run in an environment, or a process, of their own."""

# The application is a project of its own; the life on the example with Django needs the settings of the example.
collect_ignore = ["application", "django_life.py"]
