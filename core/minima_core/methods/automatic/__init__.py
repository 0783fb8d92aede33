"""What is used when no method is named."""
