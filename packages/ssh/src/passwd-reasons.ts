import type { Secret } from '@rekey/domain'

/** All words of the reasons that libpwquality, cracklib, PAM, shadow-utils and BusyBox give with LC_ALL=C. */
const vocabulary = new Set(`
  a again all already an and another any as authentication bad based be been before case changed changes character characters check choose
  class classes consecutively contain contains current derivable derived dictionary different differs digits does done enough entry
  error fails failure few first forbidden form from gecos given has have hostname in incorrect is it just length less letters long
  longer looks lowercase manipulation many match minimum monotonic more must name non-alphanumeric not of old on one only or
  palindrome password passwords permitted read real registered retype reversed rotated same sequence short shorter similar simple
  simplistic some sorry systematic than that the to token too trivial unchanged upon uppercase used user username wait way weak
  whitespace with words wrapped you your
`.trim().split(/\s+/))

const longestReason = 120

/**
 * What passwd says, as far as it may be shown. A host can put anything into its words, the passwords in any disguise too: so only a
 * sentence whose every word, or small number, is one that passwd is known to use is passed on.
 * @returns nothing when there is more to it
 */
export function shownReason (line: string, secrets: readonly Secret[]): string | undefined {
  const reason = line.replace(/^(?:passwd: )?(?:bad password: )?/i, '').replace(/[\s.]+$/, '')
  if (reason === '' || reason.length > longestReason || !/^[A-Za-z0-9 ,.()/-]+$/.test(reason)) return undefined
  if (secrets.some((secret) => reason.includes(secret.open()))) return undefined
  const words = reason.toLowerCase().split(/[ ,.()/]+/).filter((word) => word !== '' && word !== '-')
  return words.every((word) => vocabulary.has(word) || /^\d{1,3}$/.test(word)) ? reason : undefined
}
