import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Stack } from '@rekey/local'
import { Redis } from 'ioredis'

/** All that it takes to be that service at Redis, as options of ioredis. */
export async function redisLogin (stack: Stack, service: string) {
  const { redisUser, redisPasswordFile, certificateFile, certificateKeyFile } = stack.credentials(service)
  const [password = '', ca = '', cert = '', key = ''] = await Promise.all([redisPasswordFile, stack.caFile, certificateFile, certificateKeyFile].map(async (file) => await readFile(file, 'utf8')))
  return { ...stack.redis, username: redisUser, password, tls: { ca, cert, key }, maxRetriesPerRequest: null, disableClientInfo: true }
}

/** Redis with all rights. Quit it. */
export async function adminOf (stack: Stack): Promise<Redis> {
  const client = new Redis(await redisLogin(stack, stack.redisAdmin.user))
  client.on('error', () => {})
  return client
}

/** Every key whose name matches, as KEYS takes it. */
export async function forget (redis: Redis, pattern: string): Promise<void> {
  const keys = await redis.keys(pattern)
  if (keys.length > 0) await redis.del(keys)
}

/** The process behind a part of the stack that is no service, such as `redis`. */
export async function pidOf (stack: Stack, name: string): Promise<number> {
  const { processes } = JSON.parse(await readFile(join(stack.dir, 'stack.json'), 'utf8')) as { processes: Array<{ name: string, pid: number }> }
  const pid = processes.find((one) => one.name === name)?.pid
  if (pid === undefined) throw new Error(`${name} does not run`)
  return pid
}
