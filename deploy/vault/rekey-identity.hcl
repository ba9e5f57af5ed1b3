# Whoever may ask the API as himself: the tokens by which Vault vouches for him, with his name and his groups. The second is for a zone's broker,
# which hands out what grants let his groups have.

path "identity/oidc/token/rekey" {
  capabilities = ["read"]
}
path "identity/oidc/token/rekey-lease-*" {
  capabilities = ["read"]
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
