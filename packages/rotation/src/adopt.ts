import type { Adoption, Credential, CredentialState, ErrorCode, Failure, HandedOver, HostCode, HostRecord, Order, SecretValue, Target } from '@rekey/domain'
import { defaultPolicy, fingerprint, formatName, formatThrough, formatVia, hasLeft, isPassword, isRekeyError, newCredential, stateBeforeAdoption } from '@rekey/domain'
import type { Line } from './line.ts'
import type { Ports, Versioned } from './ports.ts'
import { randomLike } from './random-secret.ts'
import type { Setback } from './setback.ts'
import { setbackOf } from './setback.ts'
import { Way } from './way.ts'
import type { Siblings } from './way.ts'

/** What became of an adoption: a credential, a refusal that is final, or another try later. */
export type AdoptionOutcome =
  | { readonly result: 'adopted', readonly stored: Versioned<Credential> }
  | { readonly result: 'refused' | 'later', readonly setback: Setback }

/**
 * Turns a secret that is said to open an account into a credential: dials, verifies the host, logs in with it while a
 * random one is refused, binds the target, records. Nothing changes on the host.
 */
export async function adopt (adoption: Adoption, { ports, line, host, siblings, stored, orders }: {
  ports: Ports
  line: Line
  host: HostRecord | undefined
  /** Credentials of the same host: what they have pinned, binds this one too. */
  siblings: Siblings
  stored: ReadonlyArray<Versioned<Credential>>
  /** All orders of the zone. */
  orders: readonly Order[]
}): Promise<AdoptionOutcome> {
  const name = formatName(adoption.name)
  const existing = stored.find(({ value }) => formatName(value.name) === name)
  if (existing !== undefined) return finishEarlier(existing, await fingerprinted(adoption.secret, ports))
  if (host === undefined) return refused('host/unknown', 'The host is not in the inventory: create it first.')
  const leaves = await whatLeaves(adoption, host, { ports, siblings })
  if (leaves !== undefined) return leaves
  if (!isWhole(adoption.secret, ports)) return refused('key/unreadable', 'What was handed over is no private key, or its public half belongs to another one. Hand it over again.')

  const secret = await fingerprinted(adoption.secret, ports)
  const twin = [...siblings.values()].find((value) => !hasLeft(value) && value.name.account === adoption.name.account && secretsOf(value).some((one) => one.fingerprint === secret.fingerprint))
  if (twin !== undefined) return refused('host/same-secret', `This secret is managed as ${formatName(twin.name)} already: rotated under two names, one would lock the other out.`)

  const kind = isPassword(secret) ? 'password' : 'ssh-key'
  const target: Target = { address: host.address, port: host.port, hostKeys: pinnedKeys(host, siblings), account: adoption.name.account, via: host.via ?? null, ...host.legacyAlgorithms && { legacyAlgorithms: host.legacyAlgorithms } }
  await ports.audit.record({ act: 'adopt', target: name, fingerprint: secret.fingerprint, epoch: 1 })
  try {
    const way = new Way({ ...adoption, kind, target }, { line, siblings })
    // A password is shown alone first: a wrong one then costs one failure, and a right one clears the host's count.
    if (kind === 'password') {
      const { verdicts: [own] } = await way.contact([secret])
      const tally = own === 'accepted' ? await way.tally(secret) : undefined
      if (tally !== undefined && tally.limit < 2) return refused('host/tally', 'The host closes an account at the first wrong password (pam_faillock, deny), so nothing can be proven here.')
      if (own === 'refused') return refused('host/opens-nothing', opensNothing)
    }
    const { verdicts: [random, own], session, hostKey, ranCommand } = await way.contact([await randomLike(secret, ports.secrets, defaultPolicy), secret])
    if (random === 'accepted') return refused('host/accepts-anything', 'The host accepted a secret that was made up a moment ago: it lets anybody in.')
    if (own === 'refused') return refused('host/opens-nothing', opensNothing)
    if (session === undefined || own !== 'accepted') return refused('host/more-factors', 'The secret alone does not log in: the host asks for more factors, or does not offer its method.')
    if (adoption.through !== null && formatName({ ...adoption.name, ...adoption.through }) !== name) {
      const helper = await way.throughAnother()
      if ('class' in helper) return { result: 'later', setback: helper }
    } else if (adoption.through === null && !(ranCommand ?? await session.answersNonce())) {
      return await session.demandsPassword() ? refused('host/expired', expired) : refused('host/no-commands', 'The secret logs in but runs no commands (forced command, or no shell). Name a credential that changes it: `through`.')
    }
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
    const owner = await journal.claim(isPassword(secret) ? 'password' : 'user-key', secret.fingerprint, name)
    const credential: Credential = newCredential({
      name: adoption.name,
      kind,
      target: bound,
      through: adoption.through,
      hostSharedWith: hostOwners.find((owner) => owner !== place) ?? null,
      // The API may know less than there is, never more: else no order to come would reach the secret.
      current: { ...secret, epoch: 1, order: Math.min(adoption.order, orders.at(-1)?.number ?? 0), madeAt: madeAt(adoption, ports.now()), sharedWith: owner === name ? null : owner },
      observe: adoption.observe
    })
    return { value: credential, version: await journal.save(credential, 0) }
  }
}

