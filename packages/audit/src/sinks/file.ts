import { open } from 'node:fs/promises'
import type { Sink } from '../feed.ts'

const newline = 10

/**
 * Appends entries to a file, one JSON object a line as syslog gets it, flushed before they count as taken. It is opened anew for each batch, so who
 * rotates logs may move it away. A line that was torn by a full disk or a crash stays one of its own.
 */
export function fileSink (name: string, path: string): Sink {
  return {
    name,
    async send ({ journal, entries }) {
      const file = await open(path, 'a+', 0o600)
      try {
        const { size } = await file.stat()
        const { buffer } = await file.read(Buffer.alloc(1, newline), 0, 1, Math.max(0, size - 1))
        const lines = entries.map((entry) => `${JSON.stringify({ journal, ...entry })}\n`)
        await file.appendFile([...buffer[0] === newline ? [] : ['\n'], ...lines].join(''))
        await file.datasync()
      } finally {
        await file.close()
      }
    },
    close: async () => { await Promise.resolve() }
  }
}
