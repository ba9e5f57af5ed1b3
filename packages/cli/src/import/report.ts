import { countOutcomes, wayOf, type Note, type Step } from '@rekey/inventory'
import { inColumns } from '../columns.ts'
import { asJson } from '../said.ts'

export interface Imported {
  readonly steps: readonly Step[]
  readonly notes: readonly Note[]
  readonly applied: boolean
}

/** A table for people, with a line that sums it up. */
export function asTable ({ steps, applied }: Imported): string {
  const rows = [['SOURCE', 'HOST', 'ACCOUNT', applied ? 'WHAT HAPPENED' : 'WHAT WOULD HAPPEN'], ...steps.map(step => [step.row.source, hostOf(step), accountOf(step), whatOf(step)])]
  return [...inColumns(rows), '', summary(steps, applied)].join('\n') + '\n'
}

/** The same for programs. There is no secret in it. */
export function forPrograms ({ steps, notes, applied }: Imported): string {
  const rows = steps.map(({ row, outcome, creates, reason, field }) => ({
    source: row.source,
    ...row.result === 'refused'
      ? { host: row.host, account: row.account }
      : { zone: row.host.zone, host: row.host.id, address: row.host.address, port: row.host.port, trust: row.host.trust.mode, account: row.credential?.account, name: row.credential?.name, via: wayOf(row.host).via },
    outcome,
    creates,
    field,
    reason
  }))
  return asJson({ applied, counts: countOutcomes(steps), rows, notes })
}

function hostOf ({ row }: Step): string {
  return row.result === 'refused' ? row.host ?? '-' : `${row.host.zone}/${row.host.id}`
}

function accountOf ({ row }: Step): string {
  const credential = row.result === 'refused' ? row.account : row.credential && `${row.credential.account}${row.credential.name === undefined ? '' : `/${row.credential.name}`}`
  return credential ?? '-'
}

function whatOf ({ outcome, creates, reason = '', field = '' }: Step): string {
  switch (outcome) {
    case 'create': return `create ${creates.join(' and ')}`
    case 'created': return `created ${creates.join(' and ')}`
    case 'there': return 'already there'
    case 'refused': return `refused: ${reason.startsWith(`${field}:`) ? reason : `${field}: ${reason}`}`
    case 'not-done': return `not done: ${reason} [${field}]`
  }
}

function summary (steps: readonly Step[], applied: boolean): string {
  const { create, created, there, refused, 'not-done': notDone } = countOutcomes(steps)
  if (!applied) return `Nothing was changed. ${create} to create, ${there} already there, ${refused} refused.${create > 0 ? ' Do it with --apply.' : ''}`
  return `${created} created, ${there} already there, ${refused} refused${notDone > 0 ? `, ${notDone} not done: run it again to go on` : ''}.`
}
