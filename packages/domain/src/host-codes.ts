/**
 * What a host did that stopped a rotation or an adoption. Stable, and documented in docs/errors.md; what it means for the host,
 * the failure's class tells.
 */
export const hostCatalogue = {
  'host/refused': 'the host did not take a change: a file that can\'t be written, a full disk, no line to inherit from',
  'host/refused-key': 'the new key is in the account, but the host refuses a login with it',
  'host/refused-password': 'the host did not take a new password, or took it and refuses a login with it; another one is made, twice at most',
  'host/opens-nothing': 'the secret that was handed over does not open the account',
  'host/same-secret': 'what was handed over is managed under another name of the same account already',
  'host/more-factors': 'the secret alone does not log in: the host wants more, or does not take its kind',
  'host/expired': 'the host demands another password before the account may do anything',
  'host/too-young': 'the password may not be changed yet (its minimum age): it waits until it may',
  'host/locked': 'somebody has locked the password, and a new one would open it again',
  'host/account-expired': 'the account has expired: nobody can log in to it, so nothing can be proven',
  'host/not-local': 'the account is not in the host\'s own `/etc/passwd`: its password belongs to a directory (LDAP, NIS)',
  'host/no-commands': 'the secret logs in but runs no commands, and no other credential is named that changes the account',
  'host/no-way-through': 'the credential through which the account is changed is missing, refused, or may not become root',
  'host/tally': 'the host counts wrong passwords (pam_faillock): a proof would close the account, or others have closed it right after the push',
  'host/no-verdict': 'the host\'s answer proves nothing: a second factor, or a method that is not on offer',
  'host/old-key-opens': 'an old key still opens, though it is in no `authorized_keys` file',
  'host/old-password-opens': 'an old password opens beside the new one: the host asks more than one place',
  'host/accepts-anything': 'the host accepted a secret that was made up a moment ago',
  'host/candidate-opens': 'the current secret is refused and the new one is accepted; it is verified next',
  'host/flapping': 'the host refused the current secret and then accepted it',
  'host/locked-out': 'no recorded secret that was tried opens the account any more; a password is tried again after a quarter of an hour only, when the host has forgotten the failures (pam_faillock), and the third time it is a hold',
  'host/fence-above': 'the host has seen a higher epoch than Vault knows, and the current secret was not proven to open',
  'host/fence-unusable': 'the fence on the host holds no number that rotations could have led to',
  'host/record-changed': 'the host\'s record differs from what the credential is bound to',
  'host/circles': 'one visit took too many steps; it goes on later'
} as const satisfies Record<`host/${string}`, string>

export type HostCode = keyof typeof hostCatalogue
