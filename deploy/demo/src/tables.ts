import type { DemoFleet } from './fleet.ts'
import { credentialOf } from './fleet.ts'
import type { Logged } from './host-log.ts'
import type { Seen } from './story.ts'
import { table } from './table.ts'

export function hostTable (hosts: DemoFleet['hosts']): string {
  return table(['host', 'address', 'accounts', 'what is special about it'], hosts.map((host) => [
    host.name, host.address, host.accounts.map(({ name }) => name).join(', '), host.trait
  ]))
}

/** One line for each secret that several accounts share, such as `a key: …`. */
export function sharedLines (credentials: readonly Seen[]): string[] {
  const groups = new Set(credentials.filter(({ shared }) => shared).map((one) => [credentialOf(one), ...one.sharedWith].sort().map((name) => name.split('/').slice(1, 3).join('/')).join(' and ') + `\n${kindOf(one)}`))
  return [...groups].map((group) => group.split('\n')).map(([places = '', kind = '']) => `one ${kind} opens ${places}`)
}

/** Each credential and its proof, and what the host's own log shows of that. */
export function proofTable (credentials: readonly Seen[], logged: ReadonlyMap<string, Logged>): string {
  return table(['account', 'kind', 'old', 'new', 'judged by', 'random old new', 'host\'s log', 'secs'], credentials.map((one) => {
    const [rotation] = one.rotations
    if (rotation === undefined) return [`${one.host}/${one.account}`, kindOf(one), 'not rotated']
    const { proof, oldFingerprint, startedAt, settledAt } = rotation
    return [
      `${one.host}/${one.account}`,
      kindOf(one),
      short(oldFingerprint),
      short(rotation.newFingerprint),
      proof.by,
      letIn(!proof.randomRefused).padEnd(7) + letIn(!proof.oldRefused.includes(oldFingerprint)).padEnd(4) + letIn(proof.newAccepted === one.fingerprint),
      logged.get(credentialOf(one))?.text ?? '',
      ((Date.parse(settledAt) - Date.parse(startedAt)) / 1000).toFixed(1)
    ]
  }))
}

/** What Rekey says of accounts that it can't manage. */
export function beyondTable (credentials: readonly Seen[]): string {
  return table(['account', 'kind', 'status', 'what Rekey says'], credentials.map((one) => [
    `${one.host}/${one.account}`, kindOf(one), one.status, one.lastFailure?.message ?? ''
  ]))
}

function letIn (is: boolean): string {
  return is ? 'yes' : 'no'
}

function kindOf ({ kind }: Seen): string {
  return kind === 'password' ? 'password' : 'key'
}

/** The beginning, without the name of the hash: a password's is keyed in Vault, so that nobody can try passwords on it. */
function short (fingerprint: string): string {
  return fingerprint.slice(fingerprint.indexOf(':') + 1).slice(0, 8)
}
