import { RekeyError } from '@rekey/domain'
import type { Connection } from './connection.ts'
import { scriptEdges } from './scripts/render.ts'

/**
 * What executes a script: it is read to the end and executed only when both its edges are there. Neither a connection
 * that broke nor an rc file that reads from stdin can leave a piece of it to be executed.
 */
export const wholeScriptOnly = `script=$(cat) && case $script in "${scriptEdges.begin}"*"${scriptEdges.end}") eval "$script" ;; esac`
/** The command line is always the same: whatever varies comes on stdin, so a host's process list shows nothing. */
const shell = `exec /bin/sh -c '${wholeScriptOnly}'`
const mostOutput = 64 * 1024

/** How a script ended: with its marked line, or without. */
export type ScriptEnd = { readonly result: string } | { readonly result: undefined, readonly reason: string }

/**
 * Feeds a script to a shell of the account and returns what its one marked line says. All other output is ignored.
 * @param marker what that line begins with, unguessable
 * @throws RekeyError `ssh/timeout`, `ssh/dropped`, `ssh/misbehaved`: whether the script ran is then unknown
 */
export async function runScript (connection: Connection, script: string, marker: string, timeoutMs: number): Promise<ScriptEnd> {
  connection.allow(4 * mostOutput)
  return connection.until('a script', timeoutMs, (resolve) => {
    connection.client.exec(shell, (error, channel) => {
      if (error !== undefined) {
        resolve({ result: undefined, reason: 'the host runs no commands for this account' })
        return
      }
      let output = ''
      let received = 0
      const count = (chunk: Buffer): boolean => {
        received += chunk.length
        if (received > mostOutput) connection.fail(new RekeyError('ssh/misbehaved', 'a script\'s output has no end'))
        return received <= mostOutput
      }
      channel.on('data', (chunk: Buffer) => {
        if (!count(chunk)) return
        output += chunk.toString('latin1')
        const result = markedLine(output, marker)
        if (result !== undefined) {
          resolve({ result })
          channel.close()
        }
      })
      channel.stderr.on('data', count)
      channel.on('error', () => {})
      channel.on('close', () => resolve({ result: undefined, reason: 'the account did not run the script (no shell, or a forced command)' }))
      channel.end(script)
    })
  })
}

function markedLine (output: string, marker: string): string | undefined {
  const start = `\n${output}`.indexOf(`\n${marker}`)
  const end = start === -1 ? -1 : output.indexOf('\n', start)
  return end === -1 ? undefined : output.slice(start + marker.length, end).replace(/\r$/, '')
}
