import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, fstatSync, openSync, renameSync, writeFileSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { RekeyError } from '@rekey/domain'
import { homeOf, userLists } from './accounts.ts'
import { daemonOf } from './daemons.ts'
import { hostScript, restartScript } from './host-script.ts'
import { makeKey, publicKeyOf } from './keys.ts'
import { doings, gone, recordOf, signal, type ProcessRecord } from './process.ts'
import type { Place } from './network.ts'
import { processesIn, runIn, type CommandResult } from './namespace.ts'
import { hostEnvironment } from './requirements.ts'
import { defaultPort, type HostSpec } from './spec.ts'
import type { Connection } from './sshd-log.ts'
import { rootOf } from './system.ts'

const startMilliseconds = 60_000

/** One host of a lab: a real server among its own users, files and processes. */
export class LabHost {
  readonly name: string
  readonly address: string
  readonly port: number
  /** The name of its jump host. */
  readonly via: string | undefined
  /** `type base64` of each host key. */
  readonly hostKeys: string[]
  /** The server's own log, on the machine. It survives the host. */
  readonly logFile: string
  readonly #spec: HostSpec
  readonly #folder: string
  #place: Place = { isJump: false }
  /** `unshare`, which waits for the host's first process. Being our child, its id is not given away before we have seen it end. */
  #keeper: ChildProcess | undefined
  #sshd: ProcessRecord | undefined
  /** An open descriptor of the mount namespace: it keeps the disks of a host that is off. */
  #disks: number | undefined

