"""Holds requests against what their operations declare. Knows nothing of policies, cassettes or modes."""

from gateway.contract.model import Severity
from gateway.contract.rules import VolumeTypes
from gateway.validation.findings import Finding
from gateway.validation.severities import Severities
from gateway.validation.walk import validate, validate_content, validate_line

__all__ = ["Finding", "Severities", "Severity", "VolumeTypes", "validate", "validate_content", "validate_line"]
