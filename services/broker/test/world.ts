import { createHash } from 'node:crypto'
import { expect } from '@jest/globals'
import { leaseOf, newCredential, RekeyError, Secret, type Claims, type Credential, type CredentialName, type Labels, type Lease, type LeaseDecision, type LeaseEvent, type LeaseGrant, type LeaseRequest, type LeaseTaken, type Order } from '@rekey/domain'
import type { Rate } from '@rekey/http'
import type { AuditEntry } from '@rekey/rotation'
import { faults, operationsOf, type Document, type Operation } from '../../api/test/document-checks.ts'
import { buildApp, type BrokerPorts, type Store } from '../src/index.ts'

export const noon = '2026-03-01T12:00:00.000Z'
export const name: CredentialName = { zone: 'production', host: 'web-1', account: 'deploy', name: 'ssh-key' }
export const wanted = 'production/web-1/deploy/ssh-key'
export const secretText = '-----BEGIN OPENSSH PRIVATE KEY-----\nbody\n-----END OPENSSH PRIVATE KEY-----\n'

export const credential: Credential = newCredential({
  name,
  kind: 'ssh-key',
  target: { address: '10.20.0.7', port: 2222, hostKeys: ['ssh-ed25519 AAAAhost'], account: 'deploy', via: null },
  through: null,
  hostSharedWith: null,
  current: { privateKey: Secret.of(secretText), publicKey: 'ssh-ed25519 AAAAkey', fingerprint: 'SHA256:one', epoch: 3, order: 2, madeAt: noon, sharedWith: null },
  observe: false
})

export const grant: LeaseGrant = {
  issuer: 'https://ci.example',
  audience: 'rekey',
  claims: { sub: 'job' },
  subjectWildcard: false,
  allow: [],
  selector: { hosts: ['web-1'] },
  maxTtlSeconds: 600,
  maxUses: null,
  approval: false,
  rotateAfter: 'lease',
  notBefore: null,
  notAfter: null,
  zone: 'production',
  name: 'shop',
  proposal: 1,
  order: 2,
  grantedBy: 'ada',
  grantedAt: noon,
  reason: 'deploys'
}

export const tokenId = (text: string): string => createHash('sha256').update(text).digest('hex')

/** What the broker's ports have, and what came to them, in its order. */
export class World implements Store {
  all: LeaseGrant[] = [grant]
  stored: Credential = credential
  placed: Order[] = []
  hostLabels: Labels = {}
  now = new Date(noon)
  disk: 'writable' | 'full' = 'writable'
  /** What tokens say besides who they are. */
  claims: Claims = {}
  readonly events: string[] = []
  readonly audit: AuditEntry[] = []
  readonly used = new Set<string>()
  readonly #leases = new Map<string, [LeaseTaken, ...LeaseEvent[]]>()

  grants = async () => await Promise.resolve(this.all)
  credential = async (of: CredentialName) => await Promise.resolve(of.host === name.host && of.account === name.account ? this.stored : undefined)
  credentialNames = async () => await Promise.resolve([name])
  labels = async () => await Promise.resolve(this.hostLabels)
  orders = async () => await Promise.resolve(this.placed)
  useToken = async (id: string) => await this.#once(`token ${id}`)
  useSecret = async (fingerprint: string) => await this.#once(`secret ${fingerprint}`)
  useGrant = async ({ maxUses }: LeaseGrant) => await Promise.resolve(maxUses === null || [...this.#leases].length < maxUses)
  take = async (lease: LeaseTaken) => {
    if (this.#leases.has(lease.id)) return await Promise.resolve(false)
    this.events.push('write lease')
    this.#leases.set(lease.id, [lease])
    return await Promise.resolve(true)
  }

  lease = async (id: string): Promise<Lease | undefined> => {
    const [taken, ...events] = this.#leases.get(id) ?? []
    return await Promise.resolve(taken && leaseOf(taken, events as LeaseEvent[]))
  }

  add = async ({ id }: Lease, event: LeaseEvent) => { this.events.push(`write ${event.kind}`); this.#leases.get(id)?.push(event); return await Promise.resolve(true) }
  readonly requests = new Map<string, LeaseRequest>()
  /** What people have said, by request. */
  readonly said = new Map<string, LeaseDecision[]>()
  leaseRequest = async (id: string) => await Promise.resolve(this.requests.get(id))
  ask = async (request: LeaseRequest) => {
    this.events.push('write request')
    this.requests.set(request.id, request)
    return await Promise.resolve(true)
  }

  words = async (id: string) => await Promise.resolve(this.said.get(id) ?? [])
  ready = async () => { await Promise.resolve() }

  async #once (key: string): Promise<boolean> {
    const isNew = !this.used.has(key)
    this.used.add(key)
    return await Promise.resolve(isNew)
  }
}

export interface Body { readonly id: string, readonly secret: string, readonly code: string, readonly detail: string, readonly endsAt: string, readonly credentials: unknown[], readonly knownHosts: string, readonly sshConfig: string, readonly request: string }

export type Broker = Awaited<ReturnType<typeof startBroker>>

/** A broker over that world. Each of its answers is as its document says. */
export async function startBroker (world: World, rate: Rate = { perSecond: 1e6, burst: 1e6 }) {
  const ports: BrokerPorts = {
    zone: 'production',
    store: world,
    // `subject/id`: what a token says is verified elsewhere.
    verify: async (token) => {
      const [subject = '', id = ''] = token.split('/')
      if (id === '') throw new RekeyError('token/refused', 'the token is refused: exactly why', { claim: 'form' })
      const claims = { ...world.claims, iss: grant.issuer, aud: grant.audience, sub: subject, jti: id }
      return await Promise.resolve({ id: tokenId(id), issuer: grant.issuer, audience: grant.audience, subject, issuedAt: noon, expiresAt: noon, claims })
    },
    audit: {
      record: async (entry) => {
        if (world.disk === 'full') throw new RekeyError('audit/unwritable', 'the disk is full')
        world.events.push(`audit ${entry.act}`)
        world.audit.push(entry)
        await Promise.resolve()
      }
    },
    now: () => world.now
  }
  const app = await buildApp({ ports, rate })

  async function ask (method: 'POST' | 'DELETE' | 'GET', url: string, bearer: string | undefined, body?: object): Promise<{ status: number, headers: Record<string, unknown>, text: string, body: Body }> {
    const answer = await app.inject({ method, url, headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }, ...body && { payload: body } })
    const operation = operationsOf(app.swagger() as unknown as Document).find(([name]) => new RegExp(`^${name.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(`${method} ${url}`))
    if (operation !== undefined) expect([operation[0], answer.statusCode, undocumented(operation[1], answer.statusCode, answer.json())]).toEqual([operation[0], answer.statusCode, []])
    return { status: answer.statusCode, headers: answer.headers, text: answer.body, body: answer.json() }
  }

  const take = async (bearer: string | undefined = 'job/1', change: object = {}) => await ask('POST', '/v1/leases', bearer, { credentials: [wanted], reason: 'deploy', ...change })
  return { app, ask, take }
}

/** What an answer has that the broker's document does not describe. */
function undocumented ({ responses }: Operation, status: number, body: unknown): string[] {
  const [media] = Object.values(responses[status]?.content ?? {})
  return media === undefined ? [`${status} is not described`] : faults(media.schema, body)
}