  /** @param folder the host's own folder on the machine, for its log and its process record */
  constructor (spec: HostSpec, folder: string) {
    this.#spec = { ...spec, hostKey: spec.hostKey ?? makeKey().privateKey }
    this.#folder = folder
    this.name = spec.name
    this.address = spec.address
    this.port = spec.port ?? defaultPort
    this.via = spec.via
    this.hostKeys = [publicKeyOf(this.#spec.hostKey ?? '')]
    this.logFile = join(folder, 'log', daemonOf(spec).logFile)
  }

  /** The id of the host's server on the machine, which is the first process of the host. @throws RekeyError when the host is off */
  get pid (): number {
    return this.#on().pid
  }

  get isOn (): boolean {
    return this.#sshd !== undefined
  }

  /** Makes the disks and starts the host. For `startLab`. */
  async create (place: Place): Promise<void> {
    this.#place = place
    await mkdir(join(this.#folder, 'log'), { recursive: true, mode: 0o700 })
    const etc = join(rootOf(this.#spec), 'etc')
    const system = { passwd: await readFile(join(etc, 'passwd'), 'utf8'), group: await readFile(join(etc, 'group'), 'utf8') }
    const users = userLists(system, this.#spec.accounts, this.#spec.userland)
    const script = hostScript(this.#spec, users, this.hostKeys[0]?.split(' ')[0] ?? '', place)
    await this.#launch('unshare', ['--mount', 'sh'], script)
    this.#disks = openSync(`/proc/${this.pid}/ns/mnt`, 'r')
  }

  /** Switches a host that is off on again, with all that its disks hold. */
  async start (): Promise<void> {
    if (this.isOn) return
    if (this.#disks === undefined) throw new RekeyError('input/invalid', `host ${this.name} was removed with its lab`)
    await this.#launch('nsenter', ['--mount=/proc/self/fd/3', 'sh'], restartScript(this.#spec, this.#place))
  }

  /** Cuts the power: every process of the host ends at once, in the middle of whatever it does. The disks stay, for `start`. */
  async stop (): Promise<void> {
    const keeper = this.#keeper
    const sshd = this.#sshd
    if (keeper === undefined) return
    keeper.ref()
    const ended = keeper.exitCode === null && keeper.signalCode === null ? once(keeper, 'exit') : undefined
    // The kernel ends a process namespace's first process only after all the others, and `unshare` ends after it.
    if (sshd === undefined || !signal(sshd, 'SIGKILL')) keeper.kill('SIGKILL')
    await ended
    if (sshd !== undefined) await gone(sshd)
  }

  /** Switches the host off and lets its disks go. For `Lab.stop`. */
  async remove (): Promise<void> {
    await this.stop()
    if (this.#disks !== undefined) closeSync(this.#disks)
    this.#disks = undefined
  }

  /** Freezes the host, sessions included: connections open and stay silent. */
  async pause (): Promise<void> {
    const stopped = new Set<number>()
    // Again until no new one is found: a process may fork while its siblings are being stopped.
    for (let fresh = [this.#on()]; fresh.length > 0;) {
      for (const process of fresh) {
        signal(process, 'SIGSTOP')
        stopped.add(process.pid)
      }
      fresh = (await processesIn(this.pid)).filter(({ pid }) => !stopped.has(pid))
    }
  }

  async resume (): Promise<void> {
    for (const process of await processesIn(this.pid)) signal(process, 'SIGCONT')
  }

  /** Runs a `sh` command as root inside the host, with `input` on stdin. Also while the host is off; then only its files are there. */
  async run (command: string, input = ''): Promise<CommandResult> {
    if (this.#sshd === undefined && this.#disks === undefined) throw new RekeyError('input/invalid', `host ${this.name} was removed with its lab`)
    return await runIn(this.#sshd?.pid ?? this.#disks ?? 0, this.isOn, ['sh', '-c', command], input)
  }

  /** A file's text. @throws RekeyError when it can't be read */
  async read (path: string): Promise<string> {
    return await this.#must('cat -- "$1"', path)
  }

  /**
   * Writes a file in place: its mode stays, a new one gets 0644. `owner` as chown takes it, such as `deploy:deploy`.
   * @throws RekeyError for a file of the machine's: what is to lie over it has to be mounted over its folder, by `run`
   */
  async write (path: string, text: string, owner?: string): Promise<void> {
    if (rootOf(this.#spec) === '/' && !/^\/(etc|home|root|run|tmp|var\/log|var\/lib)\//.test(path)) throw new RekeyError('input/invalid', `host ${this.name}: ${path} is the machine's, and every host has it`)
    await this.#must(owner === undefined ? 'cat >"$1"' : 'cat >"$1" && chown -- "$2" "$1"', path, owner ?? '', text)
  }

  home (account: string): string {
    return homeOf(account)
  }

  /** What the server logged so far, connection by connection. */
  async connections (): Promise<Connection[]> {
    return daemonOf(this.#spec).connectionsIn(await readFile(this.logFile, 'utf8'))
  }

  #on (): ProcessRecord {
    if (this.#sshd === undefined) throw new RekeyError('input/invalid', `host ${this.name} is off`)
    return this.#sshd
  }

  async #must (script: string, path: string, owner = '', input = ''): Promise<string> {
    const result = await runIn(this.#sshd?.pid ?? this.#disks ?? 0, this.isOn, ['sh', '-c', script, 'sh', path, owner], input)
    if (result.code !== 0) throw new RekeyError('input/invalid', `host ${this.name}: ${result.stderr.trim()}`)
    return result.stdout
  }

  async #launch (program: string, args: string[], script: string): Promise<void> {
    const complaints = openSync(join(this.#folder, 'log', 'start.log'), 'w', 0o600)
    const log = openSync(this.logFile, 'a', 0o600)
    // Before the host can write: a quick one listens before whoever started it gets to look.
    const { size } = fstatSync(log)
    const keeper = spawn(program, args, {
      cwd: this.#folder, env: hostEnvironment, detached: true, stdio: ['pipe', complaints, complaints, this.#disks ?? 'ignore']
    })
    closeSync(complaints)
    closeSync(log)
    const failed = new Promise<Error>((resolve) => { keeper.once('error', resolve) })
    if (keeper.pid === undefined) throw await failed
    this.#keeper = keeper
    keeper.unref()
    keeper.once('exit', () => {
      this.#keeper = undefined
      this.#sshd = undefined
    })
    // On record before it can do anything: the script is still to come.
    this.#record(recordOf(keeper.pid))
    keeper.stdin?.on('error', () => undefined).end(script)
    try {
      this.#sshd = await this.#listening(keeper, size)
    } catch (error) {
      await this.stop()
      throw error
    }
    this.#record(recordOf(keeper.pid), this.#sshd)
  }

  #record (...processes: Array<ProcessRecord | undefined>): void {
    const file = join(this.#folder, 'processes.json')
    writeFileSync(`${file}.new`, JSON.stringify(processes.filter((one) => one !== undefined)), { mode: 0o600 })
    renameSync(`${file}.new`, file)
  }

  /** Waits until the server says that it listens. @param before bytes of its log that are of earlier starts */
  async #listening (keeper: ChildProcess, before: number): Promise<ProcessRecord> {
    const fresh = async (): Promise<string> => (await readFile(this.logFile)).subarray(before).toString()
    for (const end = performance.now() + startMilliseconds; performance.now() < end;) {
      await sleep(10)
      if ((await fresh()).includes(daemonOf(this.#spec).listening)) {
        const pid = Number(await readFile(join(this.#folder, 'log', 'first.pid'), 'utf8'))
        const record = recordOf(pid)
        if (record !== undefined) return record
      }
      if (keeper.exitCode !== null || keeper.signalCode !== null) break
    }
    const doing = keeper.pid === undefined || keeper.exitCode !== null ? '' : `${doings(keeper.pid)}; `
    const said = doing + await readFile(join(this.#folder, 'log', 'start.log'), 'utf8') + await fresh()
    throw new RekeyError('config/invalid', `host ${this.name} (${this.address}:${this.port}) did not start: ${said.trim().replaceAll(/\s*[\r\n]+/g, '; ')}`)
  }
}
