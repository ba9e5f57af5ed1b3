import { countRequests, usedIn, visitedHosts } from '@rekey/bench'

function audited (operation: string, path: string, { type = 'request', policies = ['rekey-worker-bench'] }: { type?: string, policies?: string[] } = {}): string {
  return `${JSON.stringify({ time: '2026-01-01T00:00:00Z', type, auth: { accessor: 'hmac-sha256:1', policies }, request: { id: '1', operation, path } })}\n`
}

test('a worker\'s writes and reads are told apart by their operation', () => {
  const log = [
    audited('update', 'rekey-bench/data/credentials/bench-1/deploy/ssh-key'),
    audited('create', 'rekey-shared/data/unique/user-key/00ff'),
    audited('delete', 'rekey-bench/metadata/adoptions/bench-1/deploy/ssh-key'),
    audited('read', 'rekey-bench/data/credentials/bench-1/deploy/ssh-key'),
    audited('list', 'rekey-bench/metadata/orders')
  ].join('')
  expect(countRequests(log, 'rekey-worker-bench')).toEqual({
    writes: 3,
    reads: 2,
    byKind: { 'update credentials': 1, 'create unique': 1, 'delete adoptions': 1, 'read credentials': 1, 'list orders': 1 }
  })
})

test('what lies in no folder of a mount is told by its engine', () => {
  expect(countRequests(audited('update', 'transit/hmac/rekey-passwords/sha2-256') + audited('read', 'rekey-bench/config'), 'rekey-worker-bench').byKind)
    .toEqual({ 'update transit/hmac': 1, 'read rekey-bench/config': 1 })
})

test('answers, other identities, logins and the token\'s upkeep do not count', () => {
  const log = [
    audited('update', 'rekey-bench/data/states/bench-1/deploy/ssh-key', { type: 'response' }),
    audited('create', 'rekey-bench/data/orders/1', { policies: ['rekey-api', 'rekey-api-bench'] }),
    audited('update', 'rekey-bench/data/credentials/bench-1/deploy/ssh-key', { policies: ['rekey-worker-bench-2'] }),
    audited('update', 'auth/token/renew-self'),
    '{"time":"2026-01-01T00:00:00Z","type":"request","auth":{},"request":{"operation":"update","path":"auth/approle/login"}}\n',
    '{"time":"2026-01-01T00:00:00Z","type":"request","request":{"operation":"read","path":"sys/health"}}\n'
  ].join('')
  expect(countRequests(log, 'rekey-worker-bench')).toEqual({ writes: 0, reads: 0, byKind: {} })
  expect(countRequests('', 'rekey-worker-bench')).toEqual({ writes: 0, reads: 0, byKind: {} })
})

test('a host counts as visited once, and only when its visit came to an end', () => {
  const log = [
    '{"level":30,"service":"worker","event":"ready","credentials":2}',
    '{"level":30,"visit":"a","host":"bench-1","event":"visited","seconds":0.5,"credentials":1,"msg":"visited"}',
    '{"level":30,"visit":"b","host":"bench-1","event":"visited","seconds":0.1,"credentials":1,"msg":"visited"}',
    '{"level":50,"visit":"c","host":"bench-2","event":"visit-failed","code":"vault/sealed","msg":"not \\"visited\\""}',
    '{"level":40,"visit":"d","host":"bench-3","event":"setback","msg":"was \\"visited\\" before"}',
    ''
  ].join('\n')
  expect([...visitedHosts(log)]).toEqual(['bench-1'])
})

test('a process\'s CPU time is its own and that of its ended children, whatever its name is', () => {
  const fields = 'S 1 2 3 4 5 6 7 8 9 10 100 20 3000 400 20 0 1 0'
  expect(usedIn(`42 (sshd) ${fields}`)).toBe(3520)
  expect(usedIn(`42 (a) b (c) ${fields}`)).toBe(3520)
})
