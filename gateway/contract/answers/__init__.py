"""What the service answers: a model for each documented response. An open schema: further members are no fault.

Source: the response tables and examples of the sections named beside each model; reference-notes 63 to 78 where these
two differ. A member that only the table or only the example has may be absent.
"""
