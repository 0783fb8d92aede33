"""What leaves the program: pictures of every format, drawn again from what is on screen."""
