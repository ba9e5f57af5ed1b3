import nodeVault from 'node-vault'
import { isRekeyError, RekeyError } from '@rekey/domain'
import type { Secret } from '@rekey/domain'
import { toGrant, TokenKeeper } from './token.ts'
import type { Grant, VaultLogin } from './token.ts'
import { checkAddress, createTransport, type ShownCertificate } from './transport.ts'

export interface VaultOptions {
  /** `https://host:port`. No environment variable stands in for it. */
  readonly address: string
  readonly caFile?: string | undefined
  readonly certificate?: ShownCertificate | undefined
  readonly login: VaultLogin
  /** For one request as a whole. */
  readonly timeoutMs?: number
}

/** A path in Vault, segment by segment, without `v1`: each is encoded, so none can lead elsewhere. */
export type VaultPath = readonly string[]

/**
 * One identity at one Vault. Every call throws
 * `vault/sealed`, `vault/forbidden`, `vault/conflict` (then nothing was done) or
 * `vault/unavailable` (then, for a write, nobody knows). No message holds any text from Vault or from a library.
 */
export interface VaultClient {
  /** The answer's `data`, or undefined when there is nothing at that path. */
  read (path: VaultPath): Promise<unknown>
  write (path: VaultPath, body: object): Promise<unknown>
  /** The names below a path; those of folders end in `/`. */
  list (path: VaultPath): Promise<string[]>
  delete (path: VaultPath): Promise<void>
  /** Logs in if that has not happened yet. */
  login (): Promise<void>
  /** Logs in, and hands the token out: whoever has it revokes it. The client is closed then. */
  handOut (): Promise<Grant>
  /** Revokes the token and ends all connections. Never throws. */
  close (): Promise<void>
}

type Method = 'read' | 'write' | 'list' | 'delete'

function encode (path: VaultPath): string {
  return path.map(segment => {
    if (segment === '' || segment === '.' || segment === '..') throw new RekeyError('name/invalid', 'a Vault path has an empty or dotted segment')
    return encodeURIComponent(segment)
  }).join('/')
}

/** Turns what node-vault throws, which carries the token and the document, into our own error, which carries neither. */
function translate (error: unknown, method: Method, path: VaultPath): RekeyError | 'absent' {
  if (error instanceof RekeyError) return error
  const { statusCode, body } = (error as { response?: { statusCode: number, body?: unknown } }).response ?? { statusCode: 0, body: undefined }
  const errors = (body as { errors?: unknown } | undefined)?.errors
  const said = Array.isArray(errors) ? errors.join('\n') : ''
  const where = `${method} of ${path.join('/')}`

  if (statusCode === 404) {
    if (said === '') return 'absent'
    return new RekeyError('config/invalid', `${where}: Vault has nothing mounted there`)
  }
  if (statusCode === 403) return new RekeyError('vault/forbidden', `${where}: the policy of this identity does not allow it`)
  if (statusCode === 400 && said.includes('check-and-set')) {
    return said.includes('did not match')
      ? new RekeyError('vault/conflict', `${where}: somebody else wrote the document first`)
      : new RekeyError('vault/forbidden', `${where}: the mount demands check-and-set`)
  }
  // OpenBao's words; see max_request_json_strings in docs/deployment.md.
  if (statusCode === 400 && said.includes('high complexity')) {
    return new RekeyError('vault/too-large', `${where}: Vault takes no document of so many entries: name fewer, or let its listener take more (max_request_json_strings)`)
  }
  if (statusCode === 503 && said.includes('sealed')) return new RekeyError('vault/sealed', 'Vault is sealed: unseal it, and work goes on by itself')
  if (statusCode >= 400 && statusCode < 500 && ![408, 412, 429, 472, 473].includes(statusCode)) {
    return new RekeyError('vault/forbidden', `${where}: Vault refuses the request (status ${statusCode})`)
  }
  return new RekeyError('vault/unavailable', `${where}: Vault failed to answer (status ${statusCode})`)
}

/** @throws RekeyError `config/invalid` */
export function createVaultClient ({ address, caFile, certificate, login, timeoutMs = 5000 }: VaultOptions): VaultClient {
  if (process.env.VAULT_SKIP_VERIFY !== undefined) {
    throw new RekeyError('config/invalid', 'VAULT_SKIP_VERIFY is set, and node-vault takes any value of it for "do not verify": unset it')
  }
  const endpoint = checkAddress(address).origin
  const transport = createTransport({ address, caFile, certificate, timeoutMs })
  const vault = nodeVault({
    endpoint,
    debug: () => undefined, // it prints secrets
    'request-promise': { defaults: () => transport }
  })
  // What node-vault has taken from VAULT_TOKEN, VAULT_PREFIX and VAULT_NAMESPACE.
  Object.assign(vault, { token: undefined, pathPrefix: '', namespace: undefined })

  async function call (method: Method, path: VaultPath, token: Secret | undefined, body?: object): Promise<unknown> {
    const encoded = encode(path)
    const options = { headers: token === undefined ? {} : { 'X-Vault-Token': token.open() } }
    if (method === 'write') return vault.write(encoded, body, options)
    return vault[method](encoded, options)
  }

  async function callOwn (path: VaultPath, token: Secret | undefined, body: object): Promise<unknown> {
    try {
      return await call('write', path, token, body)
    } catch (error) {
      const reason = translate(error, 'write', path)
      throw reason === 'absent' ? new RekeyError('config/invalid', `Vault has nothing at ${path.join('/')}`) : reason
    }
  }

  const keeper = new TokenKeeper(login, {
    login: async (mount, path, credentials) => {
      try {
        return toGrant(await callOwn(['auth', mount, ...path], undefined, credentials))
      } catch (error) {
        if (isRekeyError(error, 'vault/forbidden')) throw new RekeyError('vault/forbidden', `Vault refuses the ${mount} login`)
        throw error
      }
    },
    renew: async token => toGrant(await callOwn(['auth', 'token', 'renew-self'], token, {})),
    revoke: async token => { await callOwn(['auth', 'token', 'revoke-self'], token, {}) }
  })

  /** OpenBao says of a token that has ended what it says of one that may not: only a look at the token itself tells. */
  async function isAlive (token: Secret): Promise<boolean> {
    const path = ['auth', 'token', 'lookup-self']
    try {
      await call('read', path, token)
      return true
    } catch (error) {
      const reason = translate(error, 'read', path)
      if (reason !== 'absent' && reason.code !== 'vault/forbidden') throw reason
      return false
    }
  }

  /** Asks with the present token. When that has ended, nothing was done, so it is asked once more with a fresh one. */
  async function ask (method: Method, path: VaultPath, body?: object): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      const token = await keeper.token()
      try {
        const answer = await call(method, path, token, body)
        return (answer as { data?: unknown } | undefined)?.data
      } catch (error) {
        const reason = translate(error, method, path)
        if (reason === 'absent') return undefined
        if (reason.code !== 'vault/forbidden' || attempt === 2 || login.method === 'token' || await isAlive(token)) throw reason
        keeper.discard(token)
      }
    }
  }

  return {
    read: path => ask('read', path),
    write: (path, body) => ask('write', path, body),
    list: async path => {
      const keys = (await ask('list', path) as { keys?: unknown } | undefined)?.keys
      return Array.isArray(keys) ? keys.filter(key => typeof key === 'string') : []
    },
    delete: async path => { await ask('delete', path) },
    login: async () => { await keeper.token() },
    handOut: async () => {
      try {
        return await keeper.handOut()
      } finally {
        transport.close()
      }
    },
    close: async () => {
      await keeper.close()
      transport.close()
    }
  }
}
