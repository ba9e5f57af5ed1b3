import ssh2 from 'ssh2'
import { inParallel } from './in-parallel.ts'

/** A login of the floor: with a key of the bench's own, on a line beside the one that Rekey rotates. */
export interface FloorTarget {
  readonly address: string
  readonly port: number
  readonly account: string
  /** `type base64` */
  readonly hostKey: string
  readonly privateKey: string
}

/** What the parent sends once, and then for each round. */
export type FloorRequest = { readonly targets: readonly FloorTarget[], readonly concurrency: number } | 'round'
export type FloorReply = { readonly seconds: number } | { readonly failed: string }

const handshakes = 3
let targets: readonly FloorTarget[] = []
let concurrency = 1

/** The least that any rotation over SSH can do, three times a host: connect, verify the host's key, log in, close. */
async function round (): Promise<FloorReply> {
  const begun = performance.now()
  await inParallel(targets, concurrency, async (target) => {
    for (let count = 0; count < handshakes; count += 1) await handshake(target)
  })
  return { seconds: (performance.now() - begun) / 1000 }
}

async function handshake ({ address, port, account, hostKey, privateKey }: FloorTarget): Promise<void> {
  const pinned = Buffer.from(hostKey.split(' ')[1] ?? '', 'base64')
  await new Promise<void>((resolve, reject) => {
    const client = new ssh2.Client()
    let isIn = false
    client
      .on('connect', () => client.setNoDelay(true))
      .on('ready', () => {
        isIn = true
        client.end()
      })
      .on('error', reject)
      .on('close', () => {
        if (isIn) resolve()
        else reject(new Error('the host closed the connection'))
      })
      .connect({
        host: address,
        port,
        username: account,
        privateKey,
        authHandler: ['publickey'],
        hostVerifier: (shown: Buffer) => shown.equals(pinned)
      })
  })
}

process.on('message', (request: FloorRequest) => {
  if (request !== 'round') {
    ({ targets, concurrency } = request)
    return
  }
  round().then(
    (reply) => process.send?.(reply),
    (error: unknown) => process.send?.({ failed: error instanceof Error ? error.message : 'unknown' } satisfies FloorReply)
  )
})
// Without its parent there is nobody to measure for.
process.on('disconnect', () => process.exit())
