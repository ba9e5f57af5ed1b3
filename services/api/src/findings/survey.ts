import { accountsFound, isWeak, managedBy, type FoundAccount, type ManagedSecret, type SeenKey, type Survey, type ZoneGrant } from '@rekey/domain'
import { idOf, visibleTo, type Finding, type FindingSource } from './finding.ts'

/** What surveys have found that is not managed, or is weak, each with what ends it and how. */
const rules = {
  'unknown-key': ['removal', 'Nobody manages this key there. Adopt it (POST /v1/credentials) if it is yours; else propose to remove it (POST /v1/hosts/{zone}/{id}/removals, or rekey findings remove), or accept it.'],
  'spread-key': ['removal', 'Whoever has this one key opens all of these accounts. Give each a key of its own: adopt and rotate those that you use, and propose to remove the others (POST /v1/hosts/{zone}/{id}/removals).'],
  'weak-key': ['rotation', 'DSA, or RSA below 3072 bits. Rotate it where it is managed (POST /v1/orders); elsewhere propose to remove it (POST /v1/hosts/{zone}/{id}/removals).'],
  'private-key': ['host-change', 'Whoever reads this home folder opens those accounts. Take the private key off the host, and rotate what it opens.'],
  'unmanaged-account': ['adoption', 'It can log in and nothing of it is managed. Adopt what opens it (POST /v1/credentials), or lock it on the host.'],
  'empty-password': ['host-change', 'Nobody needs a secret to become this account. Lock its password (passwd -l), or set one and adopt it.'],
  'trusted-authority': ['host-change', 'Certificates of this authority open accounts, and no rotation of keys ends that. Unless you run it, take it out of sshd_config (TrustedUserCAKeys) or of the file of keys.'],
  'other-way-in': ['host-change', 'sshd asks a program or another file who may log in, so keys open accounts that no file of theirs lists. Make sure that it is yours.'],
  'weak-sshd': ['host-change', 'Change it in sshd_config(5), and survey the host again.']
} as const satisfies Record<string, readonly [string, string]>
type Kind = keyof typeof rules

/** What surveys have found, against what is managed. */
export const survey: FindingSource = {
  kinds: Object.keys(rules),
  endings: [...new Set(Object.values(rules).map(([ending]) => ending))],
  find: ({ ports, states, surveys }) => findInSurveys(surveys, states.flatMap(state => managedBy(state) ?? []), ports.caller.zones)
}

/** What one finding is about, and where. */
interface About {
  readonly kind: Kind
  /** What makes it another one than others of its kind: a fingerprint, or a place. */
  readonly about: string
  readonly fingerprint?: string
  readonly detail?: string
  readonly places: Array<{ readonly place: string, readonly since: string | null }>
}

export function findInSurveys (surveys: readonly Survey[], managed: readonly ManagedSecret[], zones: ZoneGrant): Finding[] {
  const accounts = surveys.flatMap(accountsFound)
  return [...aboutKeys(accounts, managed), ...aboutAccounts(accounts, managed), ...surveys.flatMap(aboutHost)]
    .flatMap(({ kind, about, places, ...rest }) => {
      const visible = visibleTo(zones, new Set(places.map(({ place }) => place)))
      if (visible.length === 0) return []
      const [endedBy, advice] = rules[kind]
      const [since = null] = places.filter(({ place }) => visible.includes(place)).map(one => one.since).sort()
      return [{ id: idOf(kind, about), kind, ...rest, places: visible, elsewhere: visible.length < new Set(places.map(({ place }) => place)).size, since, endedBy, advice }]
    })
}

/** By key, over all accounts that it opens. */
function aboutKeys (accounts: readonly FoundAccount[], managed: readonly ManagedSecret[]): About[] {
  const known = new Set(managed.flatMap(({ place, fingerprints }) => fingerprints.map(fingerprint => `${place} ${fingerprint}`)))
  const opens = new Map<string, { key: SeenKey, places: Array<{ place: string, since: string, isManaged: boolean }> }>()
  for (const { place, keys } of accounts) {
    for (const key of keys) {
      const found = opens.get(key.fingerprint) ?? { key, places: [] }
      found.places.push({ place, since: key.since, isManaged: known.has(`${place} ${key.fingerprint}`) })
      opens.set(key.fingerprint, found)
    }
  }
  return [...opens].flatMap(([fingerprint, { key, places }]): About[] => {
    const unknown = places.filter(({ isManaged }) => !isManaged)
    const of = { about: fingerprint, fingerprint }
    return [
      ...unknown.length === 0 ? [] : [{ kind: 'unknown-key' as const, ...of, places: unknown }],
      // Where all are managed, it is a shared key, which is found without a survey.
      ...unknown.length === 0 || places.length < 2 ? [] : [{ kind: 'spread-key' as const, ...of, places }],
      ...isWeak(key) ? [{ kind: 'weak-key' as const, ...of, detail: key.bits === null ? key.publicKey.split(' ')[0] ?? '' : `RSA of ${key.bits} bits`, places }] : []
    ]
  }).concat(privateKeys(accounts, new Set([...opens.keys(), ...managed.flatMap(({ fingerprints }) => fingerprints)])))
}

/** Those private keys in home folders that open something. */
function privateKeys (accounts: readonly FoundAccount[], opening: ReadonlySet<string>): About[] {
  const lying = new Map<string, About>()
  for (const { place, privateKeys: found, since } of accounts) {
    for (const { fingerprint } of found.filter(one => opening.has(one.fingerprint))) {
      const about = lying.get(fingerprint) ?? { kind: 'private-key', about: fingerprint, fingerprint, places: [] }
      about.places.push({ place, since })
      lying.set(fingerprint, about)
    }
  }
  return [...lying.values()]
}

function aboutAccounts (accounts: readonly FoundAccount[], managed: readonly ManagedSecret[]): About[] {
  const owned = new Set(managed.map(({ place }) => place))
  return accounts.flatMap((account): About[] => {
    const { place, since, password, keys, authorities, root } = account
    const here = { about: place, places: [{ place, since }] }
    const ways = [...keys.length === 0 ? [] : [`${keys.length} keys`], ...authorities.length === 0 ? [] : ['certificates'], ...password === 'locked' ? [] : [`password ${password}`]]
    return [
      ...owned.has(place) ? [] : [{ kind: 'unmanaged-account' as const, ...here, detail: `${ways.join(', ')}; becomes root: ${root}` }],
      ...password === 'none' ? [{ kind: 'empty-password' as const, ...here }] : [],
      ...authorities.length === 0 ? [] : [{ kind: 'trusted-authority' as const, ...here, detail: printsOf(authorities) }]
    ]
  })
}

function aboutHost ({ zone, host, at, result }: Survey): About[] {
  if (result === null) return []
  const here = { about: `${zone}/${host}`, places: [{ place: `${zone}/${host}`, since: at }] }
  const { sshd: { weak, otherWays }, authorities } = result
  const programs = otherWays.filter(way => way !== 'trustedusercakeys')
  return [
    ...weak.length === 0 ? [] : [{ kind: 'weak-sshd' as const, ...here, detail: weak.join(', ') }],
    ...authorities.length === 0 ? [] : [{ kind: 'trusted-authority' as const, ...here, detail: printsOf(authorities) }],
    ...programs.length === 0 ? [] : [{ kind: 'other-way-in' as const, ...here, detail: programs.join(', ') }]
  ]
}

function printsOf (keys: readonly SeenKey[]): string {
  return keys.map(({ fingerprint }) => fingerprint).join(', ')
}
