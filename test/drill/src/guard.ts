import { readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import type { Stack, VaultHttp } from '@rekey/local'
import { attempt, type Verdict } from './attempt.ts'
import type { Post } from './ground.ts'
import { peopleOf } from './people.ts'

/** A credential's document, as far as it says what may open the account. */
interface Document {
  readonly current: Stored
  readonly candidate: Stored | null
  readonly retired: readonly Stored[]
}

interface Stored {
  readonly privateKey: string
}

/** So many looks at one host must find nothing that opens: between the reading and the login a worker may have gone on. */
const looks = 3

/** Looks all the time whether some secret that stands in Vault opens a host, with a person's Vault login and logins of its own. */
export class Guard {
  /** Hosts that no recorded secret opened. */
  readonly lockedOut = new Set<string>()
  readonly #vaults = new Map<string, VaultHttp>()
  #looks = 0

  static async of (stack: Stack): Promise<Guard> {
    const guard = new Guard()
    for (const { name } of stack.zones) {
      const [person] = peopleOf(stack, name)
      const token = await stack.vaultHttp.loginPerson(person.username, await readFile(person.passwordFile, 'utf8'))
      guard.#vaults.set(name, stack.vaultHttp.as(token))
    }
    return guard
  }

  /** Logins that found a way in, or none. */
  get looks (): number {
    return this.#looks
  }

  /** Host after host, until it is told to end. @param pauseMs between two hosts */
  async watch (posts: readonly Post[], pauseMs: number, signal: AbortSignal): Promise<void> {
    for (let index = 0; !signal.aborted; index = (index + 1) % posts.length) {
      const post = posts[index]
      if (post !== undefined) await this.look(post)
      await wait(pauseMs, undefined, { signal }).catch(() => {})
    }
  }

  /** @returns what the current secret does, `no-answer` when Vault or the host is away */
  async look (post: Post): Promise<Verdict> {
    for (let look = 0; look < looks; look += 1) {
      const document = await this.#document(post)
      if (document === undefined) return 'no-answer'
      const secrets = [document.current, ...document.candidate === null ? [] : [document.candidate], ...document.retired]
      const verdicts: Verdict[] = []
      for (const { privateKey } of secrets) {
        verdicts.push(await attempt({ ...post.stolen, privateKey }))
        if (verdicts.includes('open')) break
      }
      if (verdicts.includes('open')) this.#looks += 1
      if (verdicts.includes('open') || verdicts.includes('no-answer')) return verdicts[0] ?? 'no-answer'
    }
    this.#looks += 1
    this.lockedOut.add(post.host.name)
    return 'refused'
  }

  async #document ({ zone, host, stolen: { account } }: Post): Promise<Document | undefined> {
    const path = `rekey-${zone}/data/credentials/${host.name}/${account}/ssh-key`
    const reply = await this.#vaults.get(zone)?.send('GET', path).catch(() => undefined)
    return reply?.status === 200 ? (reply.body as { data: { data: Document } }).data.data : undefined
  }
}
