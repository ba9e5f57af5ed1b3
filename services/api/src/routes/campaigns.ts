import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { needs } from '../access.ts'
import { accessEndedIn } from '../campaigns/access-ended.ts'
import { dryRunOf } from '../campaigns/dry-run.ts'
import { findCampaign, findCampaigns, sortKey } from '../campaigns/find.ts'
import { KeptStates } from '../campaigns/kept-states.ts'
import { campaignIdFor, proposeCampaign, proposeSteering } from '../campaigns/propose.ts'
import { signedReport } from '../campaigns/report.ts'
import { pictureOf, shownOf, targetKey } from '../campaigns/view.ts'
import type { PortsOf } from '../caller-ports.ts'
import { zoneStates } from '../credential-views.ts'
import { proposedOf } from '../campaigns/proposed-view.ts'
import { pageOf } from '../pages.ts'
import { readOnce } from '../read-once.ts'
import { SignedCampaignReport } from '../schemas/campaign-report.ts'
import { CampaignDryRun, CampaignPage, CampaignParams, CampaignQuery, CampaignSummary, CampaignView, NewCampaign, NewSteering } from '../schemas/campaign.ts'
import { CampaignProposed } from '../schemas/campaign-proposed.ts'
import { OrderHeaders, TargetQuery } from '../schemas/order.ts'
import { readProblems, writeProblems } from '../schemas/problem.ts'

export const campaignRoutes: FastifyPluginCallbackTypebox<{ portsOf: PortsOf }> = (api, { portsOf }, done) => {
  const kept = new KeptStates()

  api.post('/campaigns', {
    config: needs('responder', 'scope'),
    schema: {
      operationId: 'proposeCampaign',
      tags: ['campaigns'],
      summary: 'Propose that every secret of a scope is revoked at once',
      description: 'Proposes it in each zone of the scope. Nothing happens until people approve it there, each with a Vault login of his own (`approveWith`). Then the zone\'s worker orders it: ' +
        'every secret that was made before is replaced and proven dead, without grace, on a canary first and then on waves of hosts. With `lockdown`, access is stripped without a replacement, but for what leads back. ' +
        'An `Idempotency-Key` makes it safe to send the request again.',
      headers: OrderHeaders,
      body: NewCampaign,
      response: { 200: CampaignDryRun, 202: CampaignProposed, ...writeProblems('zone/unknown', 'input/unprocessable', 'order/matches-nothing', 'lockdown/needs-two', 'idempotency/mismatch', 'key/unreadable', 'key/weak') }
    }
  }, async (request, reply) => {
    const ports = portsOf(request)
    const key = request.headers['idempotency-key']
    if (request.body.dryRun === true) return await reply.code(200).send(await dryRunOf(ports, campaignIdFor(ports, key), request.body))
    const campaign = await proposeCampaign(ports, request.body, key)
    request.log.warn({ event: 'campaign-proposed', campaign: campaign.id, zones: campaign.zones.map(({ proposal }) => proposal.zone) }, 'a campaign was proposed')
    return await reply.code(202).send(await proposedOf(ports, campaign))
  })

  api.get('/campaigns', {
    config: needs('viewer', 'query'),
    schema: {
      operationId: 'listCampaigns',
      tags: ['campaigns'],
      summary: 'List the campaigns',
      description: 'As far as they are in the caller\'s zones, the newest first, in pages.',
      querystring: CampaignQuery,
      response: { 200: CampaignPage, ...readProblems('zone/unknown') }
    }
  }, async request => {
    const ports = portsOf(request)
    const page = pageOf(await findCampaigns(ports, request.query.zone), sortKey, request.query)
    const reading = { ...ports, statesIn: readOnce(async (zone: string) => await zoneStates(ports.inventory, zone)) }
    return { items: await Promise.all(page.items.map(async campaign => (await pictureOf(reading, campaign)).summary)), next: page.next }
  })

  api.get('/campaigns/:id', {
    config: needs('viewer', 'caller'),
    schema: {
      operationId: 'getCampaign',
      tags: ['campaigns'],
      summary: 'See how far a campaign is',
      description: 'As far as it is in the caller\'s zones: totals, how many targets an attacker may still open, when the old secrets were refused, and each target, in pages. What is open is read at each request; what is settled, and what came into the scope later, half a minute old at most.',
      params: CampaignParams,
      querystring: TargetQuery,
      response: { 200: CampaignView, ...readProblems('campaign/unknown') }
    }
  }, async request => {
    const ports = portsOf(request)
    const campaign = await findCampaign(ports, request.params.id)
    const [{ summary, targets }, ended] = await Promise.all([pictureOf({ ...ports, statesIn: kept.statesIn(ports.inventory, campaign) }, campaign), accessEndedIn(ports, campaign)])
    const page = pageOf(targets.toSorted((a, b) => targetKey(a) < targetKey(b) ? -1 : 1), targetKey, request.query)
    return { ...summary, ended, targets: page.items.map(shownOf), next: page.next }
  })

  api.get('/campaigns/:id/report', {
    config: needs('viewer', 'caller'),
    schema: {
      operationId: 'getCampaignReport',
      tags: ['campaigns'],
      summary: 'Take away what became of a campaign, signed',
      description: 'As far as it is in the caller\'s zones, also while it runs: what was approved by whom, and each target with its proofs or with what is owed there. Vault signs it by the API\'s key; `rekey campaign verify` finds out off line whether it was changed.',
      params: CampaignParams,
      response: { 200: SignedCampaignReport, ...readProblems('campaign/unknown') }
    }
  }, async (request, reply) => {
    const ports = portsOf(request)
    const signed = await signedReport(ports, await findCampaign(ports, request.params.id))
    // Just what was signed, to the last field: no serializer leaves out anything of it.
    return await reply.type('application/json; charset=utf-8').send(JSON.stringify(signed) as never)
  })

  api.post('/campaigns/:id/steerings', {
    config: needs('responder', 'caller'),
    schema: {
      operationId: 'proposeSteering',
      tags: ['campaigns'],
      summary: 'Propose that a campaign pauses, goes on or stops',
      description: 'In each of the caller\'s zones that it has, with as many approvals as its start. What is half done on a host is carried to its end. `resume` also lets the waves go on that the breaker has stopped; `stop` is for good.',
      params: CampaignParams,
      body: NewSteering,
      response: { 202: CampaignSummary, ...writeProblems('campaign/unknown') }
    }
  }, async (request, reply) => {
    const ports = portsOf(request)
    await proposeSteering(ports, await findCampaign(ports, request.params.id), request.body)
    return await reply.code(202).send((await pictureOf(ports, await findCampaign(ports, request.params.id))).summary)
  })
  done()
}
