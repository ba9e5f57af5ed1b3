/** Why a script changed nothing, by the code that it reports; `%` stands for the file or folder. */
const reasons: Record<string, string> = {
  'no-home': 'the account has no home folder',
  'no-ssh-folder': '% is missing, so the host reads the account\'s keys from somewhere else',
  symlink: '% is a symbolic link: replace it by what it points to',
  'foreign-owner': '% belongs to another user: give it to the account (chown)',
  'cannot-write': '% can\'t be written by the account: look at its mode, and whether the file system is read-only',
  incomplete: '% could not be written in full: is the disk or the quota full?',
  'no-files': 'sshd reads no key file for this account (AuthorizedKeysFile none)',
  'no-heir': 'the key that is to be replaced stands in no key file that sshd reads for this account, so its options are not known',
  busy: 'another change of this account is under way, or was left in the middle'
}

/**
 * @param result `refused:code:path` as a script printed it
 * @returns a phrase that is safe to show, or nothing when it is not one that a script prints
 */
export function reasonFor (result: string): string | undefined {
  const [, code = '', path = ''] = /^refused:([a-z-]+):(.*)$/.exec(result) ?? []
  const reason = Object.hasOwn(reasons, code) ? reasons[code] : undefined
  // A host could put anything into the path.
  const shown = /^\/[A-Za-z0-9._/-]{1,120}$/.test(path) ? path : 'the key file or its folder'
  return reason?.replace('%', shown)
}
