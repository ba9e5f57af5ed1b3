# The broker of zone ZONE: it hands the zone's secrets to jobs that people have granted them to. It writes that it does, and nothing else.

path "rekey-ZONE/data/credentials/+/+/+" {
  capabilities = ["read"]
}
path "rekey-ZONE/metadata/credentials/*" {
  capabilities = ["list"]
}
# Labels that a host was added with: what a grant is for, and which orders a credential owes.
path "rekey-ZONE/data/hosts/+" {
  capabilities = ["read"]
}
path "rekey-ZONE/data/orders/+" {
  capabilities = ["read"]
}
path "rekey-ZONE/metadata/orders/*" {
  capabilities = ["list", "read"]
}
path "rekey-ZONE/data/grants/+" {
  capabilities = ["read"]
}
path "rekey-ZONE/metadata/grants/*" {
  capabilities = ["list"]
}
path "rekey-ZONE/metadata/grant-ends/*" {
  capabilities = ["list"]
}

# Each lease, its renewals and its return are documents of their own, created once.
path "rekey-ZONE/data/leases/+" {
  capabilities = ["create", "read"]
}
path "rekey-ZONE/metadata/leases/+" {
  capabilities = ["read"]
}
# Who waits for a person to approve. What people say it sees, and can't write.
path "rekey-ZONE/data/lease-requests/+" {
  capabilities = ["create", "read"]
}
path "rekey-ZONE/metadata/lease-requests/+" {
  capabilities = ["read"]
}
path "rekey-ZONE/data/lease-decisions/+/+" {
  capabilities = ["read"]
}
path "rekey-ZONE/metadata/lease-decisions/*" {
  capabilities = ["list"]
}
# The uses of a grant that may be used so many times only.
path "rekey-ZONE/data/grant-uses/+/+/+" {
  capabilities = ["create"]
}
path "rekey-ZONE/metadata/grant-uses/*" {
  capabilities = ["list", "read"]
}
# Secrets that are handed out once.
path "rekey-ZONE/data/secret-uses/+" {
  capabilities = ["create"]
}
path "rekey-ZONE/metadata/secret-uses/+" {
  capabilities = ["read"]
}
# Tokens that were used, by hash: by whichever broker of whichever zone.
path "rekey-shared/data/ci-tokens/+/+" {
  capabilities = ["create"]
}
path "rekey-shared/metadata/ci-tokens/+/+" {
  capabilities = ["read"]
}

# Its audit journal: heads that are signed and parts, each created once. Nobody may change one, and who writes parts may not remove any.
path "rekey-ZONE/data/audit/+/heads/+" {
  capabilities = ["create", "read"]
}
path "rekey-ZONE/data/audit/+/segments/+" {
  capabilities = ["create"]
}
path "rekey-ZONE/metadata/audit/*" {
  capabilities = ["list", "read"]
}
path "transit/sign/rekey-audit-ZONE" {
  capabilities = ["update"]
}

path "auth/token/lookup-self" {
  capabilities = ["read"]
}
path "auth/token/renew-self" {
  capabilities = ["update"]
}
