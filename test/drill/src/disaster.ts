import { readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { connect } from 'node:tls'
import { RekeyError } from '@rekey/domain'
import type { Stack } from '@rekey/local'

/** Something that happens in the middle of it. */
export interface Disaster {
  readonly what: string
  readonly strike: (stack: Stack) => Promise<void>
}

/** What happens at the same moment: nothing that is started again finds Vault sealed, as that is no start. */
export interface Blow {
  /** When so many of the hosts that behave have refused, in per cent. */
  readonly at: number
  readonly disasters: readonly Disaster[]
}

/** For so long Vault stays sealed, in milliseconds. */
const sealedFor = 5000

export const blows: readonly Blow[] = [
  {
    at: 5,
    disasters: [{
      what: `Vault is sealed for ${sealedFor / 1000} s`,
      strike: async (stack) => {
        await stack.sealVault()
        await wait(sealedFor)
        await stack.unsealVault()
      }
    }]
  },
  {
    at: 20,
    disasters: [
      { what: 'Redis is flushed', strike: flush },
      { what: 'the API is killed and started again', strike: async (stack) => { await killAndStart(stack, 'api') } },
      { what: 'the worker of production is killed and started again', strike: async (stack) => { await killAndStart(stack, 'worker-production') } }
    ]
  },
  { at: 60, disasters: [{ what: 'the worker of backup is killed and started again', strike: async (stack) => { await killAndStart(stack, 'worker-backup') } }] }
]

async function killAndStart (stack: Stack, name: string): Promise<void> {
  const process = stack.service(name)
  process?.kill('SIGKILL')
  await process?.exited
  await stack.startService(name)
}

/** By hand, as a client that does this alone needs no library. */
async function flush (stack: Stack): Promise<void> {
  const { redisUser, redisPasswordFile, certificateFile, certificateKeyFile } = stack.credentials(stack.redisAdmin.user)
  const [password = '', ca, cert, key] = await Promise.all([redisPasswordFile, stack.caFile, certificateFile, certificateKeyFile].map(async (file) => await readFile(file, 'utf8')))
  const said = await new Promise<string>((resolve, reject) => {
    let text = ''
    const socket = connect({ ...stack.redis, ca, cert, key }, () => socket.write(`AUTH ${redisUser} ${password}\r\nFLUSHALL\r\nQUIT\r\n`))
    socket.on('data', (data: Buffer) => { text += data.toString() }).on('error', reject).on('close', () => { resolve(text) })
  })
  if (said !== '+OK\r\n+OK\r\n+OK\r\n') throw new RekeyError('stack/failed', `Redis was not flushed: ${said.trim()}`)
}