/** What leaves takes nothing new, and nobody new may rely on it. */
async function whatLeaves ({ name, through }: Adoption, { id, zone, leave, via }: HostRecord, { ports, siblings }: { ports: Ports, siblings: Siblings }): Promise<AdoptionOutcome | undefined> {
  if (leave !== undefined) return refused('host/left', `${zone}/${id} leaves or has left, and an id is never used again: add the machine under another one, and hand the secret over there.`)
  if (through !== null && siblings.get(formatName({ ...name, ...through }))?.leaving != null) {
    return refused('credential/left', `${formatThrough(through)}, through which it would be changed, leaves or has left: name another one.`)
  }
  if (via !== undefined && (await ports.journal.credential({ zone, ...via }))?.value.leaving != null) {
    return refused('credential/left', `${formatVia(via)}, through which the host is reached, leaves or has left: give the host another way first (a redirect).`)
  }
  return undefined
}

function pinnedKeys (host: HostRecord, siblings: Siblings): readonly string[] {
  if (host.trust.mode === 'pinned') return host.trust.keys
  return [...siblings.values()][0]?.target.hostKeys ?? []
}

/** A worker died between writing the credential and dropping the adoption, or the name was taken meanwhile. */
function finishEarlier (existing: Versioned<Credential>, secret: SecretValue): AdoptionOutcome {
  const isOurs = [...secretsOf(existing.value), ...existing.value.history].some((one) => one.fingerprint === secret.fingerprint)
  return isOurs ? { result: 'adopted', stored: existing } : refused('credential/exists', 'There is a credential of that name already; one that has left keeps its name for good.')
}

const expired = 'The host demands another password before the account may do anything (chage -l). Change it by hand and hand that one over, or name a credential that changes it: `through`.'
const opensNothing = 'The secret does not open this account on this host. Nothing was changed; hand over the one that does.'

function refused (code: ErrorCode | HostCode, message: string): AdoptionOutcome {
  return { result: 'refused', setback: { class: 'refused', code, message } }
}

/** Every secret that may open the account. */
function secretsOf ({ current, candidate, retired }: Credential): SecretValue[] {
  return [current, ...(candidate === null ? [] : [candidate]), ...retired]
}

/** What is said of a key is only believed of the key itself: its public half decides which line is removed one day. */
function isWhole (secret: HandedOver, { secrets }: Ports): boolean {
  if ('password' in secret) return true
  const { publicKey, fingerprint: said } = secret
  const own = secrets.read(secret.privateKey)
  return own?.publicKey === publicKey && own.fingerprint === said
}

/** A password's fingerprint is keyed in Vault, which only workers may ask for. */
async function fingerprinted (secret: HandedOver, { journal }: Ports): Promise<SecretValue> {
  return 'password' in secret ? { ...secret, fingerprint: await journal.fingerprintOf(secret.password) } : secret
}

/** What people see of a secret that is not, or not yet, adopted. */
export function adoptionState (adoption: Adoption, { result, setback }: Extract<AdoptionOutcome, { setback: Setback }>, now: Date): CredentialState {
  const at = now.toISOString()
  const lastFailure: Failure = { class: setback.class, step: 'adopt', code: setback.code, message: setback.message, at }
  return {
    ...stateBeforeAdoption(adoption.name, isPassword(adoption.secret) ? 'password' : 'ssh-key'),
    status: result === 'refused' ? 'refused' : 'adopting',
    fingerprint: isPassword(adoption.secret) ? null : adoption.secret.fingerprint,
    through: adoption.through && formatThrough(adoption.through),
    order: adoption.order,
    lastFailure,
    updatedAt: at
  }
}

/** The API says when it was asked; it can't make a secret younger than it is. */
function madeAt ({ askedAt }: Adoption, now: Date): string {
  return Date.parse(askedAt) > now.getTime() ? now.toISOString() : askedAt
}
