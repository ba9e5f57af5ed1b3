import type { HostView, RekeyClient } from '@rekey/client'
import { fingerprint, formatLabels, RekeyError } from '@rekey/domain'
import { inColumns, inLines } from '../columns.ts'
import { asJson, type Said } from '../said.ts'

export async function listHosts (api: RekeyClient, { zone, json = false }: { readonly zone?: string, readonly json?: boolean }): Promise<Said> {
  const hosts = await api.all('/v1/hosts', { zone })
  if (json) return { out: asJson(hosts), notes: [] }
  const rows = hosts.map(({ zone, id, address, port, via, observed, labels }) => [`${zone}/${id}`, `${address}:${port}`, via ?? '-', observed ? 'yes' : 'no', formatLabels(labels) || '-'])
  return { out: inLines(inColumns([['HOST', 'ADDRESS', 'BY WAY OF', 'OBSERVED', 'LABELS'], ...rows])), notes: [] }
}

/** One host and what opens its accounts. @throws RekeyError `host/unknown` */
export async function showHost (api: RekeyClient, { zone, id }: { readonly zone: string, readonly id: string }, json = false): Promise<Said> {
  const [hosts, credentials] = await Promise.all([api.all('/v1/hosts', { zone }), api.all('/v1/credentials', { zone, host: id })])
  const host = hosts.find(one => one.id === id)
  if (host === undefined) throw new RekeyError('host/unknown', `there is no host ${zone}/${id}; rekey hosts lists those there are`)
  if (json) return { out: asJson({ ...host, credentials }), notes: [] }
  const rows = credentials.map(({ account, name, status, fingerprint }) => [`${account}/${name}`, status, fingerprint ?? '-'])
  return { out: inLines([...inColumns(facts(host)), ...rows.length === 0 ? [] : ['', ...inColumns([['CREDENTIAL', 'STATUS', 'FINGERPRINT'], ...rows])]]), notes: [] }
}

function facts (host: HostView): string[][] {
  return [
    ['host', `${host.zone}/${host.id}`],
    ['address', `${host.address} port ${host.port}`],
    ['by way of', host.via ?? 'no jump host'],
    ['recovery', host.recovery ?? 'none'],
    ...host.hostKeys.length === 0 ? [['host keys', 'whichever it shows first']] : host.hostKeys.map(key => ['host key', `${key.split(' ')[0] ?? ''} ${fingerprint(key)}`]),
    ...host.legacyAlgorithms.length === 0 ? [] : [['exceptions', host.legacyAlgorithms.join(', ')]],
    ['labels', formatLabels(host.labels) || '-'],
    ['observed', host.observed ? 'yes' : 'no'],
    ['added', host.createdAt]
  ]
}
