import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LabHost } from '@rekey/lab'
import type { SshAnswers } from './ssh-log.ts'
import { readSshLog } from './ssh-log.ts'

/** Where the stock `ssh` client is to log in. */
export interface Door {
  readonly host: Pick<LabHost, 'name' | 'address' | 'port' | 'hostKeys'>
  readonly account: string
  /** A jump host, and the file of the key that opens it. */
  readonly way?: Door & { readonly key: string }
}

/** What it shows: key files in this order, then the password. */
export interface Shown {
  readonly keys?: readonly string[]
  readonly password?: string
  /** Further options of the client. */
  readonly options?: readonly string[]
}

export interface Login extends SshAnswers {
  /** What the command printed, trimmed. */
  readonly output: string
  /** The last that the client said. */
  readonly end: string
}

const patience = 60_000

/** The stock OpenSSH client, under strict host checking, without an agent or a configuration of its own. */
export class StockSsh {
  readonly #folder: string
  readonly #knownHosts = new Map<string, Promise<string>>()
  #logins = 0

  /** @param folder for the files of host keys; only root may enter it */
  constructor (folder: string) {
    this.#folder = folder
  }

  /**
   * One connection, from an address of its own: sshd holds refusals against whoever they were said to (`PerSourcePenalties`). The password goes to `sshpass` by a pipe: no argument and no environment has it.
   * @param command runs on the host once something has opened; `input` is its stdin
   */
  async login ({ host, account, way }: Door, { keys = [], password, options: further = [] }: Shown, command: string, input = ''): Promise<Login> {
    const methods = [...keys.length > 0 ? ['publickey'] : [], ...password === undefined ? [] : ['password', 'keyboard-interactive']]
    const options = [
      ...further,
      ...await this.#trust(host), ...way === undefined ? [] : [`ProxyCommand=${await this.#through(way)}`],
      `PreferredAuthentications=${methods.join(',')}`, `PubkeyAuthentication=${keys.length > 0 ? 'yes' : 'no'}`, 'NumberOfPasswordPrompts=1',
      `BatchMode=${password === undefined ? 'yes' : 'no'}`, 'ConnectTimeout=30', `BindAddress=${this.#ownAddress()}`
    ].flatMap((option) => ['-o', option])
    const ssh = ['ssh', '-v', '-F', 'none', ...options, ...keys.flatMap((key) => ['-i', key]), '-p', String(host.port), '-l', account, host.address, command]
    const { stdout, stderr } = await execute(password === undefined ? ssh : ['sshpass', '-d', '3', ...ssh], input, password)
    return { ...readSshLog(stderr), output: stdout.trim(), end: stderr.trim().split(/\r?\n/).at(-1) ?? '' }
  }

  #ownAddress (): string {
    this.#logins += 1
    return `127.0.${1 + Math.floor(this.#logins / 250)}.${1 + this.#logins % 250}`
  }

  async #trust (host: Door['host']): Promise<string[]> {
    return ['StrictHostKeyChecking=yes', `UserKnownHostsFile="${await this.#knownHostsOf(host)}"`, 'GlobalKnownHostsFile=none', 'IdentitiesOnly=yes', 'IdentityAgent=none']
  }

  /** A command that connects to a host from its jump host. */
  async #through ({ host, account, key }: Door & { readonly key: string }): Promise<string> {
    const options = [...await this.#trust(host), 'BatchMode=yes'].map((option) => `-o ${option}`)
    return ['ssh -F none', ...options, '-i', key, '-p', host.port, '-l', account, '-W [%h]:%p', host.address].join(' ')
  }

  /** Written once for each host, as several connections read it at the same time. */
  async #knownHostsOf ({ name, address, port, hostKeys }: Door['host']): Promise<string> {
    const file = join(this.#folder, `${name}.known_hosts`)
    const known = this.#knownHosts.get(name) ?? writeFile(file, hostKeys.map((key) => `[${address}]:${port} ${key}\n`).join('')).then(() => file)
    this.#knownHosts.set(name, known)
    return await known
  }
}

/** @param secret for descriptor 3 */
async function execute ([program = '', ...args]: readonly string[], input: string, secret: string | undefined): Promise<{ stdout: string, stderr: string }> {
  const child = spawn(program, args, { timeout: patience, env: { PATH: '/usr/bin:/bin' }, stdio: ['pipe', 'pipe', 'pipe', secret === undefined ? 'ignore' : 'pipe'] })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) child[name]?.setEncoding('utf8').on('data', (text: string) => { output[name] += text })
  // Whoever does not read what is offered, is no failure.
  child.stdin?.on('error', () => undefined).end(input)
  const pipe = child.stdio[3]
  if (secret !== undefined && pipe !== undefined && pipe !== null && 'end' in pipe) pipe.on('error', () => undefined).end(`${secret}\n`)
  return await new Promise((resolve) => {
    child.once('error', (error) => resolve({ stdout: '', stderr: error.message }))
    child.once('close', () => resolve(output))
  })
}

/** What `su` on the host says to a password, asked by `nobody`: root is let in without a question. */
export async function askSu (host: LabHost, account: string, password: string): Promise<'accepted' | 'refused' | 'unclear'> {
  const { stdout, stderr } = await host.run(`LC_ALL=C exec setpriv --reuid nobody --regid nogroup --clear-groups su ${account} -c 'echo "in as $(id -un)"'`, `${password}\n`)
  if (stdout.trim() === `in as ${account}`) return 'accepted'
  return stderr.includes('Authentication failure') ? 'refused' : 'unclear'
}
