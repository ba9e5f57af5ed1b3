import { join } from 'node:path'
import { isRekeyError } from '@rekey/domain'
import { parseCommand, usage } from './arguments.ts'
import { makeFleet } from './fleet.ts'
import { freeSubnet } from './free-subnet.ts'
import { startLab, stopStale } from './lab.ts'
import { describe, writeWayIn } from './reach.ts'

async function main (): Promise<void> {
  const say = (line: string): void => { process.stdout.write(`${line}\n`) }
  const repository = join(import.meta.dirname, '..', '..', '..')
  // npm runs scripts in the repository; INIT_CWD is where the person stands.
  const command = parseCommand(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd(), join(repository, '.rekey', 'lab'))
  if (command === 'help') {
    say(usage)
    return
  }
  const { hosts, dir } = command

  // From the first moment on, so that an impatient Ctrl-C leaves nothing behind either.
  const asked = new Promise<NodeJS.Signals>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, resolve)
  })
  const backup = Math.floor(hosts / 3)
  const fleet = makeFleet({ zones: { production: hosts - backup, ...(backup > 0 ? { backup } : {}) }, subnet: await freeSubnet(200, 255, 2) })
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
