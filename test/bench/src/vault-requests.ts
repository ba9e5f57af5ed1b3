export interface RequestCounts {
  readonly writes: number
  readonly reads: number
  /** By operation and kind of document, such as `read credentials`. */
  readonly byKind: Readonly<Record<string, number>>
}

interface AuditLine {
  readonly type?: string
  readonly auth?: { readonly policies?: readonly string[] }
  readonly request?: { readonly operation?: string, readonly path?: string }
}

const writing = new Set(['create', 'update', 'patch', 'delete'])

/**
 * Counts what the holder of a policy asked Vault for, from the lines of a file audit device. Each request has a line of its
 * own before it is carried out (`"type":"request"`). The token's own upkeep (`auth/…`) is none of a rotation's requests.
 */
export function countRequests (log: string, policy: string): RequestCounts {
  let writes = 0
  let reads = 0
  const byKind: Record<string, number> = {}
  for (const text of log.split('\n')) {
    if (text === '') continue
    const { type, auth, request } = JSON.parse(text) as AuditLine
    const { operation = '', path = '' } = request ?? {}
    if (type !== 'request' || auth?.policies?.includes(policy) !== true || path.startsWith('auth/')) continue
    if (writing.has(operation)) writes += 1
    else reads += 1
    const kind = `${operation} ${kindOf(path)}`
    byKind[kind] = (byKind[kind] ?? 0) + 1
  }
  return { writes, reads, byKind }
}

/** In a KV mount the name of the folder, elsewhere the engine and what it is asked for. */
function kindOf (path: string): string {
  const [mount, what, folder] = path.split('/')
  return folder !== undefined && (what === 'data' || what === 'metadata') ? folder : `${mount ?? ''}/${what ?? ''}`
}
