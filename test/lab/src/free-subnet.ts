import { once } from 'node:events'
import { createServer } from 'node:net'
import { RekeyError } from '@rekey/domain'
import { defaultPort } from './spec.ts'

/**
 * The first third octet, from `from` on and below `to`, whose network no lab uses: it would hold the first address.
 * @param step how many networks in a row the fleet takes
 * @throws RekeyError `config/invalid` when there is none
 */
export async function freeSubnet (from: number, to: number, step = 1): Promise<number> {
  for (let subnet = from; subnet < to; subnet += step) {
    const server = createServer()
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(defaultPort, `127.1.${subnet}.1`, () => resolve(true))
    })
    if (!free) continue
    await once(server.close(), 'close')
    return subnet
  }
  throw new RekeyError('config/invalid', `no network from 127.1.${from}.0/24 to 127.1.${to - 1}.0/24 has port ${defaultPort} free: stop another lab first`)
}
