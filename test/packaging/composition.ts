import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { findTools } from '@rekey/local'
import { parse } from 'yaml'
import type { Images } from './images.ts'
import { attempt, root } from './run.ts'
import type { Ended } from './run.ts'

/** A service of docker-compose.yml, as far as it is obeyed here. */
interface Service {
  readonly build?: { readonly target: string }
  readonly user: string
  readonly read_only: boolean
  readonly cap_add?: readonly string[]
  readonly entrypoint?: readonly string[]
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string | number>>
  /** `VOLUME:TARGET` or `VOLUME:TARGET:ro` */
  readonly volumes?: readonly string[]
  /** `TARGET:OPTIONS` */
  readonly tmpfs?: readonly string[]
}

/** A program that runs as a container does. */
export interface Container {
  readonly pid: number
  /** Of its image, on this machine; a server of this machine has none. */
  readonly root: string
  /** What differs in its environment from the file's. */
  readonly env: Readonly<Record<string, string>>
  readonly ended: Promise<Ended>
  kill (signal: NodeJS.Signals): void
}

const quoted = (word: string): string => `'${word.replaceAll('\'', '\'\\\'\'')}'`

/**
 * docker-compose.yml without an engine, which would need control groups: each service gets the root folder of its image in a mount namespace, read-only,
 * with its volumes, its user, its capabilities and no new ones. Their networks it shares; every address is on loopback. OpenBao and Redis are this machine's, as
 * their images can't be pulled.
 */
export class Composition {
  readonly services: Readonly<Record<string, Service>>
  readonly #images: Images
  readonly #folder: string
  readonly #running: ChildProcess[] = []

  private constructor (images: Images, folder: string, services: Readonly<Record<string, Service>>) {
    this.#images = images
    this.#folder = folder
    this.services = services
  }

  /** @param net the first two numbers of every address */
  static async read (images: Images, folder: string, net: string): Promise<Composition> {
    const text = (await readFile(join(root, 'docker-compose.yml'), 'utf8')).replace(/\$\{REKEY_NET:-172\.30\}/g, net)
    return new Composition(images, folder, (parse(text, { merge: true }) as { services: Record<string, Service> }).services)
  }

  /** @param env further variables, or others */
  async start (name: string, env: Readonly<Record<string, string>> = {}): Promise<Container> {
    const service = this.services[name]
    if (service === undefined) throw new Error(`there is no service ${name}`)
    return service.build === undefined ? await this.#startServer(service) : await this.#startImage(service, service.build.target, env)
  }

  /** For the jobs: runs one to its end. */
  async finish (name: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
    const { code, stdout, stderr } = await (await this.start(name, env)).ended
    if (code !== 0) throw new Error(`${name} ended with ${code}: ${stdout}${stderr}`)
    return stdout
  }

  /** Waits until the image's own health check is content. */
  async healthy (name: string, { pid, root: folder, env, ended }: Container): Promise<void> {
    const service = this.services[name]
    const { Healthcheck, WorkingDir, Env = [] } = await this.#images.config(service?.build?.target ?? '')
    const [, ...command] = Healthcheck?.Test ?? []
    if (service === undefined || command.length === 0) throw new Error(`${name} has no health check`)
    let last: Ended | undefined
    for (let tries = 0; tries < 240; tries += 1) {
      last = await attempt('nsenter', ['--target', String(pid), '--mount', 'chroot', `--userspec=${service.user}`, '--groups=', folder, 'env', '-i', '-C', WorkingDir, ...Env, ...variables(service, env), ...command])
      if (last.code === 0) return
      const end = await Promise.race([ended, wait(250)])
      if (end !== undefined) throw new Error(`${name} ended: ${JSON.stringify(end)}`)
    }
    throw new Error(`${name} did not become healthy: ${JSON.stringify(last)}`)
  }

  async stop (): Promise<void> {
    for (const child of this.#running.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      const exited = new Promise(resolve => child.once('exit', resolve))
      child.kill('SIGKILL')
      await exited
    }
  }

  async #startImage (service: Service, target: string, env: Readonly<Record<string, string>>): Promise<Container> {
    const folder = await this.#images.mount(target)
    const { Entrypoint, Env = [], WorkingDir } = await this.#images.config(target)
    const at = (path: string): string => quoted(join(folder, path))
    const caps = ['sys_chroot', 'setuid', 'setgid', ...(service.cap_add ?? []).map(cap => cap.toLowerCase())]
    const program = ['env', '-i', '-C', WorkingDir, ...Env, ...variables(service, env), ...Entrypoint, ...service.command ?? []]
    return await this.#run(folder, env, [
      `mount --bind ${quoted(folder)} ${quoted(folder)}`,
      `mount --rbind /dev ${at('dev')}`,
      `mount --bind /proc ${at('proc')}`,
      ...(service.tmpfs ?? []).map(one => {
        const [path = '', options = ''] = one.split(':')
        return `mkdir -p ${at(path)}; mount -t tmpfs -o ${options} tmpfs ${at(path)}`
      }),
      ...await this.#volumes(service, at),
      ...service.read_only ? [`mount -o remount,bind,ro ${quoted(folder)}`] : [],
      // To change the root and the user takes three capabilities, which a user who is not root has no more.
      `exec setpriv --no-new-privs --inh-caps=-all --bounding-set=-all,${[...new Set(caps)].map(cap => `+${cap}`).join(',')} chroot --userspec=${service.user} --groups= ${quoted(folder)} ${program.map(quoted).join(' ')}`
    ])
  }

  async #startServer (service: Service): Promise<Container> {
    const [name = '', ...args] = service.entrypoint ?? []
    const tools = await findTools()
    const [uid, gid] = service.user.split(':')
    return await this.#run('/', {}, [
      'mount -t tmpfs tmpfs /mnt; touch /mnt/program',
      `mount --bind ${quoted(name === 'bao' ? tools.vault.path : tools.redis)} /mnt/program`,
      'mount -t tmpfs tmpfs /run',
      ...await this.#volumes(service, quoted),
      `exec setpriv --reuid=${uid} --regid=${gid} --clear-groups --no-new-privs /mnt/program ${args.map(quoted).join(' ')}`
    ])
  }

  async #volumes ({ volumes = [] }: Service, at: (path: string) => string): Promise<string[]> {
    return await Promise.all(volumes.map(async one => {
      const [volume = '', path = '', mode] = one.split(':')
      const folder = join(this.#folder, volume)
      await mkdir(folder, { recursive: true, mode: 0o755 })
      return `mkdir -p ${at(path)}; mount --bind ${quoted(folder)} ${at(path)}${mode === 'ro' ? `; mount -o remount,bind,ro ${at(path)}` : ''}`
    }))
  }

  async #run (folder: string, env: Container['env'], lines: readonly string[]): Promise<Container> {
    const child = spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-ec', lines.join('\n')], { stdio: ['ignore', 'pipe', 'pipe'], cwd: '/' })
    this.#running.push(child)
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (data: Buffer) => { stdout += data.toString() })
    child.stderr.on('data', (data: Buffer) => { stderr += data.toString() })
    const ended = new Promise<Ended>(resolve => child.on('close', code => resolve({ code: code ?? 127, stdout, stderr })))
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject))
    return { pid: child.pid ?? 0, root: folder, env, ended, kill: signal => { child.kill(signal) } }
  }
}

function variables ({ environment = {} }: Service, more: Container['env']): string[] {
  return Object.entries({ ...environment, ...more }).map(([key, value]) => `${key}=${value}`)
}
