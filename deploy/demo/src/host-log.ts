import type { Connection, Lab } from '@rekey/lab'
import type { Rotation } from '@rekey/domain'
import type { DemoFleet } from './fleet.ts'
import type { Seen } from './story.ts'

/** What the host's own log shows of a proof. */
export interface Logged {
  /** Whose log it is; `su` asks PAM without sshd, and the hosts keep no log of that. */
  readonly by: 'sshd' | 'Dropbear' | 'su'
  /** Whether all is there that such a log can show. */
  readonly isWhole: boolean
  /** The same, for people. */
  readonly text: string
}

/** Looks for one connection, which is one process of the host's server, that has the verdicts of the latest proof. */
export async function logOfProof (lab: Lab, fleet: DemoFleet, { host, account, kind, rotations: [rotation] }: Seen): Promise<Logged> {
  if (rotation?.proof.by === 'su') return { by: 'su', isWhole: true, text: 'by su' }
  const by = fleet.hosts.find(({ name }) => name === host)?.daemon === 'dropbear' ? 'Dropbear' : 'sshd'
  const isNewOnly = by === 'Dropbear' && kind === 'ssh-key'
  const connections = (await lab.host(host).connections()).map(({ verdicts }) => verdicts.filter((one) => one.account === account))
  const shows = kind === 'password' ? showsPasswords : isNewOnly ? showsNewKey : showsKeys
  const isWhole = rotation !== undefined && connections.some((verdicts) => shows(verdicts, rotation))
  return { by, isWhole, text: !isWhole ? 'MISSING' : isNewOnly ? 'new only' : 'the same' }
}

function showsKeys (verdicts: Connection['verdicts'], { oldFingerprint, newFingerprint }: Rotation): boolean {
  const [random, old, accepted] = verdicts.filter(({ method }) => method === 'publickey')
  return random?.verdict === 'refused' && random.fingerprint !== oldFingerprint && random.fingerprint !== newFingerprint &&
    old?.verdict === 'refused' && old.fingerprint === oldFingerprint &&
    accepted?.verdict === 'accepted' && accepted.fingerprint === newFingerprint
}

/** Of a refused key Dropbear writes nothing. */
function showsNewKey (verdicts: Connection['verdicts'], { newFingerprint }: Rotation): boolean {
  return verdicts.some(({ verdict, fingerprint }) => verdict === 'accepted' && fingerprint === newFingerprint)
}

/** No log tells one password from another, but two wrong ones before a right one are shown by a proof only. sshd writes `keyboard-interactive/pam`. */
function showsPasswords (verdicts: Connection['verdicts'], { proof }: Rotation): boolean {
  return verdicts.filter(({ method }) => method.split('/')[0] === proof.by).map(({ verdict }) => verdict).join() === 'refused,refused,accepted'
}
