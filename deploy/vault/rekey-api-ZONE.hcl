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
path "rekey-ZONE/data/states/+/+/+" {
  capabilities = ["read"]
}
path "rekey-ZONE/data/policies/+" {
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
path "rekey-ZONE/metadata/states/*" {
  capabilities = ["list", "read"]
}
path "rekey-ZONE/metadata/policies/*" {
  capabilities = ["list", "read"]
}

path "rekey-ZONE/config" {
  capabilities = ["read"]
}
