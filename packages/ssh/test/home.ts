import { execFileSync, spawn, spawnSync } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { delimiter, join } from 'node:path'
import type { CredentialName } from '@rekey/domain'
import type { Nonce, Surroundings } from '../src/scripts/render.ts'
import { ordinarySurroundings, renderAddKey, renderLockKeys, renderRemoveKeys } from '../src/scripts/render.ts'

/** A shell that hosts have for `/bin/sh`, and the folder of tools that it works with. */
export interface Shell {
  readonly name: string
  readonly command: readonly [string, ...string[]]
  /** Nothing: the machine's own tools. */
  readonly tools?: string
}

function whereIs (program: string): string {
  return (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, program)).find((path) => existsSync(path)) ?? ''
}
const found = (program: string): boolean => whereIs(program) !== ''
const toolFolders: string[] = []
afterAll(() => { for (const folder of toolFolders) rmSync(folder, { recursive: true, force: true }) })

/** Every account may run what lies in it. */
function toolFolder (name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `rekey-${name}-`))
  chmodSync(folder, 0o755)
  toolFolders.push(folder)
  return folder
}

/** BusyBox's own awk, cp, ls and so on, as on a host that has nothing else. */
function busyboxTools (): string {
  const folder = toolFolder('busybox')
  execFileSync('busybox', ['--install', '-s', folder])
  return folder
}

/** Bash as `/bin/sh`: it is stricter, and reads no rc file, when it goes by that name. */
function bashAsSh (): string {
  const folder = toolFolder('bash')
  symlinkSync(whereIs('bash'), join(folder, 'sh'))
  return join(folder, 'sh')
}

/** All that the scripts use, save flock. */
function toolsWithoutFlock (): string {
  const folder = toolFolder('tools')
  const tools = ['awk', 'cp', 'cut', 'date', 'find', 'getent', 'id', 'mkdir', 'mv', 'rm', 'rmdir', 'sleep', 'sync', 'tail', 'wc']
  for (const tool of tools) symlinkSync(whereIs(tool), join(folder, tool))
  return folder
}

/** The machine's tools, with another awk. */
function withAwk (awk: string): string {
  const folder = toolFolder('awk')
  symlinkSync(whereIs(awk), join(folder, 'awk'))
  return `${folder}:${ordinarySurroundings.path}`
}

export const dash: Shell = { name: 'dash', command: ['dash'] }
/** Where the lock is a folder. */
export const dashWithoutFlock: Shell = { name: 'dash without flock', command: ['dash'], tools: toolsWithoutFlock() }

/** Every shell that this machine has; dash is always there. */
export const shells: readonly Shell[] = [
  dash,
  dashWithoutFlock,
  ...(found('bash') ? [{ name: 'bash as sh', command: [bashAsSh()] } as const] : []),
  ...(found('gawk') ? [{ name: 'dash with gawk', command: ['dash'], tools: withAwk('gawk') } as const] : []),
  ...(found('busybox')
    ? [
        { name: 'busybox sh', command: ['busybox', 'sh'] } as const,
        // Debian's BusyBox has no flock, so this is also the host whose lock is a folder.
        { name: 'busybox sh among its own tools', command: ['busybox', 'sh'], tools: busyboxTools() } as const
      ]
    : [])
]

export const isRoot = process.getuid?.() === 0
export const nonce: Nonce = { a: '0123456789abcdef', b: 'fedcba9876543210' }
export const credential: CredentialName = { zone: 'production', host: 'web-1', account: userInfo().username, name: 'ssh-key' }
export const comment = `rekey:production/web-1/${credential.account}/ssh-key`

/** A home folder of a made-up account on a made-up host, and scripts that run there. */
export class Home {
  readonly folder = mkdtempSync(join(tmpdir(), 'rekey-home-'))
  readonly path = join(this.folder, 'home of somebody')
  readonly ssh = join(this.path, '.ssh')
  readonly keys = join(this.ssh, 'authorized_keys')
  readonly fence = join(this.ssh, '.rekey', 'ssh-key')
  /** Programs that take the place of the host's own. */
  readonly stubs = join(this.folder, 'stubs')
  readonly shell: Shell
  patienceSeconds = 8
  answerSeconds = 30
  #owner: { uid: number, gid: number } | undefined

