import { Estate } from '@rekey/domain'
import type { ManagedSecret, Survey, SurveyedAccount } from '@rekey/domain'

const at = '2026-03-01T12:00:00.000Z'
const key = (fingerprint: string) => ({ publicKey: 'ssh-ed25519 AAAA', fingerprint, bits: null, restricted: false, since: at })
const account = (name: string, changes: Partial<SurveyedAccount> = {}): SurveyedAccount => ({ account: name, uid: 1001, password: 'locked', passwordChangedOn: null, root: 'no', keys: [], authorities: [], privateKeys: [], since: at, ...changes })
const managed = (place: string, ...fingerprints: string[]): ManagedSecret => ({ place, isPassword: fingerprints.some(one => one.startsWith('HMAC')), fingerprints })

function survey (place: string, ...accounts: SurveyedAccount[]): Survey {
  const [zone = '', host = ''] = place.split('/')
  return { zone, host, triedAt: at, failure: null, at, removals: [], result: { by: 'root', asRoot: true, isComplete: true, sshd: { version: null, weak: [], otherWays: [] }, hostKeys: [], authorities: [], accounts } }
}

/** Each that falls, and why. */
const radius = (estate: Estate, { fingerprints = [], hosts = [] }: { fingerprints?: string[], hosts?: string[] }): string[] =>
  estate.blastRadius({ fingerprints, hosts }).map(({ name, reason, from }) => from === null ? `${name} ${reason}` : `${name} ${reason} ${from}`)

test('a secret that opens nothing brings nothing down', () => {
  expect(radius(new Estate([managed('p/a/app', 'own')], []), { fingerprints: ['other'] })).toEqual(['other stolen'])
})

test('what a stolen key opens falls, wherever a survey or Rekey knows it', () => {
  const estate = new Estate([managed('p/a/app', 'own', 'old')], [survey('p/b', account('ops', { keys: [key('old')] }))])
  expect(radius(estate, { fingerprints: ['old'] })).toEqual(['old stolen', 'p/a/app opened-by old', 'p/b/ops opened-by old'])
})

test('by sudo the whole host falls, and by a private key on it the next one', () => {
  const estate = new Estate([managed('p/c/root', 'third')], [
    survey('p/a', account('ops', { keys: [key('first')], root: 'yes' }), account('app', { keys: [key('x')], privateKeys: [{ fingerprint: 'second', encrypted: false }] })),
    survey('p/b', account('app', { keys: [key('second')], privateKeys: [{ fingerprint: 'third', encrypted: true }] }))
  ])
  expect(radius(estate, { fingerprints: ['first'] })).toEqual([
    'first stolen', 'p/a/ops opened-by first', 'p/a root-of p/a/ops', 'p/a/app on-host p/a', 'second lies-in p/a/app', 'p/b/app opened-by second'
  ])
})

test('a sudo that asks for a password falls with the password, whichever falls first', () => {
  const surveys = [survey('p/a', account('ops', { keys: [key('key')], password: 'set', root: 'with-password' }))]
  const estate = new Estate([managed('p/a/ops', 'key'), managed('p/a/ops', 'HMAC-SHA256:word')], surveys)
  expect(radius(estate, { fingerprints: ['key'] })).not.toContain('p/a root-of p/a/ops')
  expect(radius(estate, { fingerprints: ['key', 'HMAC-SHA256:word'] })).toContain('p/a root-of p/a/ops')
  expect(radius(estate, { fingerprints: ['HMAC-SHA256:word', 'key'] })).toContain('p/a root-of p/a/ops')
})

test('circles come to an end, and the largest is counted in accounts', () => {
  const ring = ['a', 'b', 'c'].map((host, index) => survey(`p/${host}`, account('app', { keys: [key(`key ${index}`)], privateKeys: [{ fingerprint: `key ${(index + 1) % 3}`, encrypted: false }] })))
  const estate = new Estate([managed('p/d/app', 'alone')], ring)
  expect(radius(estate, { hosts: ['p/b'] }).filter(text => text.includes('app opened-by'))).toHaveLength(2)
  expect(estate.largestBlastRadius()).toBe(3)
  expect(new Estate([], []).largestBlastRadius()).toBe(0)
})
