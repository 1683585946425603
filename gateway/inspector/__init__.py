"""What people see of a trail: filters that live in an address, facets, rows, and one exchange with all about it.

Pure: records in, views out. How a view becomes a page is the matter of `gateway.fronts.inspector`.
"""
