import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Secret } from '@rekey/domain'
import type { RedisLogin } from '@rekey/queue'
import { freePort } from './free-port.ts'

/** A Redis of the test's own, which it may kill, freeze and empty. Nothing of it survives a kill. */
export class RedisServer {
  readonly login: RedisLogin
  readonly #folder: string
  #process: ChildProcess | undefined

  private constructor (folder: string, port: number) {
    this.#folder = folder
    this.login = { host: '127.0.0.1', port, username: 'default', password: Secret.of('test') }
  }

  static async open (): Promise<RedisServer> {
    const server = new RedisServer(await mkdtemp(join(tmpdir(), 'rekey-redis-')), await freePort())
    await server.start()
    return server
  }

  async start (): Promise<void> {
    this.#process = spawn('redis-server', [
      '--port', String(this.login.port), '--bind', '127.0.0.1', '--requirepass', 'test', '--save', '', '--dir', this.#folder, '--maxmemory-policy', 'noeviction'
    ], { stdio: 'ignore' })
    for (let attempt = 1; ; attempt++) {
      try {
        await this.send('PING')
        return
      } catch (error) {
        if (attempt === 100) throw error
        await wait(50)
      }
    }
  }

  signal (name: NodeJS.Signals): void {
    this.#process?.kill(name)
  }

  async kill (): Promise<void> {
    const process = this.#process
    if (process?.exitCode !== null || process.signalCode !== null) return
    process.kill('SIGKILL')
    await once(process, 'exit')
  }

  async close (): Promise<void> {
    await this.kill()
    await rm(this.#folder, { recursive: true, force: true })
  }

  /** One command past BullMQ, as somebody who writes to Redis himself. @returns Redis's bare answer */
  async send (...command: string[]): Promise<string> {
    const socket = connect(this.login.port, '127.0.0.1')
    const encode = (parts: string[]): string => `*${parts.length}\r\n` + parts.map(part => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join('')
    try {
      await once(socket, 'connect')
      socket.write(encode(['AUTH', 'test']) + encode(command) + encode(['ECHO', 'end-of-answer']))
      let answer = ''
      while (!answer.includes('end-of-answer')) {
        const [chunk] = await once(socket, 'data') as [Buffer]
        answer += chunk.toString('latin1')
      }
      return answer.slice(answer.indexOf('\r\n') + 2, answer.indexOf('$13\r\nend-of-answer'))
    } finally {
      socket.destroy()
    }
  }
}
