export const usage = `rekey: import what you have, read a credential with your own Vault login, clear holds,
say what is observed, and make tokens for who calls the API

  rekey import FILE --format FORMAT --zone ZONE [--apply]
      Adds the hosts of an inventory to Rekey and hands over the keys that open them
      today. Without --apply it only shows what would happen. A second run changes nothing.
      --format FORMAT    rekey (our own, YAML or JSON), ansible (INI or YAML), or openssh
                         (a client's config); docs/import.md explains them
      --zone ZONE        the zone of the hosts that name none themselves; for Ansible also
                         GROUP=ZONE, once for each group
      --known-hosts FILE the hosts' keys, for those whose keys the inventory doesn't name
      --trust-first-use  takes hosts without a known key too: the one that a host shows
                         when its first key is adopted is pinned
      --apply            does it: what is new is observed, so that nothing of it is rotated until
                         you say so (rekey manage, or the API)
      --manage           with --apply: it is not observed, and the next order rotates it

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

  rekey observe CREDENTIAL --reason TEXT
      Lets nothing of it be changed any more, whatever is ordered, after the step
      that is under way. Lists tell it within a minute.

  rekey manage CREDENTIAL --reason TEXT
      Lets it be rotated again, whoever had it observed: you, whoever handed it
      over, or its host's record. The worker sees that within a minute. The policy
      of its zone stays as it is.

  rekey approve ZONE/NUMBER [--yes]
      Shows what was proposed over the API: another address, port, jump host or other host
      keys for a host. Once you have typed the host's name, your word on it is kept in Vault;
      the worker counts persons, and believes nothing else.
      --yes        you have looked already: it is shown, and not asked

  rekey token create NAME --role ROLE --zone ZONE [--days N] [--out FILE]
      Makes a token for a caller of the API and prints it, this once.
      --role ROLE   viewer, operator or admin
      --zone ZONE   a zone that it is for, once for each; --all-zones: for all of them,
                    those to come included
      --days N      how long it lives, 1 to 365; 90 unless said
      --out FILE    writes it to a new file that only you can read (mode 0600)

  rekey token list
      Lists the tokens, without their secrets.

  rekey token revoke ID
      Ends a token for good.

  rekey token rotate ID [--overlap SECONDS] [--days N] [--out FILE]
      Gives it another secret and prints that, this once. The old one ends at once, or
      after so many seconds, a day at most.

A CREDENTIAL is named zone/host/account/name, such as production/web-1/deploy/ssh-key.

The API, for import and token:
  --api-addr URL        its address, https://…; else REKEY_API_ADDR
  --ca-file FILE        the authority that its certificate is checked with; else REKEY_API_CA_FILE
  --token-file FILE     a file with its token; else REKEY_API_TOKEN_FILE
  --stack DIR           takes all of them from a local stack's folder, as below
  --json                for programs

Your Vault login, for all but import and token:
  --vault-addr URL      Vault's address, https://…
  --ca-file FILE        the authority that Vault's certificate is checked with
  --username NAME       your userpass login
  --password-file FILE  a file with your password; without it you are asked
  --stack DIR           takes all of them from a local stack's folder; by default the
                        first of .rekey/local and .rekey/demo, here or further
                        up, if it is yours or root's

Examples:
  rekey import inventory.ini --format ansible --zone production --known-hosts ~/.ssh/known_hosts
  rekey import ~/.ssh/config --format openssh --zone production --known-hosts ~/.ssh/known_hosts --apply
  rekey reveal production/web-1/deploy/ssh-key --out key && ssh -i key deploy@10.20.0.7
  rekey reveal production/web-1/deploy/ssh-key --public
  rekey hold show backup/store-1/root/ssh-key
  rekey hold clear backup/store-1/root/ssh-key --reason "the account's key is back in place"
  rekey observe production/web-1/deploy/ssh-key --reason "frozen until the audit is over"
  rekey token create ci-deploy --role operator --zone production --out ci-token

Exit codes: 0 done; 1 refused or failed, and stderr or import's table says why; 2 the command line is wrong.
`
