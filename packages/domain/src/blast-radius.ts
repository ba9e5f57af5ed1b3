import type { FoundAccount, ManagedSecret } from './managed-account.ts'
import { accountsFound } from './managed-account.ts'
import type { Survey } from './survey.ts'

/** What an attacker has. */
export interface Stolen {
  /** Of keys `SHA256:…`, of passwords that are managed `HMAC-SHA256:…`. */
  readonly fingerprints: readonly string[]
  /** `zone/host`, with root there. */
  readonly hosts: readonly string[]
}

export type FallReason =
  /** It was said to be stolen. */
  | 'stolen'
  /** The secret `from` opens the account. */
  | 'opened-by'
  /** The account `from` becomes root of the host. */
  | 'root-of'
  /** Whoever is root of the host `from` is each account of it. */
  | 'on-host'
  /** The private key lies in the home folder of the account `from`, without a passphrase. */
  | 'lies-in'

/** Something that falls, and the first reason that was found for it. */
export interface Fallen {
  readonly kind: 'account' | 'host' | 'secret'
  /** `zone/host/account`, `zone/host`, or a fingerprint. */
  readonly name: string
  readonly reason: FallReason
  /** What fell before; null when it was stolen. */
  readonly from: string | null
}

/** What is known of a fleet: who is opened by what, and who becomes root where. */
export class Estate {
  /** Accounts by host. */
  readonly #accounts = new Map<string, Set<string>>()
  readonly #openedBy = new Map<string, Set<string>>()
  readonly #found = new Map<string, FoundAccount>()
  readonly #passwordsOf = new Map<string, Set<string>>()

  constructor (managed: readonly ManagedSecret[], surveys: readonly Survey[]) {
    for (const { place, isPassword, fingerprints } of managed) {
      addTo(this.#accounts, hostOf(place), place)
      for (const fingerprint of fingerprints) {
        addTo(this.#openedBy, fingerprint, place)
        if (isPassword) addTo(this.#passwordsOf, place, fingerprint)
      }
    }
    for (const account of surveys.flatMap(accountsFound)) {
      addTo(this.#accounts, hostOf(account.place), account.place)
      this.#found.set(account.place, account)
      for (const { fingerprint } of account.keys) addTo(this.#openedBy, fingerprint, account.place)
    }
  }

  get hosts (): string[] {
    return [...this.#accounts.keys()].sort()
  }

  /** What falls, transitively, each once, in the order in which it falls. */
  blastRadius ({ fingerprints, hosts }: Stolen): Fallen[] {
    const fallen = new Map<string, Fallen>()
    const fall = (kind: Fallen['kind'], names: Iterable<string>, reason: FallReason, from: string | null): void => {
      for (const name of names) if (!fallen.has(`${kind} ${name}`)) fallen.set(`${kind} ${name}`, { kind, name, reason, from })
    }
    fall('secret', fingerprints, 'stolen', null)
    fall('host', hosts, 'stolen', null)
    // A map is gone through in the order in which it was filled, with what comes in meanwhile.
    for (const { kind, name } of fallen.values()) {
      if (kind === 'secret') fall('account', this.#openedBy.get(name) ?? [], 'opened-by', name)
      if (kind === 'host') fall('account', this.#accounts.get(name) ?? [], 'on-host', name)
      if (kind === 'account') {
        const lying = this.#found.get(name)?.privateKeys.filter(({ encrypted }) => !encrypted) ?? []
        fall('secret', lying.map(({ fingerprint }) => fingerprint), 'lies-in', name)
      }
      // A secret that falls later may be the password that sudo asks for.
      const account = kind === 'account' ? [name] : kind === 'secret' ? [...this.#openedBy.get(name) ?? []] : []
      const roots = account.filter((one) => this.#becomesRoot(one, (fingerprint) => fallen.has(`secret ${fingerprint}`)))
      for (const root of roots) fall('host', [hostOf(root)], 'root-of', root)
    }
    return [...fallen.values()]
  }

  /** The most accounts that fall with a single host. */
  largestBlastRadius (): number {
    let largest = 0
    const within = new Set<string>()
    for (const host of this.hosts) {
      // What another host brings down brings down no more than that one.
      if (within.has(host)) continue
      const fallen = this.blastRadius({ fingerprints: [], hosts: [host] })
      largest = Math.max(largest, fallen.filter(({ kind }) => kind === 'account').length)
      for (const { kind, name } of fallen) if (kind === 'host') within.add(name)
    }
    return largest
  }

  #becomesRoot (place: string, isFallen: (fingerprint: string) => boolean): boolean {
    const account = this.#found.get(place)
    if (place.endsWith('/root') || account?.root === 'yes') return true
    if (account?.root !== 'with-password') return false
    return account.password === 'none' || [...this.#passwordsOf.get(place) ?? []].some(isFallen)
  }
}

function hostOf (place: string): string {
  return place.split('/').slice(0, 2).join('/')
}

function addTo (index: Map<string, Set<string>>, key: string, value: string): void {
  const values = index.get(key) ?? new Set<string>()
  values.add(value)
  index.set(key, values)
}
