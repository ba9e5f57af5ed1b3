# The API outside the zones.

# What an idempotency key asked for, by the key's hash.
path "rekey-shared/data/requests/+" {
  capabilities = ["create", "read", "update"]
}

path "auth/token/lookup-self" {
  capabilities = ["read"]
}
path "auth/token/renew-self" {
  capabilities = ["update"]
}
