import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startIssuer } from '@rekey/lab'
import type { Issuer } from '@rekey/lab'
import { ensureCertificates } from '../../deploy/local/src/certificates.ts'
import { layout, repository } from '../../deploy/local/src/layout.ts'
import { until } from '../faults/harness/system.ts'
import { execute } from '../lab/test/stock-ssh.ts'
import { ApiSystem } from './api-system.ts'
import { asOperator } from './command-line.ts'

const audience = 'rekey-production'

/** A whole Rekey with a broker, and an issuer that plays the CI of one repository. */
export class CiSystem {
  readonly system: ApiSystem
  readonly issuer: Issuer

  private constructor (system: ApiSystem, issuer: Issuer) {
    this.system = system
    this.issuer = issuer
  }

  static async start (firstSubnet: number, ...places: string[]): Promise<CiSystem> {
    const system = await ApiSystem.start(firstSubnet)
    await system.adopt(...places)
    const paths = layout(system.stack.dir)
    await ensureCertificates(paths, [{ name: 'issuer', uid: 0 }])
    const issuer = await startIssuer({ cert: await readFile(paths.certificate('issuer'), 'utf8'), key: await readFile(paths.certificateKey('issuer'), 'utf8') })
    await system.stack.startService('broker-production')
    return new CiSystem(system, issuer)
  }

  async stop (): Promise<void> {
    await this.issuer.close()
    await this.system.stop()
  }

  /** Lets jobs of the repository lease what the selector covers, by a person's approval. */
  async grant (name: string, selector: object, change: object = {}): Promise<void> {
    const terms = { issuer: this.issuer.url, audience, claims: { repository_id: '4711' }, selector, maxTtlSeconds: 600, rotateAfter: 'lease', reason: 'the shop deploys by itself', ...change }
    const { status, body } = await this.system.api.send<{ number: number }>('PUT', `/v1/grants/production/${name}`, { body: terms })
    if (status !== 201) throw new Error(`the grant was answered with ${status}: ${JSON.stringify(body)}`)
    await asOperator(this.system.stack, 'production', 'approve', `production/${body.number}`, '--yes')
    await until(`grant ${name}`, async () => (await this.system.api.get<{ proposal: number }>(`/v1/grants/production/${name}`)).body.proposal === body.number ? true : undefined, 20)
  }

  /** The environment of a job at any CI, with where the broker is. */
  get environment (): Record<string, string> {
    return {
      PATH: process.env['PATH'] ?? '',
      HOME: this.system.stack.dir,
      // For the issuer, which a real one's certificate would not need.
      NODE_EXTRA_CA_CERTS: this.system.stack.caFile,
      REKEY_BROKER_ADDR: this.system.stack.zones.find(({ name }) => name === 'production')?.broker.url ?? '',
      REKEY_BROKER_CA_FILE: this.system.stack.caFile
    }
  }

  /** What a job of GitHub has on top, by which it asks for tokens. */
  get github (): Record<string, string> {
    return { ...this.issuer.job({ sub: 'repo:acme/shop:ref:refs/heads/main', repository_id: '4711', ref: 'refs/heads/main', event_name: 'push' }), GITHUB_REPOSITORY: 'acme/shop', GITHUB_RUN_ID: '77' }
  }

  /** A token as GitLab puts it into a variable, of a job that deploys to production. */
  async gitlabToken (change: Record<string, unknown> = {}): Promise<string> {
    return await this.issuer.sign({
      aud: audience, sub: 'project_path:acme/shop:ref_type:branch:ref:main', project_id: '4711', project_path: 'acme/shop', namespace_id: '72', ref: 'main', ref_type: 'branch', ref_protected: 'true', environment: 'production', pipeline_source: 'push', ...change
    })
  }

  /** Types a command of `rekey` as a job of GitHub, in a process of its own. */
  async rekey (args: readonly string[], env: Record<string, string> = {}): Promise<{ code: number, stdout: string, stderr: string }> {
    return await execute(process.execPath, [rekeyProgram, ...args], { ...this.environment, ...this.github, ...env })
  }

  /** Whether some lease is live, and which. */
  async liveLeases (): Promise<Array<{ readonly id: string, readonly reason: string }>> {
    return (await this.system.api.get<{ items: Array<{ id: string, reason: string }> }>('/v1/leases?status=live')).body.items
  }
}

/** The command line, as it is built. */
export const rekeyProgram = join(repository, 'packages/cli/bin/rekey.js')
