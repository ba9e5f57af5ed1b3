# The API in zone ZONE: it may ask, and see what holds no secret. It has no right on the data of a credential,
# and none but creating on an adoption, so a stolen API can neither read nor redirect a secret.

path "rekey-ZONE/data/adoptions/+/+/+" {
  capabilities = ["create"]
}
path "rekey-ZONE/data/hosts/+" {
  capabilities = ["create", "read"]
}
# Labels choose which hosts an order will list. They change no order that is there.
path "rekey-ZONE/data/labels/+" {
  capabilities = ["create", "read", "update"]
}
path "rekey-ZONE/data/orders/+" {
  capabilities = ["create", "read"]
}
# A release lets happen what the product is for, so the API may give one, and take none back. What starts an observation
# is in the record of a host and in the document of a credential, which it may create and never change, and in the policy.
path "rekey-ZONE/data/managed/+" {
  capabilities = ["create", "read"]
}
path "rekey-ZONE/data/managed/+/+/+" {
  capabilities = ["create", "read"]
}
# It proposes what people decide, such as where a host is to be found; what they say of that it sees, and can't write.
path "rekey-ZONE/data/proposals/+" {
  capabilities = ["create", "read"]
}
path "rekey-ZONE/data/approvals/+/+" {
  capabilities = ["read"]
}
# Campaigns are started and led by workers alone. The API sees all zones, so it tells each when it is its turn.
path "rekey-ZONE/data/campaigns/+" {
  capabilities = ["read"]
}
path "rekey-ZONE/data/turns/+" {
  capabilities = ["create", "read"]
}
# What jobs of a CI may lease, people decide and the worker writes. To end that is harmless, so the API may do it, once for each grant.
path "rekey-ZONE/data/grants/+" {
  capabilities = ["read"]
}
path "rekey-ZONE/data/grant-ends/+/+" {
  capabilities = ["create"]
}
path "rekey-ZONE/data/leases/+" {
  capabilities = ["read"]
}
# Who waits for a lease that a person has to approve. It shows them, and can write neither a request nor a word on one.
path "rekey-ZONE/data/lease-requests/+" {
  capabilities = ["read"]
}
path "rekey-ZONE/data/lease-decisions/+/+" {
  capabilities = ["read"]
}
path "rekey-ZONE/data/states/+/+/+" {
  capabilities = ["read"]
}
path "rekey-ZONE/data/policies/+" {
  capabilities = ["read"]
}
path "rekey-ZONE/data/in-force/policy" {
  capabilities = ["read"]
}
# How new secrets are made, among strong ways only. What people write, `policies/default`, it sees and can't write.
path "rekey-ZONE/data/policies/named" {
  capabilities = ["create", "read", "update"]
}

# Metadata tells that a document exists, and its versions; nothing of what is in it.
path "rekey-ZONE/metadata/credentials/*" {
  capabilities = ["list", "read"]
}
path "rekey-ZONE/metadata/adoptions/*" {
  capabilities = ["list", "read"]
}
path "rekey-ZONE/metadata/hosts/*" {
  capabilities = ["list", "read"]
}
path "rekey-ZONE/metadata/labels/*" {
  capabilities = ["list", "read"]
}
path "rekey-ZONE/metadata/orders/*" {
  capabilities = ["list", "read"]
}
path "rekey-ZONE/metadata/managed/*" {
  capabilities = ["list", "read"]
}
path "rekey-ZONE/metadata/proposals/*" {
  capabilities = ["list", "read"]
}
path "rekey-ZONE/metadata/approvals/*" {
  capabilities = ["list", "read"]
}
path "rekey-ZONE/metadata/campaigns/*" {
  capabilities = ["list", "read"]
}
path "rekey-ZONE/metadata/turns/*" {
  capabilities = ["list", "read"]
}
path "rekey-ZONE/metadata/grants/*" {
  capabilities = ["list", "read"]
}
path "rekey-ZONE/metadata/grant-ends/*" {
  capabilities = ["list", "read"]
}
path "rekey-ZONE/metadata/leases/*" {
  capabilities = ["list", "read"]
}
path "rekey-ZONE/metadata/lease-requests/*" {
  capabilities = ["list"]
}
path "rekey-ZONE/metadata/lease-decisions/*" {
  capabilities = ["list"]
}
path "rekey-ZONE/metadata/states/*" {
  capabilities = ["list", "read"]
}
path "rekey-ZONE/metadata/policies/*" {
  capabilities = ["list", "read"]
}

# What the zone's workers have recorded. It shows that and removes what is too old, and can't write any of it.
path "rekey-ZONE/data/audit/+/segments/+" {
  capabilities = ["read"]
}
path "rekey-ZONE/metadata/audit" {
  capabilities = ["list"]
}
path "rekey-ZONE/metadata/audit/+/segments/*" {
  capabilities = ["list", "delete"]
}

# How hosts were found; and it may ask that one is looked at, which the worker does once a minute at most.
path "rekey-ZONE/data/surveys/+" {
  capabilities = ["read"]
}
path "rekey-ZONE/data/survey-requests/+" {
  capabilities = ["create"]
}
# What of the findings is left as it is, and why. It hides none.
path "rekey-ZONE/data/acceptances/findings" {
  capabilities = ["create", "read", "update"]
}
path "rekey-ZONE/metadata/surveys/*" {
  capabilities = ["list", "read"]
}
path "rekey-ZONE/metadata/survey-requests/*" {
  capabilities = ["list", "read"]
}

path "rekey-ZONE/config" {
  capabilities = ["read"]
}
