import { randomInt } from 'node:crypto'
import { readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { stackFailure } from './failure.ts'
import type { Ports } from './record.ts'

/**
 * Where free ports are looked for: below those that the kernel gives to outgoing connections (32768 up, ip(7)).
 * A server that is restarted under load would find one of those taken by a connection to somewhere else.
 */
const ownRange = [23_000, 32_000] as const

export type PortChoice = Partial<Record<'vault' | 'redis' | 'api', number>>

async function listen (port: number): Promise<Server | undefined> {
  const server = createServer()
  return await new Promise(resolve => {
    server.once('error', () => resolve(undefined))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(server))
  })
}

async function close (server: Server): Promise<void> {
  await new Promise<void>(resolve => server.close(() => resolve()))
}

/** Who listens on a TCP port of this machine: `redis-server (pid 123)`. Needs root to see others' processes. */
export function listener (port: number): string | undefined {
  // proc_net_tcp(5): local address as HEX:PORT, state 0A is LISTEN, the tenth field is the socket's inode.
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  const inodes = new Set<string>()
  for (const file of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readFileSync(file, 'utf8').split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/)
      if (fields[1]?.endsWith(`:${hex}`) === true && fields[3] === '0A' && fields[9] !== undefined) inodes.add(`socket:[${fields[9]}]`)
    }
  }
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    try {
      for (const fd of readdirSync(`/proc/${pid}/fd`)) {
        if (inodes.has(readlinkSync(`/proc/${pid}/fd/${fd}`))) return `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (pid ${pid})`
      }
    } catch { /* ended, or a descriptor closed, while we looked */ }
  }
  return undefined
}

/** @throws RekeyError `stack/failed` naming what the port is for and who has it */
export async function assertFree (purpose: string, port: number, option: string): Promise<void> {
  const server = await listen(port)
  if (server === undefined) {
    const who = listener(port)
    throw stackFailure(`port ${port}, meant for ${purpose}, is taken${who === undefined ? '' : ` by ${who}`}: stop that, or choose another port with ${option}`, { port })
  }
  await close(server)
}

/** The ports asked for, and free ones for the rest. All are held until all are known, so that none is given twice. */
export async function choosePorts (asked: PortChoice, zones = 0): Promise<Ports> {
  const held: Server[] = []
  const free = async () => {
    for (let attempt = 0; attempt < 1000; attempt++) {
      const port = randomInt(...ownRange)
      const server = await listen(port)
      if (server === undefined) continue
      held.push(server)
      return port
    }
    throw stackFailure(`there is no free port on 127.0.0.1 between ${ownRange[0]} and ${ownRange[1]}`)
  }
  try {
    return {
      vault: asked.vault ?? await free(),
      vaultServices: await free(),
      vaultCluster: await free(),
      redis: asked.redis ?? await free(),
      api: asked.api ?? await free(),
      brokers: await Promise.all(Array.from({ length: zones }, free))
    }
  } finally {
    await Promise.all(held.map(close))
  }
}
