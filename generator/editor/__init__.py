"""What an editor would object to. A lesson can be exempt from a warning for a written reason, which is printed."""
