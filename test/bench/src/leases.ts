import { randomBytes } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { Agent, request } from 'node:https'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { RekeyError } from '@rekey/domain'
import { freeSubnet, makeKey, startIssuer, startLab } from '@rekey/lab'
import { ApiClient, ensureCertificates, layout, startStack, stateRoot, type Stack, type VaultHttp } from '@rekey/local'

/*
 * What a lease of one credential costs by what it can't do without: two reads and one write of the same Vault, over a connection that is
 * there already. Both take turns in one run, by one caller and by 64 at once.
 */

const folder = join(stateRoot, 'bench-leases')
const zone = 'production'
const credential = `${zone}/web-1/deploy/ssh-key`
const turns = 3
const measured = [{ callers: 1, each: 60 }, { callers: 64, each: 4 }] as const
const most = '1000000000'

interface Times {
  readonly p50: number
  readonly p99: number
}

async function main (): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  const key = makeKey()
  const network = `127.1.${await freeSubnet(60, 80)}`
  const lab = await startLab({ dir: join(folder, 'lab'), hosts: [{ name: 'web-1', address: `${network}.1`, port: 22022, accounts: [{ name: 'deploy', authorizedKeys: `${key.publicKey} bench\n` }] }] })
  const stack = await startStack({
    dir: folder, zones: [{ name: zone, allowedNetworks: [`${network}.0/24`] }], brokers: true, settings: { REKEY_BROKER_REQUESTS_PER_SECOND: most, REKEY_BROKER_REQUEST_BURST: most }
  })
  const paths = layout(stack.dir)
  await ensureCertificates(paths, [{ name: 'issuer', uid: 0 }])
  const issuer = await startIssuer({ cert: await readFile(paths.certificate('issuer'), 'utf8'), key: await readFile(paths.certificateKey('issuer'), 'utf8') })
  const api = await ApiClient.of(stack)
  try {
    const { address, port, hostKeys } = lab.host('web-1')
    await api.must('POST', '/v1/hosts', { zone, id: 'web-1', address, port, hostKeys })
    await api.must('POST', '/v1/credentials', { zone, host: 'web-1', account: 'deploy', privateKey: key.privateKey })
    while ((await api.must<{ status: string }>('GET', `/v1/credentials/${credential}`)).status !== 'settled') await wait(200)
    await grant(stack, issuer.url)
    const vault = await loginAs(stack, `broker-${zone}`)
    const broker = await brokerOf(stack)
    const token = async (): Promise<string> => await issuer.sign({ aud: 'bench', sub: 'bench' })
    await broker(await token())
    const result = []
    for (const { callers, each } of measured) {
      const [direct, leases]: [number[], number[]] = [[], []]
      for (let turn = 0; turn <= turns; turn += 1) {
        const tokens = await Promise.all(Array.from({ length: callers * each }, token))
        const [plain, leased] = [await timed(callers, each, async () => { await directly(vault) }), await timed(callers, each, async () => { await broker(tokens.pop() ?? '') })]
        // The first one warms both up.
        if (turn > 0) {
          direct.push(...plain)
          leases.push(...leased)
        }
      }
      const [floor, lease] = [timesOf(direct), timesOf(leases)]
      process.stderr.write(`${callers} at once: two reads and a write ${told(floor)}, a lease ${told(lease)}\n`)
      result.push({ callers, leases: leases.length, directMs: floor, leaseMs: lease, ratio: { p50: Number((lease.p50 / floor.p50).toFixed(2)), p99: Number((lease.p99 / floor.p99).toFixed(2)) } })
    }
    process.stdout.write(`${JSON.stringify({ result, node: process.version })}\n`)
  } finally {
    api.close()
    await issuer.close()
    await stack.stop()
    await lab.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function loginAs (stack: Stack, service: string): Promise<VaultHttp> {
  const { roleIdFile, secretIdFile } = stack.credentials(service)
  return stack.vaultHttp.as(await stack.vaultHttp.loginRole(await readFile(roleIdFile, 'utf8'), await readFile(secretIdFile, 'utf8')))
}

/** Written as the zone's worker would, without the people. */
async function grant (stack: Stack, issuer: string): Promise<void> {
  const data = {
    issuer,
    audience: 'bench',
    claims: { sub: 'bench' },
    subjectWildcard: false,
    allow: [],
    selector: { hosts: ['web-1'] },
    maxTtlSeconds: 600,
    maxUses: null,
    approval: false,
    rotateAfter: 'never',
    notBefore: null,
    notAfter: null,
    zone,
    name: 'bench',
    proposal: 1,
    order: 0,
    grantedBy: 'bench',
    grantedAt: new Date().toISOString(),
    reason: 'bench'
  }
  const { status } = await (await loginAs(stack, `worker-${zone}`)).send('POST', `rekey-${zone}/data/grants/bench`, { data, options: { cas: 0 } })
  if (status !== 200) throw new RekeyError('stack/failed', `the grant could not be written: ${status}`)
}

async function directly (vault: VaultHttp): Promise<void> {
  const replies = [
    await vault.send('GET', `rekey-${zone}/data/credentials/web-1/deploy/ssh-key`),
    await vault.send('GET', `rekey-${zone}/data/hosts/web-1`),
    await vault.send('POST', `rekey-${zone}/data/secret-uses/${randomBytes(32).toString('hex')}`, { data: { lease: 'bench' }, options: { cas: 0 } })
  ]
  const failed = replies.find(({ status }) => status !== 200)
  if (failed !== undefined) throw new RekeyError('stack/failed', `Vault answered ${failed.status}`)
}

async function brokerOf ({ zones, caFile }: Stack): Promise<(bearer: string) => Promise<void>> {
  const agent = new Agent({ ca: await readFile(caFile, 'utf8'), keepAlive: true })
  const url = `${zones[0]?.broker.url ?? ''}/v1/leases`
  const lease = async (bearer: string): Promise<void> => {
    await new Promise<void>((resolve, reject) => {
      const call = request(url, { method: 'POST', agent, headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' } }, (answer) => {
        answer.resume()
        answer.on('end', () => {
          if (answer.statusCode === 201) resolve()
          else reject(new RekeyError('stack/failed', `the broker answered ${answer.statusCode ?? 0}`))
        })
      })
      call.on('error', (error: NodeJS.ErrnoException) => {
        // The broker has closed an idle connection as it was taken again: nothing was asked by it.
        if (call.reusedSocket && error.code === 'ECONNRESET') lease(bearer).then(resolve, reject)
        else reject(error)
      })
      call.end(JSON.stringify({ credentials: [credential], ttlSeconds: 60, reason: 'bench' }))
    })
  }
  return lease
}

/** How long each call took, in milliseconds. */
async function timed (callers: number, each: number, call: () => Promise<void>): Promise<number[]> {
  const times: number[] = []
  await Promise.all(Array.from({ length: callers }, async () => {
    for (let number = 0; number < each; number += 1) {
      const begun = performance.now()
      await call()
      times.push(performance.now() - begun)
    }
  }))
  return times
}

function timesOf (times: readonly number[]): Times {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number): number => Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(2))
  return { p50: at(0.5), p99: at(0.99) }
}

function told ({ p50, p99 }: Times): string {
  return `p50 ${p50} ms, p99 ${p99} ms`
}

await main()
