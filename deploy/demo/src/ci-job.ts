import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'

/** What a broker answers. */
export interface BrokerAnswer {
  readonly status: number
  readonly body: LeaseBody
}

/** Of a lease, or of a refusal. */
export interface LeaseBody {
  readonly id: string
  readonly secret: string
  readonly endsAt: string
  readonly knownHosts: string
  readonly sshConfig: string
  readonly credentials: ReadonlyArray<{ readonly publicKey: string, readonly privateKey: string, readonly fingerprint: string }>
  readonly code?: string
  readonly detail?: string
}

/** A broker, as a job of a CI asks it. */
export class Broker {
  readonly #url: string
  readonly #ca: string

  /** @param ca PEM of the authority behind its certificate */
  constructor (url: string, ca: string) {
    this.#url = url
    this.#ca = ca
  }

  /** @param bearer the job's token, or the secret of a lease */
  async ask (method: 'POST' | 'DELETE', path: string, bearer: string, body?: object): Promise<BrokerAnswer> {
    return await new Promise((resolve, reject) => {
      const call = request(`${this.#url}${path}`, { method, ca: this.#ca, agent: false, headers: { authorization: `Bearer ${bearer}`, ...body && { 'content-type': 'application/json' } } }, (answer) => {
        let text = ''
        answer.on('data', (chunk: Buffer) => { text += chunk.toString('utf8') })
        answer.on('end', () => { resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text) as LeaseBody }) })
      })
      call.on('error', reject)
      call.end(body && JSON.stringify(body))
    })
  }
}

/** The files of one lease, for OpenSSH's own clients. */
export class LeasedSsh {
  readonly config: string

  private constructor (config: string) {
    this.config = config
  }

  /** @param folder of its own, that nobody else may enter */
  static async of (lease: LeaseBody, folder: string): Promise<LeasedSsh> {
    const [one] = lease.credentials
    const [key, config] = [join(folder, 'key'), join(folder, 'ssh_config')]
    await writeFile(join(folder, 'known_hosts'), lease.knownHosts)
    await writeFile(key, one?.privateKey ?? '', { mode: 0o600 })
    // A job keeps the key in an agent; here it is looked at from outside later on, so it is a file.
    const text = lease.sshConfig.replaceAll('{folder}', folder).replaceAll(/^ {2}IdentityFile .*$/gm, `  IdentityFile "${key}"`).replaceAll(/^ {2}IdentityAgent .*$/gm, '  IdentityAgent none')
    await writeFile(config, text)
    return new LeasedSsh(config)
  }

  /** @param program `ssh` or `scp` @returns its exit code and all that it said */
  async run (program: 'ssh' | 'scp', ...args: readonly string[]): Promise<{ code: number, said: string }> {
    return await new Promise((resolve) => {
      execFile(program, ['-F', this.config, '-o', 'BatchMode=yes', ...args], { timeout: 20_000 }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, said: `${stdout}${stderr}`.trim() })
      })
    })
  }

  async isRefused (host: string): Promise<boolean> {
    const { code, said } = await this.run('ssh', host, 'true')
    return code === 255 && said.includes('Permission denied')
  }
}
