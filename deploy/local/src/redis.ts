import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:tls'
import { exists, ownFolder, readOwned, writeOwned } from './files.ts'
import { inside, layout } from './layout.ts'
import type { StackRecord } from './record.ts'

/**
 * What BullMQ 6.7 calls, and ioredis to connect. Inside BullMQ's scripts each call is checked against the same rules.
 * Whole categories of commands on one key are safe here, as the key pattern confines them; commands on
 * the whole database (KEYS, SCAN, FLUSHALL, DBSIZE …) are in none of them.
 */
const queueCommands = [
  '@hash', '@list', '@set', '@sortedset', '@stream', '@string',
  'del', 'unlink', 'exists', 'type', 'rename', 'expire', 'pexpire', 'pexpireat', 'ttl', 'pttl',
  'eval', 'evalsha', 'script|load', 'multi', 'exec', 'discard', 'time',
  'info', 'ping', 'auth', 'hello', 'select', 'quit', 'client|setname', 'client|id'
].map(name => `+${name}`).join(' ')

export const adminUser = 'admin'

export interface RedisUser {
  readonly name: string
  /** Who may read the password's file. */
  readonly uid: number
  /** The keys it may touch; absent: everything, for tests. */
  readonly keys?: readonly string[]
}

/** One line of Redis's ACL file, which keeps the SHA-256 of a password: https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/ */
export function aclLine (user: RedisUser, password: string): string {
  const hash = createHash('sha256').update(password).digest('hex')
  if (user.keys === undefined) return `user ${user.name} on #${hash} ~* &* +@all`
  return `user ${user.name} on #${hash} resetchannels ${user.keys.map(key => `~${key}`).join(' ')} -@all ${queueCommands}`
}

async function passwordOf (dir: string, user: RedisUser): Promise<string> {
  const file = layout(dir).redisPassword(user.name)
  if (await exists(file)) return await readOwned(file)
  const password = randomBytes(32).toString('base64url')
  await writeOwned(file, password, user.uid, 0o400)
  return password
}

/** The ACL file, with a password for each user that has none yet. */
export async function writeRedisUsers (dir: string, uid: number, users: readonly RedisUser[]): Promise<void> {
  const lines = ['user default off resetpass resetkeys resetchannels -@all']
  for (const user of users) lines.push(aclLine(user, await passwordOf(dir, user)))
  await writeOwned(layout(dir).redisUsers, lines.join('\n') + '\n', uid, 0o600)
}

export async function writeRedisConfig (dir: string, uid: number, port: number, users: readonly RedisUser[]): Promise<void> {
  const paths = layout(dir)
  // Root's, so that Redis has no choice of the names that root writes here.
  await ownFolder(paths.redis, 0, 0o750, uid)
  await ownFolder(paths.redisData, uid, 0o700)
  await writeRedisUsers(dir, uid, users)
  await writeOwned(paths.redisConfig, `# Written by the set-up of the local stack.
bind 127.0.0.1
port 0
tls-port ${port}
tls-cert-file ${layout(inside).certificate('redis')}
tls-key-file ${layout(inside).certificateKey('redis')}
tls-ca-cert-file ${layout(inside).ca}
# Who has no certificate of a service is sent away before he may try a password.
tls-auth-clients yes
daemonize no
dir ${layout(inside).redisData}
aclfile ${layout(inside).redisUsers}
# BullMQ loses jobs when keys are evicted.
maxmemory-policy noeviction
# The append-only file is the one copy on disk; Vault holds the truth.
appendonly yes
appendfsync everysec
save ""
`, uid, 0o600)
}

/** Whether Redis has loaded its data: without a login it answers NOAUTH then, LOADING before. Asked with the certificate of who has all rights there. */
export async function redisAnswers ({ dir, redis: { host, port } }: Pick<StackRecord, 'dir' | 'redis'>): Promise<boolean> {
  const paths = layout(dir)
  const [ca, cert, key] = await Promise.all([paths.ca, paths.clientCertificate(adminUser), paths.clientKey(adminUser)].map(async file => await readFile(file, 'utf8')))
  return await new Promise(resolve => {
    const socket = connect({ host, port, ca, cert, key })
    const done = (answer: boolean) => { socket.destroy(); resolve(answer) }
    socket.setTimeout(1000, () => done(false))
    socket.on('error', () => done(false))
    socket.on('secureConnect', () => socket.write('PING\r\n'))
    socket.on('data', (data: Buffer) => done(data.toString().startsWith('-NOAUTH')))
  })
}
