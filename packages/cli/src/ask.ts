import { createInterface } from 'node:readline/promises'
import type { ReadStream, WriteStream } from 'node:tty'
import { RekeyError } from '@rekey/domain'

/** Asks on the terminal, without echo. @throws RekeyError `auth/missing` at Ctrl-C */
export async function askPassword (prompt: string, input: ReadStream, output: WriteStream): Promise<string> {
  output.write(prompt)
  input.setRawMode(true)
  input.setEncoding('utf8')
  try {
    return await new Promise((resolve, reject) => {
      let typed = ''
      input.on('data', (text: string) => {
        for (const key of text) {
          if (key === '\r' || key === '\n') resolve(typed)
          else if (key === '\u0003') reject(new RekeyError('auth/missing', 'no password was given'))
          else if (key === '\u007f' || key === '\b') typed = typed.slice(0, -1)
          else typed += key
        }
      })
      input.on('end', () => resolve(typed))
    })
  } finally {
    input.removeAllListeners('data')
    input.setRawMode(false)
    input.pause()
    output.write('\n')
  }
}

/** Asks for a line on the terminal. */
export async function ask (prompt: string, input: ReadStream, output: WriteStream): Promise<string> {
  const lines = createInterface({ input, output })
  try {
    return await lines.question(prompt)
  } finally {
    lines.close()
  }
}
