import type { FindingView, RekeyClient } from '@rekey/client'
import type { AccountCount } from '@rekey/domain'
import { inColumns, inLines } from '../columns.ts'
import { asJson, type Said } from '../said.ts'
import { UsageError } from '../usage-error.ts'

/** The API's own filters. */
export interface FindingFilter {
  readonly zone?: string
  readonly host?: string
  readonly kind?: string
}

/** Places of one finding that a table shows; `--json` has all. */
const placesShown = 2

export async function listFindings (api: RekeyClient, { zone, host, kind }: FindingFilter, json = false): Promise<Said> {
  const query = { zone, host, kind: kind as FindingView['kind'] | undefined }
  const [findings, { accounts }] = await Promise.all([api.all('/v1/findings', query), api.get('/v1/findings', { query: { limit: '1' } })])
  if (json) return { out: asJson({ accounts, findings }), notes: [] }
  const rows = findings.map(({ id, kind, places, elsewhere, fingerprint, detail, accepted }) => [id, kind, placesIn(places, elsewhere), fingerprint ?? detail ?? '-', accepted ? 'accepted' : 'open'])
  return { out: inLines([accountsLine(accounts), ...rows.length === 0 ? [] : ['', ...inColumns([['FINDING', 'KIND', 'WHERE', 'WHAT', 'STATE'], ...rows])]]), notes: [] }
}

export async function acceptFinding (api: RekeyClient, text: string, reason: string, json = false): Promise<Said> {
  const { zone, id } = named(text, 'accept')
  const finding = await api.put('/v1/findings/{zone}/{id}/acceptance', { path: { zone, id }, body: { reason } })
  if (json) return { out: asJson(finding), notes: [] }
  const { kind, accepted } = finding
  return { out: inLines([`${kind} ${id} is accepted in ${zone}${accepted ? '' : '; it touches other zones, too, where it is not'}.`]), notes: [] }
}

/** Proposes that a key which nobody manages is removed wherever it was found in that zone. People approve each. */
export async function removeKey (api: RekeyClient, text: string, reason: string, { host: only, json = false }: { readonly host: string | undefined, readonly json: boolean | undefined }): Promise<Said> {
  const { zone, id } = named(text, 'remove')
  const finding = (await api.all('/v1/findings', { zone })).find((one) => one.id === id)
  if (finding === undefined) throw new UsageError(`there is no finding ${id} in ${zone}: rekey findings list --zone ${zone}`)
  const { kind, fingerprint, places } = finding
  if (kind !== 'unknown-key' || fingerprint === undefined) throw new UsageError(`${id} is a ${kind}: only an unknown-key can be removed`)
  const proposed: Array<{ readonly account: string, readonly approveWith: string }> = []
  for (const [ofZone, host = '', account = ''] of places.map((place) => place.split('/'))) {
    if (ofZone !== zone || (only !== undefined && only !== host)) continue
    const { approveWith } = await api.post('/v1/hosts/{zone}/{id}/removals', { path: { zone, id: host }, body: { account, fingerprint, reason } })
    proposed.push({ account: `${zone}/${host}/${account}`, approveWith })
  }
  if (proposed.length === 0) throw new UsageError(`${fingerprint} was not found on ${only ?? 'a host'} of ${zone}`)
  if (json) return { out: asJson({ finding: id, fingerprint, proposed }), notes: [] }
  return { out: inLines([`${fingerprint} stays where it is until people approve.`, ...proposed.map(({ account, approveWith }) => `To remove it from ${account}: ${approveWith}`)]), notes: [] }
}

/** What is managed is never said without what is not. */
export function accountsLine ({ managed, unmanaged, surveyedHosts }: AccountCount): string {
  return `Accounts: ${managed} managed; ${unmanaged} not, by surveys of ${surveyedHosts} hosts.`
}

function named (text: string, act: string): { readonly zone: string, readonly id: string } {
  const [zone, id, ...rest] = text.split('/')
  if (zone === undefined || id === undefined || rest.length > 0) throw new UsageError(`a finding is named zone/id: rekey findings ${act} production/4f6b9c1d2e3a5b70`)
  return { zone, id }
}

function placesIn (places: readonly string[], elsewhere: boolean): string {
  const more = places.length - placesShown
  return [...places.slice(0, placesShown), ...more > 0 ? [`${more} more`] : [], ...elsewhere ? ['other zones'] : []].join(', ')
}
