# The API outside the zones.

# What an idempotency key asked for, by the key's hash.
path "rekey-shared/data/requests/+" {
  capabilities = ["create", "read", "update"]
}

# The tokens of its callers, as hashes. Those that ended long ago are removed.
path "rekey-shared/data/tokens/+" {
  capabilities = ["create", "read", "update"]
}
path "rekey-shared/metadata/tokens" {
  capabilities = ["list"]
}
path "rekey-shared/metadata/tokens/+" {
  capabilities = ["delete"]
}

path "auth/token/lookup-self" {
  capabilities = ["read"]
}
path "auth/token/renew-self" {
  capabilities = ["update"]
}
