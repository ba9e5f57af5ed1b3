# OpenBao 2.4 or later, as `npm run up` starts it. In capitals: what the set-up fills in.
# Paths are as the server sees them; put your own in a production set-up.
api_addr      = "https://127.0.0.1:PORT"
cluster_addr  = "https://127.0.0.1:CLUSTER"
ui            = false

# For people, who have a login and no certificate.
listener "tcp" {
  address         = "127.0.0.1:PORT"
  cluster_address = "127.0.0.1:CLUSTER"
  tls_cert_file   = "FOLDER/tls/vault.pem"
  tls_key_file    = "FOLDER/tls/vault-key.pem"
  # Names and values in one document, each counted. By itself OpenBao takes 1,000: an order that names 1,000 hosts has more.
  max_request_json_strings = 100000
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
  max_request_json_strings           = 100000
}

storage "raft" {
  path                   = "FOLDER/vault/data"
  node_id                = "rekey"
  # One node needs no patience with its peers; with several, leave this out.
  performance_multiplier = 1
}

# Two devices: OpenBao answers while at least one of them can be written, and refuses everything when none can.
# Put them on different disks in production.
audit "file" "first" {
  description = "every request and answer, secrets hashed"
  options {
    file_path = "FOLDER/vault/audit/first.log"
  }
}

audit "file" "second" {
  description = "the same on a second file"
  options {
    file_path = "FOLDER/vault/audit/second.log"
  }
}
