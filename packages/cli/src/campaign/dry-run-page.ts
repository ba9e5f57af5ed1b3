import type { CampaignDryRun } from '@rekey/client'
import { inColumns } from '../columns.ts'

type Target = CampaignDryRun['zones'][number]['targets'][number]

/** What a campaign would do. @param which of the targets are listed, in the order in which they come */
export function pageOfDryRun ({ zones, burned }: CampaignDryRun, which: 'each target' | 'what is at stake'): string[] {
  const rows = zones.flatMap(({ targets }) => targets).filter(target => which === 'each target' || stakesOf(target) !== '').map(target => [target.credential, target.isBurned ? 'yes' : 'no', target.lastProvenAt ?? '-', stakesOf(target)])
  return [
    ...inColumns([
      ['ZONE', 'TARGETS', 'HELD', 'OUT OF REACH', 'OBSERVED', 'AFTER', 'EXPECTED', 'APPROVALS'],
      ...zones.map(({ zone, targets, after, estimatedSeconds, approvalsNeeded }) => [
        zone, String(targets.length), counted(targets, ({ hold }) => hold !== null), counted(targets, ({ unreachableSince }) => unreachableSince !== null), counted(targets, ({ isObserved }) => isObserved),
        after.join(', ') || '-', estimatedSeconds === null ? 'not measured' : `${estimatedSeconds} s`, String(approvalsNeeded)
      ])
    ]),
    ...section(['TARGET', 'BURNED', 'LAST PROVEN', 'AT STAKE'], rows),
    ...section(['BURNED', 'OPENS'], burned.flatMap(({ fingerprint, places }) => places.length === 0 ? [[fingerprint, 'nothing that is managed']] : places.map(place => [fingerprint, place])))
  ]
}

const whySpared: Readonly<Record<NonNullable<Target['spared']>, string>> = {
  recovery: 'it leads back to the host',
  'jump-host': 'other hosts are reached through it',
  through: 'another credential is changed through it',
  sudo: 'by it one that leads back becomes root',
  'no-recovery': 'nothing would lead back to the host'
}

/** What stands in the way there, or would be lost with it. */
function stakesOf ({ hold, unreachableSince, isObserved, isOnlyWayIn, isLocked, spared }: Target): string {
  return [
    ...hold === null ? [] : [`held: ${hold}`],
    ...unreachableSince === null ? [] : [`out of reach since ${unreachableSince}`],
    ...isObserved ? ['observed: left as it is'] : [],
    ...isLocked ? ['locked: nothing replaces it'] : [],
    ...spared === null ? [] : [`replaced, not locked: ${whySpared[spared]}`],
    ...isOnlyWayIn ? ['the only way in'] : []
  ].join('; ')
}

function counted (targets: readonly Target[], holds: (target: Target) => boolean): string {
  return String(targets.filter(holds).length)
}

function section (head: readonly string[], rows: ReadonlyArray<readonly string[]>): string[] {
  return rows.length === 0 ? [] : ['', ...inColumns([head, ...rows])]
}
