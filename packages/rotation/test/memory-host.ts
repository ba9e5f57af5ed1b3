import { formatName, isPassword, RekeyError, Secret, fingerprint } from '@rekey/domain'
import type { CredentialName, KeyAlgorithm, SecretValue, SurveyResult, Target, UserKey } from '@rekey/domain'
import { highestEpoch } from '@rekey/rotation'
import type { AccountState, Change, Contact, HostAccess, SecretMaker, Session, Tally, Verdict } from '@rekey/rotation'

/** What a call does to the host. Hooks stand before and after each, as they do around the journal's calls. */
export type HostCall = 'contact' | 'answersNonce' | 'addKey' | 'removeKeys' | 'setPassword' | 'lockKeys' | 'lockPassword' | 'resetFence' | 'become' | 'judge' | 'tally' | 'liveSessions' | 'survey'

export interface HostHooks {
  before? (call: HostCall): Promise<void> | void
  after? (call: HostCall): Promise<void> | void
}

/** A host in memory with one account: who may log in, and what the fence has seen. */
export class MemoryHost {
  hostKey = 'ssh-ed25519 QUFBQWhvc3Q='
  /** Public keys that open the account. */
  readonly keys = new Set<string>()
  /** Those whose lines are comments. */
  readonly lockedKeys = new Set<string>()
  /** The one password that opens it. */
  password: Secret | undefined
  /** What no password fits is in its place. */
  isPasswordLocked = false
  /** Switch off to see the fence alone: whoever pushes must name a key that is there, or the present password. */
  asksForPredecessor = true
  /** What passwd says yes to, and sshd no. */
  unwantedPassword = false
  readonly fences = new Map<string, number | 'unreadable'>()
  /** Switch off to see what the fence is for. */
  isFenced = true
  /** Errors that the next contacts meet, first one first. */
  readonly faults: RekeyError[] = []
  isReachable = true
  acceptsAnything = false
  wantsMoreFactors = false
  /** Why its password can't be changed now. */
  barred: AccountState | undefined
  runsCommands = true
  hasExpired = false
  /** sshd ends a connection at this many refused keys. */
  maxAuthTries = 6
  /** Public keys that are in the files, but that sshd does not take. */
  readonly unwanted = new Set<string>()
  /** Types of keys that sshd does not take (PubkeyAcceptedAlgorithms). */
  readonly refusedTypes = new Set<string>()
  /** Keys that open although no file holds them, as by AuthorizedKeysCommand. */
  readonly unseen = new Set<string>()
  refusesChanges: string | undefined
  /** Says of every new password that it will never do. */
  refusesPasswords = false
  /** Refuses the present password as a new one (pam_pwhistory, enforce_for_root). */
  remembersPasswords = false
  /** Whether an account may become another one. */
  letsBecome = true
  /** Closes the account to passwords at so many failures, until the right one is seen before or somebody resets it. */
  tally: Tally | undefined
  connections = 0
  /** Live logins of the account besides ours; undefined: it shows none. */
  logins: number | undefined = 0
  /** What a survey finds. */
  seen: SurveyResult | undefined

  get isClosed (): boolean {
    return this.tally !== undefined && this.tally.failures >= this.tally.limit
  }

  opens (secret: SecretValue): boolean {
    if (isPassword(secret)) return this.acceptsAnything || (this.password?.equals(secret.password) === true && !this.isPasswordLocked && !this.unwantedPassword)
    return this.acceptsAnything || this.unseen.has(secret.publicKey) || (this.keys.has(secret.publicKey) && !this.unwanted.has(secret.publicKey) && !this.refusedTypes.has(secret.publicKey.split(' ')[0] ?? ''))
  }

  change (credential: CredentialName, epoch: number, apply: () => Change): Change {
    if (this.refusesChanges !== undefined) return { outcome: 'refused', reason: this.refusesChanges }
    const seen = this.fences.get(formatName(credential)) ?? 0
    if (this.isFenced) {
      if (seen === 'unreadable') return { outcome: 'fence-unreadable' }
      if (seen > epoch) return { outcome: 'fenced', seen }
      this.fences.set(formatName(credential), epoch)
    }
    return apply()
  }
}

