"""The audit trail: what was asked, decided and answered, in an order that cannot be changed unseen."""
