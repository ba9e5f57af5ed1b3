import { randomBytes, randomInt } from 'node:crypto'
import type { CredentialName } from '@rekey/domain'
import { RekeyError } from '@rekey/domain'
import type { Change, Session } from '@rekey/rotation'
import { highestEpoch } from '@rekey/rotation'
import { runScript } from './command.ts'
import type { Connection } from './connection.ts'
import { reasonFor } from './reasons.ts'
import type { Nonce } from './scripts/render.ts'
import { renderAddKey, renderNonce, renderRemoveKeys } from './scripts/render.ts'

/** A login, and the key that opened it. */
export class SshSession implements Session {
  readonly #connection: Connection
  readonly #loginKey: string
  readonly #timeoutMs: number
  /** Scripts of one session run one after the other. */
  #last: Promise<unknown> = Promise.resolve()

  constructor (connection: Connection, { loginKey, timeoutMs }: { loginKey: string, timeoutMs: number }) {
    this.#connection = connection
    this.#loginKey = loginKey
    this.#timeoutMs = timeoutMs
  }

  async answersNonce (): Promise<boolean> {
    const nonce = newNonce()
    const { script, answer } = renderNonce(nonce, [randomInt(1e9), randomInt(1e9)])
    const { result } = await this.#run(script, nonce)
    return result === answer
  }

  async addKey (change: { credential: CredentialName, epoch: number, key: string, heir: string }): Promise<Change> {
    const nonce = newNonce()
    return this.#change(renderAddKey(nonce, change), nonce)
  }

  async removeKeys (change: { credential: CredentialName, epoch: number, keys: readonly string[] }): Promise<Change> {
    if (change.keys.includes(this.#loginKey)) {
      return { outcome: 'refused', reason: 'the key to remove is the one that this session is logged in with, so its successor is not proven' }
    }
    const nonce = newNonce()
    return this.#change(renderRemoveKeys(nonce, change), nonce)
  }

  async close (): Promise<void> {
    await this.#connection.close()
  }

  async #change (script: string, nonce: Nonce): Promise<Change> {
    const end = await this.#run(script, nonce)
    if (end.result === undefined) throw new RekeyError('ssh/misbehaved', `${end.reason}; whether anything was changed is unknown`)
    const change = parseChange(end.result)
    if (change === undefined) throw new RekeyError('ssh/misbehaved', 'the script on the host did not come to an end that it knows; whether anything was changed is unknown')
    return change
  }

  async #run (script: string, nonce: Nonce): ReturnType<typeof runScript> {
    const mine = this.#last.catch(() => {}).then(() => runScript(this.#connection, script, `rekey:${nonce.a}${nonce.b}:`, this.#timeoutMs))
    this.#last = mine
    return mine
  }
}

function newNonce (): Nonce {
  return { a: randomBytes(8).toString('hex'), b: randomBytes(8).toString('hex') }
}

/** What the marked line says. The host wrote it: nothing of it is passed on that we did not expect. */
function parseChange (result: string): Change | undefined {
  if (result === 'applied') return { outcome: 'applied' }
  if (result === 'fence-unreadable') return { outcome: 'fence-unreadable' }
  const fenced = /^fenced:(\d{1,15})$/.exec(result)
  if (fenced !== null && Number(fenced[1]) <= highestEpoch) return { outcome: 'fenced', seen: Number(fenced[1]) }
  const reason = reasonFor(result)
  return reason === undefined ? undefined : { outcome: 'refused', reason }
}
