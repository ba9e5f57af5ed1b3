import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { RekeyError } from '@rekey/domain'
import { defaultPort } from './spec.ts'

/** Where a process says that it takes a network, before its lab is up. It listens there as long as it lives. */
const claimPort = defaultPort - 1

/**
 * The first third octet, from `from` on and below `to`, whose network no lab uses and no other process has taken.
 * @param step how many networks in a row the fleet takes
 * @throws RekeyError `config/invalid` when there is none
 */
export async function freeSubnet (from: number, to: number, step = 1): Promise<number> {
  for (let subnet = from; subnet < to; subnet += step) {
    // A lab that was started by hand has taken nothing, but holds the first address.
    const first = await listen(subnet, defaultPort)
    const claim = first && await listen(subnet, claimPort)
    if (first !== undefined) await once(first.close(), 'close')
    if (claim === undefined) continue
    claim.unref()
    return subnet
  }
  throw new RekeyError('config/invalid', `no network from 127.1.${from}.0/24 to 127.1.${to - 1}.0/24 has the ports ${claimPort} and ${defaultPort} free: stop another lab first`)
}

async function listen (subnet: number, port: number): Promise<Server | undefined> {
  const server = createServer()
  return await new Promise(resolve => {
    server.once('error', () => { resolve(undefined) }).listen(port, `127.1.${subnet}.1`, () => { resolve(server) })
  })
}
