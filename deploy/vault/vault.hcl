# HashiCorp Vault, which takes its audit devices through the API and not from here. In capitals: what the set-up fills in.
api_addr      = "https://127.0.0.1:PORT"
cluster_addr  = "https://127.0.0.1:CLUSTER"
ui            = false
# Raft and locked memory don't go together: https://developer.hashicorp.com/vault/docs/configuration#disable_mlock
disable_mlock = true

# For people, who have a login and no certificate.
listener "tcp" {
  address         = "127.0.0.1:PORT"
  cluster_address = "127.0.0.1:CLUSTER"
  tls_cert_file   = "FOLDER/tls/vault.pem"
  tls_key_file    = "FOLDER/tls/vault-key.pem"
}

# For services: who shows no certificate of this CA, for clients, is sent away before he may ask anything.
listener "tcp" {
  address                            = "127.0.0.1:SERVICES"
  # Peers are spoken to at the first one; another port has to be named, and any free one does.
  cluster_address                    = "127.0.0.1:0"
  tls_cert_file                      = "FOLDER/tls/vault.pem"
  tls_key_file                       = "FOLDER/tls/vault-key.pem"
  tls_client_ca_file                 = "FOLDER/tls/ca.pem"
  tls_require_and_verify_client_cert = true
}

storage "raft" {
  path                   = "FOLDER/vault/data"
  node_id                = "rekey"
  performance_multiplier = 1
}