/** The way to one host in memory. It passes host-access.contract.ts, as the one over SSH does. */
export function createMemoryAccess (host: MemoryHost, hooks: HostHooks = {}): HostAccess {
  async function hooked<T> (call: HostCall, work: () => T): Promise<T> {
    await hooks.before?.(call)
    const result = work()
    await hooks.after?.(call)
    return result
  }

  function contact (target: Target, secrets: readonly SecretValue[]): Contact {
    const fault = host.faults.shift()
    if (fault !== undefined) throw fault
    if (!host.isReachable) throw new RekeyError('ssh/unreachable', 'no connection')
    host.connections += 1
    if (target.hostKeys.length > 0 && !target.hostKeys.includes(host.hostKey)) {
      throw new RekeyError('ssh/identity-changed', 'the host showed another key than the pinned one')
    }
    const verdicts: Verdict[] = secrets.map(() => 'untried')
    for (const [index, secret] of secrets.entries()) {
      const isOpened = host.opens(secret) && !(isPassword(secret) && host.isClosed)
      if (isPassword(secret) && host.tally !== undefined) host.tally = { ...host.tally, failures: isOpened ? 0 : host.tally.failures + 1 }
      if (isOpened) {
        if (host.wantsMoreFactors) {
          verdicts[index] = 'unclear'
          return { verdicts, hostKey: host.hostKey }
        }
        verdicts[index] = 'accepted'
        return { verdicts, hostKey: host.hostKey, session: session(), by: isPassword(secret) ? 'password' : 'publickey' }
      }
      verdicts[index] = 'refused'
      // As sshd does: the failure that is one too many is not answered.
      if (index + 1 >= host.maxAuthTries) throw new RekeyError('ssh/dropped', 'too many authentication failures')
    }
    return { verdicts, hostKey: host.hostKey }
  }

  function session (): Session {
    return {
      demandsPassword: () => Promise.resolve(host.hasExpired),
      answersNonce: () => hooked('answersNonce', () => host.runsCommands),
      addKey: ({ credential, epoch, key, heir, orphan = false }) => hooked('addKey', () => host.change(credential, epoch, () => {
        if (host.keys.has(key)) return { outcome: 'applied' }
        if (host.asksForPredecessor && !orphan && !host.keys.has(heir) && !host.lockedKeys.has(heir)) return { outcome: 'refused', reason: 'the line to inherit from is gone' }
        host.keys.add(key)
        return { outcome: 'applied' }
      })),
      removeKeys: ({ credential, epoch, keys }) => hooked('removeKeys', () => host.change(credential, epoch, () => {
        for (const key of keys) {
          host.keys.delete(key)
          host.lockedKeys.delete(key)
        }
        return { outcome: 'applied' }
      })),
      lockKeys: ({ credential, epoch, keys }) => hooked('lockKeys', () => host.change(credential, epoch, () => {
        for (const key of keys) if (host.keys.delete(key)) host.lockedKeys.add(key)
        return { outcome: 'applied' }
      })),
      lockPassword: ({ credential, epoch }) => hooked('lockPassword', () => host.change(credential, epoch, () => {
        host.isPasswordLocked = true
        return { outcome: 'applied' }
      })),
      setPassword: ({ credential, epoch, from, to }) => hooked('setPassword', () => host.change(credential, epoch, () => {
        if (host.barred !== undefined) return { outcome: 'refused', reason: 'the account is not in the state for it', account: host.barred }
        if (host.asksForPredecessor && !host.isPasswordLocked && host.password?.equals(from) !== true) return { outcome: 'refused', reason: 'the present password is another one' }
        if (host.refusesPasswords || (host.remembersPasswords && host.password?.equals(to) === true)) return { outcome: 'refused', reason: 'too weak', forGood: true }
        host.password = to
        host.isPasswordLocked = false
        return { outcome: 'applied' }
      })),
      resetFence: ({ credential, epoch }) => hooked('resetFence', () => {
        const seen = host.fences.get(formatName(credential)) ?? 0
        if (seen !== 'unreadable' && seen !== highestEpoch && seen > epoch) return { outcome: 'fenced', seen }
        host.fences.set(formatName(credential), epoch)
        return { outcome: 'applied' }
      }),
      become: () => hooked('become', () => host.letsBecome ? session() : undefined),
      judge: (_account, passwords) => hooked('judge', () => {
        const right = passwords.findIndex((password) => host.password?.equals(password) === true)
        return { verdicts: passwords.map((_, index) => index === right ? 'accepted' : right === -1 || index < right ? 'refused' : 'untried'), ranCommand: right !== -1 }
      }),
      keepsKeysOf: () => Promise.resolve(false),
      tally: () => hooked('tally', () => host.tally),
      liveSessions: (_account, { isToEnd }) => hooked('liveSessions', () => {
        const found = host.logins
        if (found === undefined) return undefined
        if (isToEnd) host.logins = 0
        return { found, left: isToEnd ? 0 : found }
      }),
      survey: () => hooked('survey', () => host.seen),
      close: async () => {}
    }
  }

  return { contact: (target, secrets) => hooked('contact', () => contact(target, secrets)) }
}

let made = 0

/** Secrets that no host would take, and that are told apart at a glance. */
export const memorySecrets: SecretMaker = {
  read (privateKey) {
    const number = /^private (\d+)$/.exec(privateKey.open())?.[1]
    return number === undefined ? undefined : keyNumber(Number(number))
  },
  password () {
    made += 1
    return Secret.of(`password ${made}`)
  },
  key: async (algorithm) => await Promise.resolve(memoryKey(algorithm))
}

export function memoryKey (algorithm: KeyAlgorithm = 'ed25519'): UserKey {
  made += 1
  return keyNumber(made, algorithm)
}

const types = { ed25519: 'ssh-ed25519', 'ecdsa-p256': 'ecdsa-sha2-nistp256', 'rsa-3072': 'ssh-rsa', 'rsa-4096': 'ssh-rsa' }

function keyNumber (number: number, algorithm: KeyAlgorithm = 'ed25519'): UserKey {
  const publicKey = `${types[algorithm]} ${Buffer.from(`key ${number}`).toString('base64')}`
  return { privateKey: Secret.of(`private ${number}`), publicKey, fingerprint: fingerprint(publicKey) }
}
