"""Mentorpost: an email-driven automation service for mentorship programs."""
