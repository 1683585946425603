"""The store that several gateways share: audit records, exchanges and the state of replays in one PostgreSQL."""
