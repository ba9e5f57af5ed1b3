# The worker of zone ZONE: the only one that writes credentials, and it sees no other zone.

# Every write names the version that it replaces (cas_required on the mount).
path "rekey-ZONE/data/credentials/+/+/+" {
  capabilities = ["create", "read", "update"]
}
# Versions past the history's horizon are destroyed.
path "rekey-ZONE/destroy/credentials/+/+/+" {
  capabilities = ["update"]
}
path "rekey-ZONE/metadata/credentials/*" {
  capabilities = ["list", "read"]
}

# An adopted key is taken over into the credential, then its document goes with every version of it.
path "rekey-ZONE/data/adoptions/+/+/+" {
  capabilities = ["read"]
}
path "rekey-ZONE/metadata/adoptions/*" {
  capabilities = ["list", "read", "delete"]
}

# What the API and people see: no secret in it.
path "rekey-ZONE/data/states/+/+/+" {
  capabilities = ["create", "read", "update"]
}

# How hosts were found, which holds no secret, and who has asked to look.
path "rekey-ZONE/data/surveys/+" {
  capabilities = ["create", "read", "update"]
}
path "rekey-ZONE/metadata/surveys/*" {
  capabilities = ["list", "read"]
}
path "rekey-ZONE/metadata/survey-requests/*" {
  capabilities = ["list", "read", "delete"]
}

# A record changes by a redirect that people have approved, and only the worker carries that out.
path "rekey-ZONE/data/hosts/+" {
  capabilities = ["read", "update"]
}
path "rekey-ZONE/data/proposals/+" {
  capabilities = ["read"]
}
path "rekey-ZONE/data/approvals/+/+" {
  capabilities = ["read"]
}
path "rekey-ZONE/metadata/approvals/*" {
  capabilities = ["list", "read"]
}
path "rekey-ZONE/metadata/hosts/*" {
  capabilities = ["list", "read"]
}
# It writes down what people have approved that jobs of a CI may lease, and rotates what was leased.
path "rekey-ZONE/data/grants/+" {
  capabilities = ["create", "read", "update"]
}
path "rekey-ZONE/metadata/grants/*" {
  capabilities = ["list", "read"]
}
path "rekey-ZONE/data/leases/+" {
  capabilities = ["read"]
}
path "rekey-ZONE/metadata/leases/*" {
  capabilities = ["list", "read", "delete"]
}
# What is long over with leases it takes away: their documents, requests for them, and marks of secrets that were handed out once. Each is of this
# zone, whose secrets it has anyway.
path "rekey-ZONE/metadata/lease-requests/*" {
  capabilities = ["list", "delete"]
}
path "rekey-ZONE/metadata/lease-decisions/*" {
  capabilities = ["list", "delete"]
}
path "rekey-ZONE/metadata/secret-uses/+" {
  capabilities = ["delete"]
}
# And marks of used tokens of all zones, once these have expired. Who takes one away earlier lets no token in a second time where it was used:
# its lease is in that zone, where this identity has no right.
path "rekey-shared/metadata/ci-tokens/*" {
  capabilities = ["list", "delete"]
}
path "rekey-ZONE/data/labels/+" {
  capabilities = ["read"]
}
# A worker places the order of a campaign that people have approved, and keeps how far it has come where the API can't write.
path "rekey-ZONE/data/orders/+" {
  capabilities = ["create", "read"]
}
path "rekey-ZONE/data/campaigns/+" {
  capabilities = ["create", "read", "update"]
}
path "rekey-ZONE/metadata/campaigns/*" {
  capabilities = ["list"]
}
# That the zones before this one are through. Nothing but waiting depends on it.
path "rekey-ZONE/data/turns/+" {
  capabilities = ["read"]
}
path "rekey-ZONE/metadata/orders/*" {
  capabilities = ["list", "read"]
}
# What was released from observation.
path "rekey-ZONE/data/managed/+" {
  capabilities = ["read"]
}
path "rekey-ZONE/data/managed/+/+/+" {
  capabilities = ["read"]
}
path "rekey-ZONE/metadata/managed/*" {
  capabilities = ["list", "read"]
}
path "rekey-ZONE/data/policies/+" {
  capabilities = ["read"]
}
path "rekey-ZONE/metadata/policies/*" {
  capabilities = ["list", "read"]
}
# What of the policy is in force, so that one person alone can't weaken it.
path "rekey-ZONE/data/in-force/policy" {
  capabilities = ["create", "read", "update"]
}

# Who is told what happens, which people write, and what each was told.
path "rekey-ZONE/data/webhooks/+" {
  capabilities = ["read"]
}
path "rekey-ZONE/metadata/webhooks/*" {
  capabilities = ["list", "read"]
}
path "rekey-ZONE/data/told/+/+/+/+" {
  capabilities = ["create", "read", "update"]
}
path "rekey-ZONE/data/told/+/+" {
  capabilities = ["create", "read", "update"]
}

# Whose a fingerprint is: claimed once and for all, by hash, across zones.
path "rekey-shared/data/unique/+/+" {
  capabilities = ["create", "read"]
}

# What a password's fingerprint is. The API lacks this right, so that it can't test guesses.
path "transit/hmac/rekey-passwords/sha2-256" {
  capabilities = ["update"]
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

# To refuse to start on a mount without cas_required or with too few versions.
path "rekey-ZONE/config" {
  capabilities = ["read"]
}

path "auth/token/lookup-self" {
  capabilities = ["read"]
}
path "auth/token/renew-self" {
  capabilities = ["update"]
}
