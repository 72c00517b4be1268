"""The Mentor Contact Form, from any shape people send it in."""
