export const usage = `rekey: read a credential with your own Vault login, and clear holds

  rekey reveal CREDENTIAL [--public] [--candidate] [--out FILE]
      Prints the private key or the password that opens the account now.
      --public     prints the public key instead
      --candidate  the successor that is being put in place, when there is one
      --out FILE   writes it to a new file that only you can read (mode 0600)

  rekey hold show CREDENTIAL
      Says why a credential is stopped.

  rekey hold clear CREDENTIAL --reason TEXT
      Lets its rotation go on: the worker sees that within a minute. Your name
      and the reason are kept with it.

A CREDENTIAL is named zone/host/account/name, such as production/web-1/deploy/ssh-key.

Your Vault login, for all of them:
  --vault-addr URL      Vault's address, https://…
  --ca-file FILE        the authority that Vault's certificate is checked with
  --username NAME       your userpass login
  --password-file FILE  a file with your password; without it you are asked
  --stack DIR           takes all of them from a local stack's folder; by default the
                        first of .rekey/local and .rekey/demo, here or further up

Examples:
  rekey reveal production/web-1/deploy/ssh-key --out key && ssh -i key deploy@10.20.0.7
  rekey reveal production/web-1/deploy/ssh-key --public
  rekey hold show backup/store-1/root/ssh-key
  rekey hold clear backup/store-1/root/ssh-key --reason "the account's key is back in place"

Exit codes: 0 done; 1 refused or failed, and stderr says why; 2 the command line is wrong.
`
