import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { RekeyError } from '@rekey/domain'
import { initialise, layout, setUpVault, vaultHealth, VaultHttp } from '@rekey/local'
import { state } from './files.ts'
import { ports, type Plan } from './plan.ts'

const paths = layout(state)

/** Sets up a new Vault, and unseals one that is sealed. The root token ends with it. */
export async function bringVault (plan: Plan): Promise<void> {
  const http = new VaultHttp(`https://${plan.vault.address}:${ports.vault}`, await readFile(paths.ca, 'utf8'))
  try {
    const health = await until(http, found => found !== undefined)
    if (health === 501) {
      const token = await initialise(http, paths.unsealKey)
      await unseal(http)
      const root = http.as(token)
      await setUpVault(root, {
        dir: state,
        zones: plan.zones.map(({ name, network }) => ({ name, allowedNetworks: [network] })),
        identities: identities(plan),
        kind: 'bao'
      })
      await root.must('POST', 'auth/token/revoke-self')
      process.stdout.write('Vault is set up\n')
    } else if (health === 503) {
      await unseal(http)
      process.stdout.write('Vault is unsealed\n')
    }
  } finally {
    http.close()
  }
}

function identities ({ api, zones }: Plan): Parameters<typeof setUpVault>[1]['identities'] {
  // Where the network hides who asks, as behind an address translation, the networks that all of them come from.
  const from = (address: string): string[] => process.env['REKEY_SERVICES_FROM']?.split(',') ?? [`${address}/32`]
  return [
    { service: 'api', uid: api.uid, policies: ['rekey-api', ...zones.map(({ name }) => `rekey-api-${name}`)], from: from(api.address) },
    ...zones.map(({ name, uid, address }) => ({ service: `worker-${name}`, uid, policies: [`rekey-worker-${name}`], from: from(address) })),
    ...zones.map(({ name, broker: { uid, address } }) => ({ service: `broker-${name}`, uid, policies: [`rekey-broker-${name}`], from: from(address) }))
  ]
}

async function unseal (http: VaultHttp): Promise<void> {
  await http.must('PUT', 'sys/unseal', { key: await readFile(paths.unsealKey, 'utf8') })
  await until(http, found => found === 200)
}

async function until (http: VaultHttp, holds: (health: number | undefined) => boolean): Promise<number | undefined> {
  for (const begun = performance.now(); ;) {
    await sleep(200)
    const health = await vaultHealth(http)
    if (holds(health)) return health
    if (performance.now() - begun > 60_000) throw new RekeyError('stack/failed', `Vault was not ready within a minute: its health is ${health ?? 'no answer'}`)
  }
}
