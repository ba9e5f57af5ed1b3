import { chmod, writeFile } from 'node:fs/promises'
import type { Lab } from '@rekey/lab'
import type { Stack } from '@rekey/local'
import type { DemoFleet } from './fleet.ts'

/** What is needed to reach a demo that was left running. No secret is in it: files that hold one are named. */
export async function writeDemoFile (file: string, stack: Stack, fleet: DemoFleet, lab: Lab): Promise<void> {
  await writeFile(file, JSON.stringify({
    api: stack.api.url,
    caFile: stack.caFile,
    adminTokenFile: stack.api.tokenFile,
    vault: { address: stack.vault.address, operators: stack.zones.map(({ name, operator }) => ({ zone: name, ...operator })) },
    redis: stack.redis,
    zones: stack.zones.map(({ name, mount, allowedNetworks }) => ({ name, mount, allowedNetworks })),
    hosts: fleet.hosts.map(({ zone, name, address, port, trait, accounts }) => ({
      zone, id: name, address, port, trait, hostKeys: lab.host(name).hostKeys, accounts: accounts.map((account) => account.name)
    })),
    credentials: fleet.credentials.map(({ zone, host, account, name, through, isBeyond }) => ({ zone, host, account, name, through, isManaged: !isBeyond }))
  }, null, 2) + '\n')
  await chmod(file, 0o600)
}
