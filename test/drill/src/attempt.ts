import ssh2 from 'ssh2'

/** A place that a stolen key opens. */
export interface Door {
  /** Of the host, for people. */
  readonly name: string
  readonly address: string
  readonly port: number
  readonly account: string
  /** `type base64` */
  readonly hostKey: string
  readonly privateKey: string
}

/** `refused`: the host looked at the key and did not take it. A host that says nothing, or breaks off, has not refused. */
export type Verdict = 'open' | 'refused' | 'no-answer'

/** One login, with nothing of Rekey's. */
export async function attempt ({ address, port, account, hostKey, privateKey }: Door, timeoutMs = 4000): Promise<Verdict> {
  const client = new ssh2.Client()
  const pinned = Buffer.from(hostKey.split(' ')[1] ?? '', 'base64')
  try {
    return await new Promise<Verdict>((resolve) => {
      client
        .on('connect', () => client.setNoDelay(true))
        .on('ready', () => { resolve('open') })
        .on('error', (error: Error & { level?: string }) => { resolve(error.level === 'client-authentication' ? 'refused' : 'no-answer') })
        .on('close', () => { resolve('no-answer') })
        .connect({
          host: address,
          port,
          username: account,
          privateKey,
          authHandler: ['publickey'],
          hostVerifier: (shown: Buffer) => shown.equals(pinned),
          readyTimeout: timeoutMs,
          timeout: timeoutMs
        })
    })
  } finally {
    client.on('error', () => {})
    client.destroy()
  }
}
