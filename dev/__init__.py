"""The launcher: finds, builds, starts and stops what Moodrop runs on.

Standard library only, for it runs before anything is installed. Nothing in `service/` imports it.
"""
