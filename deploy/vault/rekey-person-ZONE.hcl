# A person responsible for zone ZONE: reads its secrets straight from Vault, clears holds, sets policies, and says what is observed.

path "rekey-ZONE/data/*" {
  capabilities = ["read"]
}
path "rekey-ZONE/metadata/*" {
  capabilities = ["list", "read"]
}

# To clear a hold or to observe a credential, which no process may do.
path "rekey-ZONE/data/credentials/+/+/+" {
  capabilities = ["read", "update"]
}
path "rekey-ZONE/data/managed/+/+/+" {
  capabilities = ["create", "read"]
}
path "rekey-ZONE/data/policies/+" {
  capabilities = ["create", "read", "update"]
}

path "auth/token/lookup-self" {
  capabilities = ["read"]
}
path "auth/token/renew-self" {
  capabilities = ["update"]
}
path "auth/token/revoke-self" {
  capabilities = ["update"]
}
