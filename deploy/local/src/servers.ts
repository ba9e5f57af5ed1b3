import { stackFailure } from './failure.ts'
import { inside, layout } from './layout.ts'
import type { Crew } from './crew.ts'
import { identities, uids } from './plan.ts'
import { assertFree } from './ports.ts'
import { ready, type StackProcess } from './processes.ts'
import { redisAnswers } from './redis.ts'
import type { Tools } from './tools.ts'
import type { VaultHttp } from './vault-http.ts'
import { setUpVault } from './vault-setup.ts'
import { awaitVault, initialise, unseal } from './vault.ts'

/** Starts Vault if it does not run, and leaves it sealed or not as it is. @returns the process, and sys/health's status */
export async function startVault (crew: Crew, tools: Tools, http: VaultHttp): Promise<{ process: StackProcess, health: number }> {
  let process = crew.alive('vault')
  if (process === undefined) {
    await assertFree('Vault', crew.record.ports.vault, '--port-vault')
    process = await crew.launch({
      name: 'vault',
      service: 'vault',
      uid: uids(crew.record.uidBase).vault,
      program: tools.vault.path,
      args: ['server', `-config=${layout(inside).vaultConfig}`],
      // Collects garbage a quarter as often: for some megabytes it takes a tenth less of the processor.
      env: { GOGC: '400' }
    })
  }
  return { process, health: await awaitVault(process, http) }
}

/** Starts Vault if it does not run, sets it up if it is new, and unseals it if it is sealed. */
export async function bringVault (crew: Crew, tools: Tools, http: VaultHttp): Promise<StackProcess> {
  const { process, health } = await startVault(crew, tools, http)
  const { dir, zones } = crew.record
  if (health === 501) {
    const token = await initialise(http, crew.paths.unsealKey)
    await unseal(process, http, crew.paths.unsealKey)
    const root = http.as(token)
    await setUpVault(root, { dir, zones, identities: identities(crew.record), kind: tools.vault.kind })
    await root.must('POST', 'auth/token/revoke-self')
  } else if (health === 503) {
    await unseal(process, http, crew.paths.unsealKey)
  } else if (health !== 200) {
    throw stackFailure(`Vault is not in service: its health is ${health}`)
  }
  return process
}

/** @returns the process, or undefined when it ran already */
export async function bringRedis (crew: Crew, tools: Tools): Promise<StackProcess | undefined> {
  if (crew.alive('redis') !== undefined) return undefined
  const port = crew.record.ports.redis
  await assertFree('Redis', port, '--port-redis')
  const process = await crew.launch({
    name: 'redis',
    service: 'redis',
    uid: uids(crew.record.uidBase).redis,
    program: tools.redis,
    args: [layout(inside).redisConfig],
    env: {}
  })
  await ready(process, 30, async () => await redisAnswers(crew.record))
  return process
}
