"""The contract as an OpenAPI 3.1 document, made of the declarations that judge requests and of the documented answers.

What the document calls valid is not refused: where JSON Schema cannot say a rule (a length in bytes), it says something
narrower, and every rule stands beside it in `x-evs-rules`, with its severity and fault.
"""

from gateway.contract.openapi.document import document

__all__ = ["document"]
