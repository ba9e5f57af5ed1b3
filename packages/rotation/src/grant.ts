import type { GrantProposal, LeaseGrant, Proposal } from '@rekey/domain'
import { formatTerms, hasExpired, isGrantOpen } from '@rekey/domain'
import { campaignsBehind } from './campaign/runs.ts'
import type { Journal, Ports } from './ports.ts'
import { approversOf, granted } from './proposal.ts'

/*
 * A grant decides who is handed secrets over the network. The API can propose one and can't decide: it counts once enough people have
 * approved, each with a Vault login of his own, and only the zone's worker writes it down, where its broker finds it.
 */

/** Writes down what people have approved of. To be called whenever the worker looks for what is due. */
export async function carryOutGrants ({ journal, audit, now, log }: Pick<Ports, 'journal' | 'audit' | 'now' | 'log'>): Promise<void> {
  for (const proposal of (await journal.proposals()).filter(isGrant)) {
    if (hasExpired(proposal, now())) continue
    const present = await journal.grant(proposal.name)
    if (!isGrantOpen(proposal, present, now())) continue
    // Before the approvals are asked for: a campaign that begins meanwhile ends it.
    const order = await orderBefore(proposal, journal)
    const found = await granted(proposal, { journal, policy: await journal.policy() })
    if (found === undefined) continue
    const { zone, name, number, reason, terms } = proposal
    const grantedBy = approversOf(found)
    const detail = `proposal ${number}, approved by ${grantedBy}: ${formatTerms(terms).map(([what, says]) => `${what} ${says}`).join('; ')}`
    await audit.record({ act: 'grant', target: `${zone}/${name}`, reason, detail })
    const next: LeaseGrant = { ...terms, zone, name, proposal: number, order, grantedBy, grantedAt: now().toISOString(), reason }
    await journal.replaceGrant(next, present)
    log.info({ event: 'granted', grant: name, proposal: number }, 'jobs may lease credentials, as people have approved')
  }
}

/** A campaign that was proposed later ends the grant, however late people approve of it. */
async function orderBefore ({ number }: GrantProposal, journal: Journal): Promise<number> {
  const orders = await journal.orders()
  const later = (await campaignsBehind(orders, journal)).filter((run) => run.proposal > number)
  return Math.min(orders.at(-1)?.number ?? 0, ...later.map((run) => run.order - 1))
}

function isGrant (proposal: Proposal): proposal is GrantProposal {
  return proposal.kind === 'grant'
}
