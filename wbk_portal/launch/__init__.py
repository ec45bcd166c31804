"""What `./portal` does once Python is there: prepare, serve, watch, check.

Imports no app of the portal; Django itself only in processes of their own.
"""
