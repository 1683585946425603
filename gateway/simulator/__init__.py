"""A stateful EVS that ships with the gateway, built from the same contract. Stands on `contract` and `http` only."""
