import { countedApprovals, digestOf, endpointOf, fingerprint, formatVia, isOpen, isSameEndpoint, RekeyError, type Approval, type Endpoint, type HostRecord, type Redirect } from '@rekey/domain'
import type { Operator } from '@rekey/vault'
import type { ApproveCommand } from './command-line.ts'
import type { Said } from './said.ts'
import { UsageError } from './usage-error.ts'

export interface Asking {
  readonly err: (text: string) => void
  /** A line that the person types. Undefined when nobody is there to answer. */
  readonly ask: ((prompt: string) => Promise<string>) | undefined
}

/**
 * Shows a redirect as it stands in Vault, whatever the API says of it, and approves of just that.
 * @throws RekeyError `redirect/unknown`, UsageError
 */
export async function approve ({ zone, number, isSure }: ApproveCommand, operator: Operator, { err, ask }: Asking): Promise<Said> {
  const { redirect, record, approvals } = await operator.redirect(number)
  err(shown(redirect, approvals))
  const reason = whyNot(redirect, record)
  if (reason !== undefined) throw new RekeyError('input/invalid', `redirect ${zone}/${number} can't be approved: ${reason}`)
  if (!isSure) {
    if (ask === undefined) throw new UsageError('say --yes, as there is no terminal to ask')
    const typed = await ask(`Type the host's name, ${redirect.host}, to approve: `)
    if (typed.trim() !== redirect.host) return { out: 'Nothing was approved.\n', notes: [], code: 1 }
  }
  const counted = countedApprovals(redirect, await operator.approve(redirect))
  return { out: `Approved. Redirect ${zone}/${number} has ${counted.length === 1 ? 'one approval' : `${counted.length} approvals`}; the worker carries it out when there are enough.\n`, notes: [] }
}

function whyNot (redirect: Redirect, record: HostRecord | undefined): string | undefined {
  if (record === undefined) return 'its host is not in the inventory'
  if (record.redirect === redirect.number) return 'it was carried out already'
  if (Date.parse(redirect.expiresAt) < Date.now()) return `it expired at ${redirect.expiresAt}`
  if (!isSameEndpoint(redirect.from, endpointOf(record)) || redirect.after !== (record.redirect ?? 0)) return 'the host\'s record is not what it starts from any more; propose it anew'
  return isOpen(redirect, record, new Date()) ? undefined : 'it would take away a pinned key, or lives too long'
}

function shown (redirect: Redirect, approvals: readonly Approval[]): string {
  const { zone, number, host, from, to, reason, proposedBy, proposedAt, expiresAt } = redirect
  return [
    `Redirect ${number} of ${zone}/${host}, proposed by ${proposedBy} at ${proposedAt}: ${reason}`,
    ...changes(from, to),
    `  until     ${expiresAt}`,
    `  digest    ${digestOf(redirect)}`,
    ...countedApprovals(redirect, approvals).map(({ by, entity, at }) => `  approved  by ${by} (${entity}) at ${at}`),
    'Secrets of this host will be shown to whoever is there. Compare the fingerprints at the machine itself, not over the network.',
    ''
  ].join('\n')
}

function changes (from: Endpoint, to: Endpoint): string[] {
  const rows: Array<[string, string[], string[]]> = [
    ['address', [`${from.address} port ${from.port}`], [`${to.address} port ${to.port}`]],
    ['by way of', [from.via === null ? 'no jump host' : formatVia(from.via)], [to.via === null ? 'no jump host' : formatVia(to.via)]],
    ['host keys', keysOf(from), keysOf(to)]
  ]
  return rows.flatMap(([what, before, after]) => before.join() === after.join()
    ? [`  ${what.padEnd(9)} stays ${after.join(', ')}`]
    : [...before.map(text => `  ${what.padEnd(9)} - ${text}`), ...after.map(text => `  ${what.padEnd(9)} + ${text}`)])
}

function keysOf ({ trust }: Endpoint): string[] {
  return trust.mode === 'pinned' ? trust.keys.map(key => `${key.split(' ')[0]} ${fingerprint(key)}`) : ['whichever it showed first']
}
