import { mkdir, realpath, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { root, run } from './run.ts'

/** What an image says about itself, as an engine reads it. */
export interface ImageConfig {
  readonly User?: string
  readonly Env?: readonly string[]
  readonly Entrypoint: readonly string[]
  readonly WorkingDir: string
  readonly Healthcheck?: { readonly Test: readonly string[] }
}

const node = 'docker.io/library/node:22-bookworm-slim'
const debian = 'docker.io/library/debian:bookworm-slim'

/**
 * The images of deploy/docker, built by Buildah in a store of their own. Their bases are made here and get the names that the Dockerfile
 * asks for, so that nothing is pulled: Debian by mmdebstrap, and Node.js as this machine has it.
 */
export class Images {
  readonly #folder: string

  /** @param folder for the store; it takes some gigabytes */
  constructor (folder: string) {
    this.#folder = folder
  }

  async makeBases (): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    const tar = join(this.#folder, 'debian.tar')
    await run('mmdebstrap', ['--quiet', '--variant=minbase', '--include=ca-certificates', 'bookworm', tar])
    const empty = await this.#buildah('from', 'scratch')
    await this.#buildah('add', '--quiet', empty, tar, '/')
    await this.#commit(empty, debian)

    const container = await this.#buildah('from', '--pull=never', debian)
    const npm = dirname(dirname(await realpath((await run('sh', ['-c', 'command -v npm'])).trim())))
    const npmrc = join(this.#folder, 'npmrc')
    await writeFile(npmrc, 'prefer-offline=true\ncafile=/etc/ssl/certs/ca-certificates.crt\n')
    for (const [from, to] of [
      [process.execPath, '/usr/local/bin/node'],
      [npm, '/usr/local/lib/node_modules/npm'],
      // Whom this machine trusts, the image's npm has to trust, too.
      ['/etc/ssl/certs/ca-certificates.crt', '/etc/ssl/certs/ca-certificates.crt'],
      [npmrc, '/usr/local/etc/npmrc']
    ] as const) await this.#buildah('copy', '--quiet', container, from, to)
    await this.#buildah('run', '--isolation', 'chroot', container, 'ln', '-s', '../lib/node_modules/npm/bin/npm-cli.js', '/usr/local/bin/npm')
    await this.#commit(container, node)
  }

  /** As the README says, with this machine's cache of npm packages. */
  async build (target: string): Promise<void> {
    await this.#buildah('build', '--isolation', 'chroot', '--format', 'docker', '--layers', '--pull=never', '--volume', `${join(homedir(), '.npm')}:/root/.npm`,
      '--target', target, '--tag', nameOf(target), '--file', 'deploy/docker/Dockerfile', root)
  }

  async config (target: string): Promise<ImageConfig> {
    const { Docker: { config } } = JSON.parse(await this.#buildah('inspect', '--type', 'image', nameOf(target))) as { Docker: { config: ImageConfig } }
    // Without one it is an empty text.
    return { ...config, WorkingDir: config.WorkingDir === '' ? '/' : config.WorkingDir }
  }

  /** A container's root folder of its own. */
  async mount (target: string): Promise<string> {
    return await this.#buildah('mount', await this.#buildah('from', '--pull=never', nameOf(target)))
  }

  async remove (): Promise<void> {
    await this.#buildah('rm', '--all')
    await this.#buildah('rmi', '--all', '--force')
  }

  async #commit (container: string, name: string): Promise<void> {
    await this.#buildah('commit', '--quiet', '--format', 'docker', '--rm', container, name)
  }

  async #buildah (...args: string[]): Promise<string> {
    return (await run('buildah', ['--root', join(this.#folder, 'store'), '--runroot', join(this.#folder, 'run'), '--storage-driver', 'overlay', ...args])).trim()
  }
}

function nameOf (target: string): string {
  return `rekey-${target}:dev`
}
