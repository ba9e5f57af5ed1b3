import { Agent, request } from 'node:https'
import { stackFailure } from './failure.ts'

export interface Reply {
  readonly status: number
  /** The JSON document, or {} when there was none. */
  readonly body: Readonly<Record<string, unknown>>
}

/**
 * Vault's HTTP API with nothing around it, for the set-up and for tests that must see the bare status.
 * The services use @rekey/vault.
 */
export class VaultHttp {
  readonly #address: string
  readonly #agent: Agent
  readonly #token: string | undefined

  constructor (address: string, ca: string, token?: string, agent?: Agent) {
    this.#address = address
    this.#agent = agent ?? new Agent({ ca, keepAlive: true })
    this.#token = token
  }

  /** The same Vault for the holder of a token. */
  as (token: string): VaultHttp {
    return new VaultHttp(this.#address, '', token, this.#agent)
  }

  /** @param path below /v1/ @throws RekeyError `stack/failed` when no answer came */
  async send (method: string, path: string, body?: unknown): Promise<Reply> {
    const text = body === undefined ? undefined : JSON.stringify(body)
    return await new Promise((resolve, reject) => {
      const call = request(`${this.#address}/v1/${path}`, {
        method,
        agent: this.#agent,
        timeout: 30_000,
        headers: {
          ...(this.#token === undefined ? {} : { 'X-Vault-Token': this.#token }),
          ...(text === undefined ? {} : { 'Content-Type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json', 'Content-Length': Buffer.byteLength(text) })
        }
      }, response => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', () => reject(stackFailure(`Vault broke off its answer to ${method} ${path}`)))
        response.on('end', () => {
          const answer = Buffer.concat(chunks).toString('utf8')
          let body = {}
          try {
            body = answer === '' ? {} : JSON.parse(answer) as Record<string, unknown>
          } catch { /* a page for people, from something in between */ }
          resolve({ status: response.statusCode ?? 0, body })
        })
      })
      call.on('timeout', () => call.destroy(new Error('no answer within 30 s')))
      // The error's text alone: the error itself carries the request with its token.
      call.on('error', error => reject(stackFailure(`no answer from Vault at ${this.#address}: ${error.message}`)))
      call.end(text)
    })
  }

  /** @throws RekeyError `stack/failed` for every status but 2xx */
  async must (method: string, path: string, body?: unknown): Promise<Readonly<Record<string, unknown>>> {
    const reply = await this.send(method, path, body)
    if (reply.status < 200 || reply.status > 299) {
      throw stackFailure(`Vault answered ${method} ${path} with ${reply.status}: ${JSON.stringify(reply.body['errors'] ?? [])}`)
    }
    return reply.body
  }

  close (): void {
    this.#agent.destroy()
  }

  /** Logs in by AppRole. @returns the token */
  async loginRole (roleId: string, secretId: string): Promise<string> {
    return tokenOf(await this.must('POST', 'auth/approle/login', { role_id: roleId, secret_id: secretId }))
  }

  /** Logs a person in. @returns the token */
  async loginPerson (username: string, password: string): Promise<string> {
    return tokenOf(await this.must('POST', `auth/userpass/login/${username}`, { password }))
  }
}

function tokenOf (body: Readonly<Record<string, unknown>>): string {
  return (body['auth'] as { client_token: string }).client_token
}
