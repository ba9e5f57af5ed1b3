import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { isRekeyError, RekeyError } from '@rekey/domain'
import { parseCommand, usage } from './arguments.ts'
import { makeFleet } from './fleet.ts'
import { startLab, stopStale } from './lab.ts'
import { describe, writeWayIn } from './reach.ts'
import { defaultPort } from './spec.ts'

/** The first networks that no other lab of this command uses: it would hold their first address. */
async function freeSubnet (): Promise<number> {
  for (let subnet = 200; subnet < 255; subnet += 2) {
    const server = createServer()
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(defaultPort, `127.1.${subnet}.1`, () => resolve(true))
    })
    if (!free) continue
    await once(server.close(), 'close')
    return subnet
  }
  throw new RekeyError('config/invalid', `no network from 127.1.200.0/24 on has port ${defaultPort} free: stop another lab first`)
}

async function main (): Promise<void> {
  const say = (line: string): void => { process.stdout.write(`${line}\n`) }
  const repository = join(import.meta.dirname, '..', '..', '..')
  // npm runs scripts in the repository; INIT_CWD is where the person stands.
  const { hosts, dir } = parseCommand(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd(), join(repository, '.rekey', 'lab'))

  // From the first moment on, so that an impatient Ctrl-C leaves nothing behind either.
  const asked = new Promise<NodeJS.Signals>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, resolve)
  })
  const backup = Math.floor(hosts / 3)
  const fleet = makeFleet({ zones: { production: hosts - backup, ...(backup > 0 ? { backup } : {}) }, subnet: await freeSubnet() })
  say(`Starting ${hosts} ${hosts === 1 ? 'host' : 'hosts'} …`)
  const lab = await startLab({ dir, hosts: fleet.hosts, say })
  try {
    for (const line of describe(fleet, await writeWayIn(lab, fleet))) say(line)
    say(`Logs of each sshd: ${join(dir, 'hosts', 'NAME', 'log', 'sshd.log')}`)
    say('Ctrl-C ends the lab.')
    const keepAlive = setInterval(() => undefined, 2 ** 30)
    await asked
    clearInterval(keepAlive)
  } finally {
    await lab.stop()
    await stopStale(dir)
  }
  say(`All ${hosts} hosts stopped; nothing of them runs any more.`)
}

try {
  await main()
} catch (error) {
  const message = error instanceof Error ? error.message : String(error)
  const wrong = isRekeyError(error, 'input/invalid')
  process.stderr.write(`lab: ${message}\n${wrong ? `usage: ${usage}\n` : ''}`)
  process.exitCode = wrong ? 2 : 1
}
