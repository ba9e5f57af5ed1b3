# HashiCorp Vault, which takes its audit devices through the API and not from here. In capitals: what the set-up fills in.
api_addr      = "https://127.0.0.1:PORT"
cluster_addr  = "https://127.0.0.1:CLUSTER"
ui            = false
# Raft and locked memory don't go together: https://developer.hashicorp.com/vault/docs/configuration#disable_mlock
disable_mlock = true

listener "tcp" {
  address         = "127.0.0.1:PORT"
  cluster_address = "127.0.0.1:CLUSTER"
  tls_cert_file   = "FOLDER/tls/vault.pem"
  tls_key_file    = "FOLDER/tls/vault-key.pem"
}

storage "raft" {
  path                   = "FOLDER/vault/data"
  node_id                = "rekey"
  performance_multiplier = 1
}
