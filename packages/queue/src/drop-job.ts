import type { RedisClient } from 'bullmq'

/** What BullMQ knows of a queue's keys: `toKey('wait')` is `rekey:visits-production:wait`. */
export type ToKey = (name: string) => string

/** Beside a job's own key; its lock comes first. */
const besideJob = ['lock', 'dependencies', 'processed', 'failed', 'unsuccessful', 'logs']
const lists = ['wait', 'paused', 'active']
const sortedSets = ['delayed', 'prioritized', 'completed', 'failed', 'waiting-children']

/** Whoever can write to Redis can make any of these another type, which must not stop the rest: hence `pcall`. */
const script = `
  if ARGV[2] == 'unheld' and redis.call('PTTL', KEYS[2]) >= 0 then return 0 end
  local found = 0
  for n = 1, ${1 + besideJob.length} do found = found + redis.call('DEL', KEYS[n]) end
  for n = ${2 + besideJob.length}, #KEYS do
    if redis.pcall('TYPE', KEYS[n]).ok == 'list' then redis.pcall('LREM', KEYS[n], 0, ARGV[1]) else redis.pcall('ZREM', KEYS[n], ARGV[1]) end
  end
  return found`

/**
 * Takes a job out of the queue, whatever state it is in and whatever somebody has made of it: BullMQ's own `remove` reads it first.
 * @param which `unheld` leaves a job that a worker holds; a lock that never ends is no worker's
 * @returns whether there was anything of it
 */
export async function dropJob (client: RedisClient, toKey: ToKey, id: string, which: 'any' | 'unheld'): Promise<boolean> {
  const keys = [toKey(id), ...besideJob.map(name => toKey(`${id}:${name}`)), ...[...lists, ...sortedSets].map(toKey)]
  client.defineCommand('rekeyDropJob', { numberOfKeys: keys.length, lua: script })
  return Number(await client.runCommand('rekeyDropJob', [...keys, id, which])) > 0
}