  constructor (shell: Shell, lines?: string | Buffer) {
    this.shell = shell
    mkdirSync(this.ssh, { recursive: true, mode: 0o700 })
    mkdirSync(this.stubs)
    this.stub('sshd', 'exit 1')
    if (lines !== undefined) writeFileSync(this.keys, lines, { mode: 0o600 })
  }

  remove (): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** From now on all belongs to an account that is not root, and scripts run as it. */
  giveToNobody (): void {
    this.#owner = { uid: 65534, gid: 65534 }
    execFileSync('chown', ['-R', '65534:65534', this.folder])
  }

  stub (program: string, body: string): void {
    writeFileSync(join(this.stubs, program), `#!/bin/sh\n${body}\n`)
    chmodSync(join(this.stubs, program), 0o755)
  }

  get surroundings (): Surroundings {
    return { home: this.path, path: `${this.stubs}:${this.shell.tools ?? ordinarySurroundings.path}`, patienceSeconds: this.patienceSeconds, answerSeconds: this.answerSeconds }
  }

  addScript (key: string, heir: string, epoch = 1, withNonce = nonce): string {
    return renderAddKey(withNonce, { credential, epoch, key, heir }, this.surroundings)
  }

  removeScript (keys: readonly string[], epoch = 1): string {
    return renderRemoveKeys(nonce, { credential, epoch, keys }, this.surroundings)
  }

  /** What the script reported. */
  run (script: string): string {
    const [program, ...args] = this.shell.command
    const { stdout, stderr } = spawnSync(program, [...args, '-s'], { input: script, cwd: this.path, env: {}, encoding: 'latin1', timeout: 30_000, ...this.#owner })
    return report(stdout) ?? `no report: ${stdout}${stderr}`
  }

  /** A shell on a terminal, as a host opens it, that stays until its input ends. */
  openTerminal (): ChildProcessWithoutNullStreams {
    const command = [...this.shell.command, '-s'].join(' ')
    return spawn('script', ['-qfec', `exec ${command} 8>&1 >/dev/null 2>&1`, '/dev/null'], { cwd: this.path, env: { PATH: process.env.PATH }, ...this.#owner })
  }

  /** The same, beside others. */
  async runBeside (script: string, withNonce = nonce): Promise<string> {
    const [program, ...args] = this.shell.command
    const child = spawn(program, [...args, '-s'], { cwd: this.path, env: {} })
    let output = ''
    child.stdout.setEncoding('latin1').on('data', (text: string) => { output += text })
    child.stdin.end(script)
    await new Promise((resolve) => child.once('close', resolve))
    return report(output, withNonce) ?? `no report: ${output}`
  }

  add (key: string, heir: string, epoch?: number): string {
    return this.run(this.addScript(key, heir, epoch))
  }

  take (keys: readonly string[], epoch?: number): string {
    return this.run(this.removeScript(keys, epoch))
  }

  lock (keys: readonly string[], epoch = 1): string {
    return this.run(renderLockKeys(nonce, { credential, epoch, keys }, this.surroundings))
  }

  read (file = this.keys): string {
    return readFileSync(file, 'latin1')
  }

  /** Every file and folder of the account with all that it holds, save the lock's file. */
  snapshot (): Record<string, string> {
    const entries = readdirSync(this.path, { recursive: true, withFileTypes: true })
    return Object.fromEntries(entries.map((entry): [string, string] => {
      const path = join(entry.parentPath, entry.name)
      const { mode, uid, ino } = statSync(path, { throwIfNoEntry: false }) ?? {}
      return [path, entry.isFile() ? `${mode} ${uid} ${ino} ${readFileSync(path, 'latin1')}` : entry.isSymbolicLink() ? 'link' : `${mode}`]
    }).filter(([path]) => !path.endsWith('lock.file')).sort())
  }
}

export function report (output: string, { a, b }: Nonce = nonce): string | undefined {
  const marker = `rekey:${a}${b}:`
  return output.split('\n').find((line) => line.startsWith(marker))?.slice(marker.length)
}

let made = 0
/** A key that no sshd has to read: told from others at a glance. */
export function someKey (type = 'ssh-ed25519'): string {
  made += 1
  return `${type} AAAA${Buffer.from(`key number ${made}, made for a test`).toString('base64')}`
}
