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

# Its own audit journals: heads that are signed, and parts.
path "rekey-shared/data/audit/+/heads/+" {
  capabilities = ["create", "read"]
}
path "rekey-shared/data/audit/+/segments/+" {
  capabilities = ["create", "read"]
}
path "rekey-shared/metadata/audit" {
  capabilities = ["list"]
}
path "rekey-shared/metadata/audit/+/heads/*" {
  capabilities = ["list", "read"]
}
path "rekey-shared/metadata/audit/+/segments/*" {
  capabilities = ["list", "read", "delete"]
}
path "transit/sign/rekey-audit" {
  capabilities = ["update"]
}

# Whether Vault keeps two audit logs. Exactly this path tells, and makes or removes none: that is sys/audit/NAME.
path "sys/audit" {
  capabilities = ["read", "sudo"]
}

path "auth/token/lookup-self" {
  capabilities = ["read"]
}
path "auth/token/renew-self" {
  capabilities = ["update"]
}
