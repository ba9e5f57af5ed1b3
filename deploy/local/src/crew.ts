import { layout } from './layout.ts'
import { adopt, end, launch, type Launch, type StackProcess } from './processes.ts'
import { writeRecord, type StackRecord } from './record.ts'

/** The processes of one stack, and the record of them in stack.json. */
export class Crew {
  readonly record: StackRecord
  readonly #processes: Map<string, StackProcess>
  readonly #startedHere = new Set<string>()
  readonly #detached: boolean
  #saved = Promise.resolve()

  constructor (record: StackRecord, detached: boolean) {
    this.record = record
    this.#detached = detached
    this.#processes = new Map(record.processes.flatMap(known => {
      const found = adopt(known)
      return found === undefined ? [] : [[known.name, found]]
    }))
  }

  get paths (): ReturnType<typeof layout> {
    return layout(this.record.dir)
  }

  /** @returns undefined when it does not run */
  alive (name: string): StackProcess | undefined {
    const process = this.#processes.get(name)
    return process?.isAlive() === true ? process : undefined
  }

  async save (): Promise<void> {
    this.record.processes = [...this.#processes.values()].filter(one => one.isAlive())
      .map(({ name, service, pid, startedAt, boot, uid, logFile }) => ({ name, service, pid, startedAt, boot, uid, logFile }))
    const snapshot = structuredClone(this.record)
    this.#saved = this.#saved.then(async () => await writeRecord(snapshot))
    await this.#saved
  }

  /** Starts a process, and has it on record before anything else happens. */
  async launch (request: Omit<Launch, 'dir' | 'detached'>): Promise<StackProcess> {
    const process = await launch({ ...request, dir: this.record.dir, detached: this.#detached })
    this.#processes.set(request.name, process)
    this.#startedHere.add(request.name)
    await this.save()
    return process
  }

  /** @param signal what to send before SIGTERM: SIGKILL for a crash */
  async end (name: string, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const process = this.alive(name)
    if (process === undefined) return
    if (signal !== 'SIGTERM') process.kill(signal)
    await end(process)
  }

  /** The services first, then what they stand on. */
  async endAll (): Promise<void> {
    await this.#end([...this.#processes.values()])
  }

  /** Ends what was started through this object, and leaves what it found running. */
  async endStartedHere (): Promise<void> {
    await this.#end([...this.#processes.values()].filter(one => this.#startedHere.has(one.name)))
  }

  async #end (all: readonly StackProcess[]): Promise<void> {
    const base = all.filter(one => one.name === 'vault' || one.name === 'redis')
    await Promise.all(all.filter(one => !base.includes(one)).map(async one => await end(one)))
    await Promise.all(base.map(async one => await end(one)))
    for (const { name } of all) this.#processes.delete(name)
    await this.save()
  }
}
