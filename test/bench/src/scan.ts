import { join } from 'node:path'
import type { Credential, HostRecord } from '@rekey/domain'
import { newCredential, Secret } from '@rekey/domain'
import { startStack } from '@rekey/local'
import { DueIndex } from '@rekey/rotation'
import { createInventory, createJournal, createVaultClient } from '@rekey/vault'
import type { VaultClient } from '@rekey/vault'
import { inParallel } from './in-parallel.ts'

const zone = 'production'
const at = '2026-01-02T03:04:05.000Z'

export interface ScanResult {
  readonly credentials: number
  /** All documents of the zone, read by a worker that knows nothing: what a new worker does first. */
  readonly firstSeconds: number
  /** The same with every state reported. */
  readonly scanSeconds: number
  /** What is due, from memory and the lists of names: what each look costs. */
  readonly lookSeconds: number
}

/** How long a worker takes to learn what is due in a zone of so many credentials, each on a host of its own, from a real Vault and nothing else. */
export async function measureScan (count: number, { folder, say }: { readonly folder: string, readonly say: (line: string) => void }): Promise<ScanResult> {
  const stack = await startStack({ dir: join(folder, 'stack'), services: false, zones: [{ name: zone, allowedNetworks: ['127.1.0.0/16'] }] })
  const clients: VaultClient[] = []
  const clientOf = (service: string): VaultClient => {
    const client = createVaultClient({ address: stack.vault.address, caFile: stack.caFile, login: { method: 'approle', ...stack.credentials(service) } })
    clients.push(client)
    return client
  }
  try {
    const journal = createJournal({ client: clientOf(`worker-${zone}`), zone })
    const api = clientOf('api')
    const inventory = createInventory({ zones: [{ name: zone, client: api }], sharedClient: api })
    let written = 0
    await inParallel(Array.from({ length: count }, (_, index) => `host-${index}`), 32, async (host) => {
      await inventory.createHost(recordOf(host))
      await journal.save(credentialOf(host), 0)
      written += 1
      if (written % 1000 === 0) say(`${written} of ${count} credentials written`)
    })
    const index = new DueIndex(journal, () => new Date())
    const firstSeconds = await timed(async () => { await index.scan() })
    say(`first scan: ${firstSeconds} s`)
    const anew = new DueIndex(journal, () => new Date())
    const scanSeconds = await timed(async () => { await anew.scan() })
    const lookSeconds = await timed(async () => { await anew.hostsDue() })
    return { credentials: count, firstSeconds, scanSeconds, lookSeconds }
  } finally {
    await Promise.all(clients.map(async (client) => { await client.close() }))
    await stack.stop()
  }
}

async function timed (task: () => Promise<void>): Promise<number> {
  const begun = performance.now()
  await task()
  return Number(((performance.now() - begun) / 1000).toFixed(2))
}

function recordOf (id: string): HostRecord {
  return { zone, id, address: '127.1.0.1', port: 22, trust: { mode: 'pinned', keys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA'] }, labels: { role: 'web' }, observe: false, createdAt: at }
}

/** As one is after its adoption, as long as a real one. */
function credentialOf (host: string): Credential {
  const publicKey = `ssh-ed25519 ${Buffer.from(`a key as long as others, of ${host}`.padEnd(51)).toString('base64')}`
  const name = { zone, host, account: 'deploy', name: 'ssh-key' }
  return newCredential({
    name,
    kind: 'ssh-key',
    target: { address: '127.1.0.1', port: 22, hostKeys: [publicKey], account: 'deploy', via: null },
    through: null,
    hostSharedWith: null,
    current: { privateKey: Secret.of('k'.repeat(400)), publicKey, fingerprint: `SHA256:${host.padEnd(43, 'k').replaceAll('-', 'x')}`, epoch: 1, order: 0, madeAt: at, sharedWith: null },
    observe: false
  })
}
