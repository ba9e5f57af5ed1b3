import { endpointOf, fingerprint, formatVia, hasExpired, isOpen, isSameEndpoint, type Endpoint, type HostRecord, type Redirect } from '@rekey/domain'
import type { ProposalPage } from './proposal-page.ts'

export function pageOfRedirect (redirect: Redirect, record: HostRecord | undefined): ProposalPage {
  const { zone, number, host, from, to } = redirect
  return {
    title: `Redirect ${number} of ${zone}/${host}`,
    lines: changes(from, to),
    warning: 'Secrets of this host will be shown to whoever is there. Compare the fingerprints at the machine itself, not over the network.',
    confirmation: { what: 'the host\'s name', text: host },
    whyNot: whyNot(redirect, record)
  }
}

function whyNot (redirect: Redirect, record: HostRecord | undefined): string | undefined {
  if (record === undefined) return 'its host is not in the inventory'
  if (record.redirect === redirect.number) return 'it was carried out already'
  if (hasExpired(redirect, new Date())) return `it expired at ${redirect.expiresAt}`
  if (!isSameEndpoint(redirect.from, endpointOf(record)) || redirect.after !== (record.redirect ?? 0)) return 'the host\'s record is not what it starts from any more; propose it anew'
  return isOpen(redirect, record, new Date()) ? undefined : 'it would take away a pinned key, or lives too long'
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
