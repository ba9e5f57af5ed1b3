import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { ApiClient, type Stack } from '@rekey/local'

/** A token of the API that a thief holds, and tries a few times a second. */
export class ThiefsToken {
  readonly #api: ApiClient
  readonly #stopping = new AbortController()
  #refusedAt: number | undefined

  private constructor (api: ApiClient) {
    this.#api = api
  }

  /** Makes one for an admin of all zones, and begins to use it. @param folder only root may enter it */
  static async steal (api: ApiClient, stack: Stack, folder: string): Promise<ThiefsToken> {
    const { token } = await api.must<{ token: string }>('POST', '/v1/tokens', { name: 'stolen', role: 'admin', zones: 'all' })
    const tokenFile = join(folder, 'stolen-token')
    await writeFile(tokenFile, token, { mode: 0o600 })
    const client = await ApiClient.of({ caFile: stack.caFile, api: { url: stack.api.url, tokenFile } })
    await client.must('GET', '/v1/orders')
    const thief = new ThiefsToken(client)
    // It catches whatever fails, and ends when it is closed.
    thief.#use().catch(() => {})
    return thief
  }

  get isRefused (): boolean {
    return this.#refusedAt !== undefined
  }

  /** Seconds from a moment, in milliseconds since 1970, until the API refused it. */
  refusedAfter (since: number): number | null {
    return this.#refusedAt === undefined ? null : Math.max(0, (this.#refusedAt - since) / 1000)
  }

  close (): void {
    this.#stopping.abort()
    this.#api.close()
  }

  async #use (): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const status = await this.#api.call('GET', '/v1/orders').then((reply) => reply.status, () => 0)
      if (status === 401) this.#refusedAt ??= Date.now()
      if (status === 200) this.#refusedAt = undefined
      await wait(250)
    }
  }
}
