"""Courses, sessions, attendance."""
