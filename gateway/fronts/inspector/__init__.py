"""The inspector: pages on the admin side that show what went through and why, rendered here, complete without a script.

Every page is a view module: it declares a `View` with its routes, and stands in the list of `views`. What a page shows
is drawn up in `gateway.inspector`, read off the loop through `reading`, and let out through `guard`.
"""
