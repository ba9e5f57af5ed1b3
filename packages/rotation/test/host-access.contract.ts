import type { CredentialName, ErrorCode, Target, UserKey } from '@rekey/domain'
import { isRekeyError } from '@rekey/domain'
import type { HostAccess, Session } from '@rekey/rotation'

/** A host to be tested through a way to it, with one account, and what else may happen there. */
export interface HostBench {
  readonly access: HostAccess
  readonly target: Target
  /** A credential of the target's account. */
  readonly credential: CredentialName
  makeKey (): UserKey
  /** Lets a key in, as somebody else would. */
  grant (key: UserKey): Promise<void>
  /** Whether the account's files hold the key. */
  holds (key: UserKey): Promise<boolean>
  /** Puts something else than a number where the fence is. */
  spoilFence (credential: CredentialName): Promise<void>
  /** From now on the account's keys are the first of two factors. */
  wantMoreFactors (): Promise<void>
  /** From now on the account logs in and runs nothing. */
  forbidCommands (): Promise<void>
  goAway (): Promise<void>
  close (): Promise<void>
}

/** What the steps rely on, whatever lies between them and the host. `open` makes a fresh host. */
export function hostAccessContract (label: string, open: () => Promise<HostBench>): void {
  describe(`host access ${label}`, () => {
    let bench: HostBench
    let current: UserKey
    beforeEach(async () => {
      bench = await open()
      current = bench.makeKey()
      await bench.grant(current)
    })
    afterEach(() => bench.close())

    async function login (key: UserKey): Promise<Session> {
      const { session } = await bench.access.contact(bench.target, [key])
      if (session === undefined) throw new Error('the key did not open the account')
      return session
    }

    /** The verdict on one key, and nothing left open. */
    async function verdictOn (key: UserKey): Promise<string | undefined> {
      const { verdicts, session } = await bench.access.contact(bench.target, [key])
      await session?.close()
      return verdicts[0]
    }

    async function errorOf (work: Promise<unknown>): Promise<ErrorCode | undefined> {
      return work.then(() => undefined, (error: unknown) => {
        if (!isRekeyError(error)) throw error
        return error.code
      })
    }

    test('keys are shown in order until one is accepted, and each gets its verdict', async () => {
      const { verdicts, session, hostKey } = await bench.access.contact(bench.target, [bench.makeKey(), bench.makeKey(), current, bench.makeKey()])
      expect(verdicts).toEqual(['refused', 'refused', 'accepted', 'untried'])
      expect(bench.target.hostKeys).toContain(hostKey)
      expect(await session?.answersNonce()).toBe(true)
      await session?.close()
    })

    test('when no key is accepted there is no session', async () => {
      const { verdicts, session } = await bench.access.contact(bench.target, [bench.makeKey(), bench.makeKey()])
      expect(verdicts).toEqual(['refused', 'refused'])
      expect(session).toBeUndefined()
    })

    test('without a pinned key the host\'s own is handed over', async () => {
      const { hostKey, session } = await bench.access.contact({ ...bench.target, hostKeys: [] }, [current])
      await session?.close()
      expect(bench.target.hostKeys).toContain(hostKey)
    })

    test('a host with another key than the pinned one is not talked to', async () => {
      const target = { ...bench.target, hostKeys: [bench.makeKey().publicKey] }
      expect(await errorOf(bench.access.contact(target, [current]))).toBe('ssh/identity-changed')
    })

    test('a host that is gone is unreachable, and says nothing about keys', async () => {
      await bench.goAway()
      expect(await errorOf(bench.access.contact(bench.target, [current]))).toBe('ssh/unreachable')
    })

    test('a key that is one factor of several proves nothing', async () => {
      await bench.wantMoreFactors()
      const { verdicts, session } = await bench.access.contact(bench.target, [bench.makeKey(), current, bench.makeKey()])
      expect(verdicts).toEqual(['refused', 'unclear', 'untried'])
      expect(session).toBeUndefined()
    })

    test('an account that runs no commands is told from one that does', async () => {
      await bench.forbidCommands()
      const session = await login(current)
      expect(await session.answersNonce()).toBe(false)
      await session.close()
    })

    test('an added key opens, beside the old one, and adding it again changes nothing', async () => {
      const key = bench.makeKey()
      const session = await login(current)
      const change = { credential: bench.credential, epoch: 2, key: key.publicKey, heir: current.publicKey }
      expect(await session.addKey(change)).toEqual({ outcome: 'applied' })
      expect(await session.addKey(change)).toEqual({ outcome: 'applied' })
      await session.close()
      expect(await verdictOn(key)).toBe('accepted')
      expect(await verdictOn(current)).toBe('accepted')
    })

    test('a key is not added where its predecessor is gone', async () => {
      const [key, stranger] = [bench.makeKey(), bench.makeKey()]
      const session = await login(current)
      const change = await session.addKey({ credential: bench.credential, epoch: 2, key: key.publicKey, heir: stranger.publicKey })
      expect(change.outcome).toBe('refused')
      await session.close()
      expect(await bench.holds(key)).toBe(false)
    })

    test('exactly the named keys are removed, and removing them again changes nothing', async () => {
      const [first, second, other] = [bench.makeKey(), bench.makeKey(), bench.makeKey()]
      for (const key of [first, second, other]) await bench.grant(key)
      const session = await login(current)
      const change = { credential: bench.credential, epoch: 2, keys: [first.publicKey, second.publicKey] }
      expect(await session.removeKeys(change)).toEqual({ outcome: 'applied' })
      expect(await session.removeKeys(change)).toEqual({ outcome: 'applied' })
      await session.close()
      expect(await Promise.all([first, second, other, current].map((key) => bench.holds(key)))).toEqual([false, false, true, true])
      expect(await verdictOn(first)).toBe('refused')
      expect(await verdictOn(other)).toBe('accepted')
    })

    test('exactly the named keys are locked, and locking them again changes nothing; a key that follows inherits from one, and removal takes them out', async () => {
      const [first, second, other, next] = [bench.makeKey(), bench.makeKey(), bench.makeKey(), bench.makeKey()]
      for (const key of [first, second, other]) await bench.grant(key)
      const session = await login(current)
      const { credential } = bench
      const lock = { credential, epoch: 2, keys: [first.publicKey, second.publicKey] }
      expect(await session.lockKeys(lock)).toEqual({ outcome: 'applied' })
      expect(await session.lockKeys(lock)).toEqual({ outcome: 'applied' })
      expect(await session.lockKeys({ ...lock, epoch: 1 })).toEqual({ outcome: 'fenced', seen: 2 })
      await session.close()
      expect(await Promise.all([first, second, other].map(verdictOn))).toEqual(['refused', 'refused', 'accepted'])
      const back = await login(current)
      expect(await back.addKey({ credential, epoch: 3, key: next.publicKey, heir: first.publicKey })).toEqual({ outcome: 'applied' })
      expect(await back.removeKeys({ credential, epoch: 3, keys: [first.publicKey, second.publicKey] })).toEqual({ outcome: 'applied' })
      await back.close()
      expect(await Promise.all([first, second, other, next].map((key) => bench.holds(key)))).toEqual([false, false, true, true])
      expect(await Promise.all([first, second, next].map(verdictOn))).toEqual(['refused', 'refused', 'accepted'])
    })

    test('whoever comes with a lower epoch than the host has seen changes nothing', async () => {
      const [key, stale] = [bench.makeKey(), bench.makeKey()]
      const session = await login(current)
      const { credential } = bench
      expect(await session.addKey({ credential, epoch: 7, key: key.publicKey, heir: current.publicKey })).toEqual({ outcome: 'applied' })
      expect(await session.addKey({ credential, epoch: 6, key: stale.publicKey, heir: current.publicKey })).toEqual({ outcome: 'fenced', seen: 7 })
      expect(await session.removeKeys({ credential, epoch: 6, keys: [key.publicKey] })).toEqual({ outcome: 'fenced', seen: 7 })
      expect(await session.removeKeys({ credential, epoch: 9, keys: [] })).toEqual({ outcome: 'applied' })
      expect(await session.addKey({ credential, epoch: 8, key: stale.publicKey, heir: current.publicKey })).toEqual({ outcome: 'fenced', seen: 9 })
      await session.close()
      expect(await bench.holds(stale)).toBe(false)
      expect(await bench.holds(key)).toBe(true)
    })

    test('each credential of an account has a fence of its own', async () => {
      const session = await login(current)
      const other = { ...bench.credential, name: 'second-key' }
      expect(await session.removeKeys({ credential: bench.credential, epoch: 5, keys: [] })).toEqual({ outcome: 'applied' })
      expect(await session.removeKeys({ credential: other, epoch: 1, keys: [] })).toEqual({ outcome: 'applied' })
      await session.close()
    })

    test('a fence that is no number lets nobody through', async () => {
      await bench.spoilFence(bench.credential)
      const key = bench.makeKey()
      const session = await login(current)
      const { credential } = bench
      expect(await session.addKey({ credential, epoch: 2, key: key.publicKey, heir: current.publicKey })).toEqual({ outcome: 'fence-unreadable' })
      expect(await session.removeKeys({ credential, epoch: 2, keys: [key.publicKey] })).toEqual({ outcome: 'fence-unreadable' })
      expect(await session.resetFence({ credential, epoch: 2 })).toEqual({ outcome: 'applied' })
      expect(await session.removeKeys({ credential, epoch: 1, keys: [key.publicKey] })).toEqual({ outcome: 'fenced', seen: 2 })
      expect(await session.removeKeys({ credential, epoch: 2, keys: [key.publicKey] })).toEqual({ outcome: 'applied' })
      expect(await session.resetFence({ credential, epoch: 1 })).toEqual({ outcome: 'fenced', seen: 2 })
      await session.close()
      expect(await bench.holds(key)).toBe(false)
    })
  })
}
