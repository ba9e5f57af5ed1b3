import { formatVia, type CredentialKind, type CredentialName, type HostRecord, type Secret } from '@rekey/domain'
import { wayOf, type Creator, type ImportTarget, type InventoryHost } from '@rekey/inventory'
import type { Log } from '@rekey/rotation'
import type { Static } from 'typebox'
import { zoneStates } from './credential-views.ts'
import { takeSecret } from './handed-over.ts'
import type { CallerPorts } from './caller-ports.ts'
import { handOver } from './new-credential.ts'
import { addHost, checkNewHost } from './new-host.ts'
import { NewCredential } from './schemas/credential.ts'
import { NewHost } from './schemas/host.ts'
import { findZone } from './zones.ts'

/** What a request's body goes through before its route. @throws RekeyError naming the field */
export type BodyCheck = (schema: object, body: object) => void

/** An import's way into this API: what it creates goes through all that a request of its own would go through. */
export function importTarget (ports: CallerPorts, check: BodyCheck, log: Log): ImportTarget {
  const { createHost, adopt } = creator(check, async body => { await addHost(ports, body) }, async body => { await handOver(ports, body, log) })
  return {
    hosts: async zone => (await ports.inventory.hosts(findZone(ports.zones, zone).name))
      .map(({ id, address, port, trust, via, legacyAlgorithms = [] }) => ({ id, address, port, hostKeys: trust.mode === 'pinned' ? trust.keys : [], via: via === undefined ? null : formatVia(via), legacyAlgorithms })),
    credentials: async zone => await zoneStates(ports.inventory, findZone(ports.zones, zone).name),
    createHost,
    adopt
  }
}

/** Refuses what `importTarget` would refuse, and does nothing. */
export function lookingCreator (ports: CallerPorts, check: BodyCheck): Creator {
  // A host may be behind one that would come with it.
  const looked = new Map<string, HostRecord>()
  const host = async (zone: string, id: string): Promise<HostRecord | undefined> => looked.get(`${zone}/${id}`) ?? await ports.inventory.host(zone, id)
  const looking = { ...ports, inventory: { ...ports.inventory, host } }
  return creator(check, async body => { looked.set(`${body.zone}/${body.id}`, await checkNewHost(looking, body)) }, async body => { takeSecret(body); await Promise.resolve() })
}

function creator (check: BodyCheck, takeHost: (body: Static<typeof NewHost>) => Promise<void>, takeCredential: (body: Static<typeof NewCredential>) => Promise<void>): Creator {
  return {
    async createHost (host: InventoryHost, observe: boolean): Promise<void> {
      const { zone, id, address, port, labels, trust, legacyAlgorithms } = host
      const body: Static<typeof NewHost> = { zone, id, address, port, labels, observe, ...legacyAlgorithms && { legacyAlgorithms: [...legacyAlgorithms] }, ...wayOf(host), ...trust.mode === 'pinned' ? { hostKeys: [...trust.keys] } : { trustOnFirstUse: true } }
      check(NewHost, body)
      await takeHost(body)
    },
    async adopt (credential: CredentialName, kind: CredentialKind, secret: Secret, observe: boolean): Promise<void> {
      // In the clear as in a request's body, and as long: what takes the body takes the secret out of it.
      const body: Static<typeof NewCredential> = { ...credential, observe, [kind === 'password' ? 'password' : 'privateKey']: secret.open() }
      check(NewCredential, body)
      await takeCredential(body)
    }
  }
}
