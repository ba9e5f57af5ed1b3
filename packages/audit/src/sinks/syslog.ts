import { createSocket, type Socket as Datagrams } from 'node:dgram'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { hostname } from 'node:os'
import type { JournalLine } from '../chain.ts'
import type { Sink } from '../feed.ts'

export type SyslogTransport =
  | { readonly transport: 'udp' | 'tcp', readonly host: string, readonly port: number }
  | { readonly transport: 'unix', readonly path: string }

const patienceMs = 10_000

/** RFC 5424: facility "log audit" (13), severity "notice" (5). */
const priority = 13 * 8 + 5

/** One message for each entry, whose text is the entry as JSON. */
export function syslogMessage (journal: string, entry: JournalLine, host: string = hostname()): string {
  const word = (text: string, most: number): string => text.replace(/[^\x21-\x7e]/g, '?').slice(0, most)
  return `<${priority}>1 ${entry.at} ${word(host, 255)} ${word(`rekey-${entry.service}`, 48)} ${process.pid} ${word(entry.act, 32)} - ${JSON.stringify({ journal, ...entry })}`
}

/**
 * Sends entries to a syslog collector. Syslog has no acknowledgement: what was handed over is taken for arrived, by UDP whatever
 * became of it, by TCP and a socket once this machine has sent it.
 */
export function syslogSink (name: string, to: SyslogTransport): Sink {
  return to.transport === 'udp' ? overDatagrams(name, to) : overStream(name, to)
}

function overDatagrams (name: string, { host, port }: { readonly host: string, readonly port: number }): Sink {
  let socket: Datagrams | undefined
  return {
    name,
    async send ({ journal, entries }) {
      socket ??= createSocket(host.includes(':') ? 'udp6' : 'udp4').unref()
      for (const entry of entries) await new Promise<void>((resolve, reject) => socket?.send(syslogMessage(journal, entry), port, host, (error) => { if (error === null) resolve(); else reject(error) }))
    },
    close: async () => { await Promise.resolve(socket?.close()) }
  }
}

/** Framed by octet counting (RFC 6587, 3.4.1), on one connection for as long as it lasts. */
function overStream (name: string, to: Exclude<SyslogTransport, { transport: 'udp' }> | { readonly host: string, readonly port: number } | { readonly path: string }): Sink {
  let socket: Socket | undefined

  async function opened (): Promise<Socket> {
    if (socket?.writable === true && !socket.destroyed) return socket
    const fresh = 'path' in to ? connect({ path: to.path }) : connect({ host: to.host, port: to.port })
    fresh.setKeepAlive(true).on('error', () => { fresh.destroy() }).resume().unref()
    await once(fresh, 'connect', { signal: AbortSignal.timeout(patienceMs) })
    socket = fresh
    return fresh
  }

  return {
    name,
    async send ({ journal, entries }) {
      const frames = entries.map((entry) => syslogMessage(journal, entry)).map((text) => `${Buffer.byteLength(text)} ${text}`).join('')
      const connection = await opened()
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => { connection.destroy(); reject(new Error('no room')) }, patienceMs)
        connection.write(frames, (error) => { clearTimeout(timer); if (error == null) resolve(); else reject(error) })
      })
    },
    close: async () => { await Promise.resolve(socket?.destroy()) }
  }
}
