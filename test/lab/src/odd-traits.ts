import type { HostSpec } from './spec.ts'

/** What a trait is made of. */
export interface OddFacts {
  /** The name of another odd host. */
  readonly other: (slug: string) => string
  /** A line for authorized_keys with a key of its own, made and noted. */
  readonly key: (account: string, options?: string) => string
  /** A password of its own, made and noted. */
  readonly password: (account: string) => string
}

/** What is odd about a host, for people, and the host itself. */
export type OddTrait = (facts: OddFacts) => Omit<HostSpec, 'name' | 'address' | 'port'> & { readonly trait: string }

/** By the second half of the hosts' names. Their order decides the addresses: append. */
export const oddTraits: Readonly<Record<string, OddTrait>> = {
  password: ({ password }) => ({
    trait: 'one account with a password, changed as itself',
    accounts: [{ name: 'app', password: password('app') }]
  }),
  'key-and-password': ({ key, password }) => ({
    trait: 'a key and a password open the same account',
    accounts: [{ name: 'deploy', authorizedKeys: key('deploy'), password: password('deploy') }]
  }),
  'root-password': ({ password }) => ({
    trait: 'root logs in by password',
    accounts: [{ name: 'root', password: password('root') }],
    sshdConfig: ['PermitRootLogin yes']
  }),
  'sudo-nopasswd': ({ key, password }) => ({
    trait: 'an admin with a key and sudo without a question, beside an account with a password',
    accounts: [
      { name: 'admin', authorizedKeys: key('admin'), sudo: 'nopasswd' },
      { name: 'app', password: password('app') }
    ]
  }),
  'sudo-password': ({ password }) => ({
    trait: 'an admin whose password opens the account and sudo, beside an account with a password',
    accounts: [
      { name: 'admin', password: password('admin'), sudo: 'password' },
      { name: 'app', password: password('app') }
    ]
  }),
  faillock: ({ password }) => ({
    trait: 'three wrong passwords close an account for ten minutes',
    accounts: [{ name: 'app', password: password('app') }],
    pam: { faillock: { deny: 3 } }
  }),
  pwquality: ({ password }) => ({
    trait: 'passwords of 16 characters at least',
    accounts: [{ name: 'app', password: password('app') }],
    pam: { pwquality: { minlen: 16 } }
  }),
  pwhistory: ({ password }) => ({
    trait: 'the last five passwords are refused',
    accounts: [{ name: 'app', password: password('app') }],
    pam: { pwhistory: { remember: 5 } }
  }),
  'keys-elsewhere': ({ key }) => ({
    trait: 'keys lie in /etc/ssh/keys, which only root may write',
    accounts: [{ name: 'deploy' }, { name: 'admin', sudo: 'nopasswd' }],
    files: [
      { path: '/etc/ssh/keys/deploy', text: key('deploy') },
      { path: '/etc/ssh/keys/admin', text: key('admin') }
    ],
    sshdConfig: ['AuthorizedKeysFile /etc/ssh/keys/%u']
  }),
  'forced-command': ({ key }) => ({
    trait: 'a key that may run one command only, and an admin',
    accounts: [
      { name: 'backup', authorizedKeys: key('backup', 'restrict,command="/bin/date +%s"') },
      { name: 'admin', authorizedKeys: key('admin'), sudo: 'nopasswd' }
    ]
  }),
  nologin: ({ key, password }) => ({
    trait: 'an account without a shell, and an admin',
    accounts: [
      { name: 'service', password: password('service'), shell: '/usr/sbin/nologin' },
      { name: 'admin', authorizedKeys: key('admin'), sudo: 'nopasswd' }
    ]
  }),
  'keyboard-interactive': ({ password }) => ({
    trait: 'a password by keyboard-interactive only',
    accounts: [{ name: 'app', password: password('app') }],
    sshdConfig: ['PasswordAuthentication no', 'KbdInteractiveAuthentication yes']
  }),
  'second-factor': ({ key, password }) => ({
    trait: 'first the key, then the password',
    accounts: [{ name: 'deploy', authorizedKeys: key('deploy'), password: password('deploy') }],
    sshdConfig: ['AuthenticationMethods publickey,password']
  }),
  expired: ({ key, password }) => ({
    trait: 'a password that has expired and must be changed at the login, and an admin',
    accounts: [
      { name: 'app', password: password('app'), passwordAge: { lastChanged: 0 } },
      { name: 'admin', authorizedKeys: key('admin'), sudo: 'nopasswd' }
    ]
  }),
  'too-young': ({ password }) => ({
    trait: 'a password that its owner may not change for a day',
    accounts: [{ name: 'app', password: password('app'), passwordAge: { minDays: 1 } }]
  }),
  locked: ({ key, password }) => ({
    trait: 'a password that was locked; the key still opens the account',
    accounts: [{ name: 'deploy', authorizedKeys: key('deploy'), password: password('deploy'), locked: true }]
  }),
  'busybox-key': ({ key }) => ({
    trait: 'Dropbear and BusyBox: a key, and no flock',
    accounts: [{ name: 'app', authorizedKeys: key('app') }, { name: 'root', authorizedKeys: key('root') }],
    daemon: 'dropbear',
    userland: 'busybox'
  }),
  'busybox-password': ({ password }) => ({
    trait: 'Dropbear and BusyBox: a password, with the passwd and chpasswd of Debian, as its BusyBox has none',
    accounts: [{ name: 'app', password: password('app') }, { name: 'root', password: password('root') }],
    daemon: 'dropbear',
    userland: 'busybox',
    keep: ['/usr/bin/passwd', '/usr/sbin/chpasswd']
  }),
  jump: ({ key }) => ({
    trait: 'the way to hosts behind it',
    accounts: [{ name: 'hop', authorizedKeys: key('hop') }]
  }),
  behind: ({ key, password, other }) => ({
    trait: 'reached through the jump host only',
    accounts: [{ name: 'deploy', authorizedKeys: key('deploy') }, { name: 'app', password: password('app') }],
    via: other('jump')
  }),
  'keys-only': ({ key, password }) => ({
    trait: 'sshd takes keys only; passwords are for su, and for sudo, which asks',
    accounts: [
      { name: 'admin', authorizedKeys: key('admin'), password: password('admin'), sudo: 'password' },
      { name: 'app', password: password('app') }
    ],
    sshdConfig: ['PasswordAuthentication no']
  })
}
