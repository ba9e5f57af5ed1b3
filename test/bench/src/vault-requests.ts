export interface RequestCounts {
  readonly writes: number
  readonly reads: number
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
  for (const text of log.split('\n')) {
    if (text === '') continue
    const { type, auth, request } = JSON.parse(text) as AuditLine
    if (type !== 'request' || auth?.policies?.includes(policy) !== true || request?.path?.startsWith('auth/') === true) continue
    if (writing.has(request?.operation ?? '')) writes += 1
    else reads += 1
  }
  return { writes, reads }
}
