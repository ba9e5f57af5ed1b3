interface Answer {
  readonly status: number
  readonly body: unknown
}

const at = '2026-03-01T12:00:00.000Z'

/** The API's tokens in memory. That they are like the real ones is shown by test/integration/callers.test.ts. */
export class MemoryTokens {
  readonly tokens: Array<Record<string, unknown>> = []
  readonly bodies: Array<Record<string, unknown>> = []

  answer (method: string, path: string, body: Record<string, unknown> = {}): Answer {
    const { pathname, searchParams } = new URL(path, 'https://api')
    const [, id] = /^\/v1\/tokens\/([0-9a-f]+)/.exec(pathname) ?? []
    const token = this.tokens.find(known => known['id'] === id)
    if (method === 'GET') return this.#page(Number(searchParams.get('cursor') ?? 0))
    if (method === 'POST') this.bodies.push(body)
    if (id === undefined) return { status: 201, body: this.#create(body) }
    if (token === undefined) return { status: 404, body: { code: 'token/unknown', detail: `there is no token ${id}` } }
    if (method === 'DELETE') return { status: 200, body: Object.assign(token, { status: 'revoked', revokedAt: at, revokedBy: 'admin' }) }
    Object.assign(token, { rotatedAt: at, previousUntil: body['overlapSeconds'] === 0 ? null : '2026-03-01T13:00:00.000Z' })
    return { status: 200, body: { ...token, token: `rekey_${id}_rotated` } }
  }

  #page (from: number): Answer {
    return { status: 200, body: { items: this.tokens.slice(from, from + 1), next: from + 1 < this.tokens.length ? String(from + 1) : null } }
  }

  #create ({ name, role, zones, expiresAt = '2026-05-30T12:00:00.000Z' }: Record<string, unknown>): object {
    const token = { id: String(this.tokens.length + 1).padStart(16, '0'), name, role, zones, status: 'active', createdAt: at, createdBy: 'admin', expiresAt, rotatedAt: null, previousUntil: null, revokedAt: null, revokedBy: null }
    this.tokens.push(token)
    return { ...token, token: `rekey_${token.id}_secret` }
  }
}
