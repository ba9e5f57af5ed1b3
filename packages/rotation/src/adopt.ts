import type { Adoption, Credential, CredentialState, Failure, HostRecord, Target } from '@rekey/domain'
import { fingerprint, formatName, isRekeyError, stateBeforeAdoption } from '@rekey/domain'
import type { Line } from './line.ts'
import type { Ports, Versioned } from './ports.ts'
import type { Setback } from './setback.ts'
import { setbackOf } from './setback.ts'

/** What became of an adoption: a credential, a refusal that is final, or another try later. */
export type AdoptionOutcome =
  | { readonly result: 'adopted', readonly stored: Versioned<Credential> }
  | { readonly result: 'refused' | 'later', readonly setback: Setback }

/**
 * Turns a key that is said to open an account into a credential: dials, verifies the host, logs in with the key while a
 * random one is refused, binds the target, records. Nothing changes on the host.
 */
export async function adopt (adoption: Adoption, { ports, line, host, siblings }: {
  ports: Ports
  line: Line
  host: HostRecord | undefined
  /** Credentials of the same host: what they have pinned, binds this one too. */
  siblings: ReadonlyArray<Versioned<Credential>>
}): Promise<AdoptionOutcome> {
  const name = formatName(adoption.name)
  const existing = siblings.find(({ value }) => formatName(value.name) === name)
  if (existing !== undefined) return finishEarlier(existing, adoption)
  if (host === undefined) return refused('host/unknown', 'The host is not in the inventory: create it first.')

  const target: Target = { address: host.address, port: host.port, hostKeys: pinnedKeys(host, siblings), account: adoption.name.account }
  await ports.audit.record({ act: 'adopt', target: name, fingerprint: adoption.key.fingerprint, epoch: 1 })
  try {
    const { verdicts: [random, own], session, hostKey } = await line.contact(target, [ports.keys.make(), adoption.key])
    if (random === 'accepted') return refused('host/accepts-anything', 'The host accepted a key that was made up a moment ago: it lets anybody in.')
    if (own === 'refused') return refused('host/refused', 'The private key does not open this account on this host. Nothing was changed; hand over the key that does.')
    if (session === undefined) return refused('host/more-factors', 'The key alone does not log in: the host asks for more factors or offers no public keys.')
    if (!await session.answersNonce()) return refused('host/no-commands', 'The key logs in but runs no commands (forced command or no shell), so it can\'t be rotated through this account.')
    return { result: 'adopted', stored: await bind({ ...target, hostKeys: target.hostKeys.length > 0 ? target.hostKeys : [hostKey] }) }
  } catch (error) {
    if (isRekeyError(error, 'network/not-allowed')) return refused(error.code, error.message)
    const setback = setbackOf(error, false)
    if (setback === undefined) throw error
    return { result: setback.hold === undefined ? 'later' : 'refused', setback }
  }

  async function bind (bound: Target): Promise<Versioned<Credential>> {
    const { journal } = ports
    const place = `${adoption.name.zone}/${adoption.name.host}`
    const hostOwners = await Promise.all(bound.hostKeys.map((key) => journal.claim('host-key', fingerprint(key), place)))
    const keyOwner = await journal.claim('user-key', adoption.key.fingerprint, name)
    const credential: Credential = {
      name: adoption.name,
      kind: 'ssh-key',
      target: bound,
      hostSharedWith: hostOwners.find((owner) => owner !== place) ?? null,
      current: { ...adoption.key, epoch: 1, order: adoption.order, madeAt: adoption.askedAt, sharedWith: keyOwner === name ? null : keyOwner },
      candidate: null,
      retired: [],
      history: [],
      epoch: 1,
      refusals: 0,
      hold: null,
      lastClearedHold: null,
      failures: 0,
      nextAttemptAt: null,
      lastFailure: null,
      fenceTampered: null
    }
    return { value: credential, version: await journal.save(credential, 0) }
  }
}

function pinnedKeys (host: HostRecord, siblings: ReadonlyArray<Versioned<Credential>>): readonly string[] {
  if (host.trust.mode === 'pinned') return host.trust.keys
  return siblings[0]?.value.target.hostKeys ?? []
}

/** A worker died between writing the credential and dropping the adoption, or the name was taken meanwhile. */
function finishEarlier (existing: Versioned<Credential>, adoption: Adoption): AdoptionOutcome {
  const { current, retired, history } = existing.value
  const isOurs = [current, ...retired, ...history].some((key) => key.fingerprint === adoption.key.fingerprint)
  return isOurs ? { result: 'adopted', stored: existing } : refused('credential/exists', 'A credential of that name is managed already.')
}

function refused (code: string, message: string): AdoptionOutcome {
  return { result: 'refused', setback: { class: 'refused', code, message } }
}

/** What people see of a key that is not, or not yet, adopted. */
export function adoptionState (adoption: Adoption, { result, setback }: Extract<AdoptionOutcome, { setback: Setback }>, now: Date): CredentialState {
  const at = now.toISOString()
  const lastFailure: Failure = { class: setback.class, step: 'adopt', code: setback.code, message: setback.message, at }
  return {
    ...stateBeforeAdoption(adoption.name),
    status: result === 'refused' ? 'refused' : 'adopting',
    fingerprint: adoption.key.fingerprint,
    order: adoption.order,
    lastFailure,
    updatedAt: at
  }
}
