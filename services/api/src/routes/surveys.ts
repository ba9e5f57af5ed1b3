import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { Static } from 'typebox'
import { managedBy, type SeenKey, type Survey } from '@rekey/domain'
import { needs } from '../access.ts'
import type { CallerPorts, PortsOf } from '../caller-ports.ts'
import { findHost } from '../hosts.ts'
import { HostParams } from '../schemas/host.ts'
import { readProblems } from '../schemas/problem.ts'
import { SurveyAsked, SurveyView } from '../schemas/survey.ts'

export const surveyRoutes: FastifyPluginCallbackTypebox<{ portsOf: PortsOf }> = (api, { portsOf }, done) => {
  api.post('/hosts/:zone/:id/survey', {
    config: needs('operator', 'path'),
    schema: {
      operationId: 'askForSurvey',
      tags: ['surveys'],
      summary: 'Have a host surveyed',
      description: 'The worker logs in with a credential of the host that is managed, as root where one becomes root, and looks who can log in and how. Nothing is changed there, and no secret leaves it. Asked twice is asked once.',
      params: HostParams,
      response: { 202: SurveyAsked, ...readProblems('auth/forbidden', 'audit/unwritable', 'zone/unknown', 'host/unknown') }
    }
  }, async (request, reply) => {
    const ports = portsOf(request)
    const { zone, id } = request.params
    await findHost(ports, zone, id)
    await ports.audit.record({ act: 'survey.ask', target: `${zone}/${id}` })
    await ports.inventory.askForSurvey(zone, id)
    return await reply.code(202).send({ zone, host: id })
  })

  api.get('/hosts/:zone/:id/survey', {
    config: needs('viewer', 'path'),
    schema: {
      operationId: 'getSurvey',
      tags: ['surveys'],
      summary: 'See how a host was found',
      description: 'When it was last looked at. Before that, everything is empty.',
      params: HostParams,
      response: { 200: SurveyView, ...readProblems('zone/unknown', 'host/unknown') }
    }
  }, async request => {
    const ports = portsOf(request)
    const { zone, id } = request.params
    await findHost(ports, zone, id)
    return surveyView({ zone, host: id }, await ports.inventory.survey(zone, id), await accountsManaged(ports, zone, id))
  })
  done()
}

async function accountsManaged ({ inventory }: CallerPorts, zone: string, host: string): Promise<Set<string>> {
  const managed = new Set<string>()
  for await (const state of inventory.states(zone, { host })) {
    if (managedBy(state) !== undefined) managed.add(state.account)
  }
  return managed
}

function surveyView ({ zone, host }: Pick<Survey, 'zone' | 'host'>, survey: Survey | undefined, managed: ReadonlySet<string>): Static<typeof SurveyView> {
  const { triedAt = null, failure = null, at = null, result = null } = survey ?? {}
  return {
    zone,
    host,
    triedAt,
    failure,
    at,
    by: result?.by ?? null,
    asRoot: result?.asRoot ?? false,
    complete: result?.isComplete ?? false,
    sshd: result?.sshd ?? { version: null, weak: [], otherWays: [] },
    hostKeys: (result?.hostKeys ?? []).map(keyView),
    authorities: (result?.authorities ?? []).map(keyView),
    accounts: (result?.accounts ?? []).map(({ account, uid, password, passwordChangedOn, root, keys, authorities, privateKeys }) => ({
      account,
      uid,
      managed: managed.has(account),
      password,
      passwordChangedOn,
      root,
      keys: keys.map(key => ({ ...keyView(key), restricted: key.restricted, since: key.since })),
      authorities: authorities.map(keyView),
      privateKeys
    }))
  }
}

function keyView ({ publicKey, fingerprint, bits }: SeenKey) {
  return { fingerprint, type: publicKey.split(' ')[0] ?? '', bits }
}
