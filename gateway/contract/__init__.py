"""What the EVS API reference says, declared once. Knows nothing of gateways."""
