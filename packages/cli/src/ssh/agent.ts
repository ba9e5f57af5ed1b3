import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { RekeyError, type Secret } from '@rekey/domain'

/** An ssh-agent that only who enters the folder of its socket reaches. Keys go into its memory through a pipe: they are in no file, argument or variable. */
export interface Agent {
  readonly socket: string
  readonly pid: number
  /** @param seconds after which it forgets the key, whatever happens to us */
  add (key: Secret, seconds: number): Promise<void>
  /** With what it holds. */
  end (): Promise<void>
}

/**
 * One that does not outlive this process, however that ends: the agent is bound to a child that ends when the pipe to us closes, and at
 * nothing that is typed at a terminal.
 * @throws RekeyError `config/invalid` when OpenSSH's programs are missing
 */
export async function startAgent (socket: string): Promise<Agent> {
  const bound = spawn('ssh-agent', ['-a', socket, 'sh', '-c', 'trap "" HUP INT QUIT; echo "$SSH_AGENT_PID"; exec cat > /dev/null'], { stdio: ['pipe', 'pipe', 'ignore'], env: { PATH: process.env['PATH'] } })
  bound.stdin.on('error', () => {})
  const pid = await Promise.race([
    once(bound.stdout, 'data').then(([text]) => Number(String(text))),
    once(bound, 'exit').then(() => { throw missing('ssh-agent') })
  ]).catch(() => { throw missing('ssh-agent') })
  return agentAt(socket, pid, () => bound.stdin.end())
}

/** One that stays when this process has ended, for the steps of a job that come. @throws RekeyError `config/invalid` */
export async function startLastingAgent (socket: string): Promise<Agent> {
  const { stdout } = await promisify(execFile)('ssh-agent', ['-s', '-a', socket], { env: {} }).catch(() => { throw missing('ssh-agent') })
  return agentAt(socket, Number(/SSH_AGENT_PID=(\d+)/.exec(stdout)?.[1]))
}

/** @param pid of the agent that was started at that socket */
export function agentAt (socket: string, pid: number, release = () => {}): Agent {
  return {
    socket,
    pid,
    async add (key, seconds) {
      if (await sshAdd(socket, ['-q', '-t', String(seconds), '-'], key) !== 0) throw new RekeyError('config/invalid', 'ssh-add did not take the key')
    },
    async end () {
      // Who answers at the socket is the agent, so the number is its own still.
      if (await sshAdd(socket, ['-q', '-D']) === 0) process.kill(pid)
      release()
    }
  }
}

async function sshAdd (socket: string, args: readonly string[], input?: Secret): Promise<number> {
  const adding = spawn('ssh-add', args, { stdio: ['pipe', 'ignore', 'ignore'], env: { SSH_AUTH_SOCK: socket } })
  adding.stdin.on('error', () => {})
  adding.stdin.end(input?.open())
  return await ended(adding, 'ssh-add')
}

/** @returns its exit code, or 255 when a signal has ended it, as ssh says of itself @throws RekeyError `config/invalid` */
export async function ended (child: ChildProcess, program: string): Promise<number> {
  return await new Promise((resolve, reject) => {
    child.on('error', () => reject(missing(program)))
    child.on('exit', code => resolve(code ?? 255))
  })
}

function missing (program: string): RekeyError {
  return new RekeyError('config/invalid', `${program} can't be run: install OpenSSH's client`)
}
