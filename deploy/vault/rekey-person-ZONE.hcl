# A person responsible for zone ZONE: reads its secrets straight from Vault, clears holds, sets policies, says what is observed, and
# removes what was planted.

path "rekey-ZONE/data/*" {
  capabilities = ["read"]
}
path "rekey-ZONE/metadata/*" {
  capabilities = ["list", "read"]
}

# Hosts and adoptions that the API should not have made: it may create, and nobody else may take them away. Orders stay: their
# numbers have no gap.
path "rekey-ZONE/metadata/hosts/*" {
  capabilities = ["list", "read", "delete"]
}
path "rekey-ZONE/metadata/adoptions/*" {
  capabilities = ["list", "read", "delete"]
}

# To clear a hold or to observe a credential, which no process may do.
path "rekey-ZONE/data/credentials/+/+/+" {
  capabilities = ["read", "update"]
}
path "rekey-ZONE/data/managed/+/+/+" {
  capabilities = ["create", "read"]
}
# To approve, each under the id of his own entity, which Vault fills in: nobody approves for somebody else, and no process at all.
path "rekey-ZONE/data/approvals/+/{{identity.entity.id}}" {
  capabilities = ["create", "read"]
}
# The same on a lease that somebody asks for: yes or no, once.
path "rekey-ZONE/data/lease-decisions/+/{{identity.entity.id}}" {
  capabilities = ["create", "read"]
}
# Whom the worker tells what happens, and by which secret that is signed. No process writes it, and the API does not read it.
path "rekey-ZONE/data/webhooks/+" {
  capabilities = ["create", "read", "update"]
}
path "rekey-ZONE/metadata/webhooks/*" {
  capabilities = ["list", "read", "delete"]
}
path "rekey-ZONE/data/policies/+" {
  capabilities = ["create", "read", "update"]
}

# The signed heads of audit journals, and what checks their signatures. What the API has recorded tells of all zones: its heads only.
path "rekey-shared/data/audit/+/heads/+" {
  capabilities = ["read"]
}
path "rekey-shared/metadata/audit" {
  capabilities = ["list"]
}
path "rekey-shared/metadata/audit/+/heads/*" {
  capabilities = ["list"]
}
path "transit/keys/rekey-audit" {
  capabilities = ["read"]
}
path "transit/keys/rekey-audit-ZONE" {
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
