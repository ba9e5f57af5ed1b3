import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from '@jest/globals'
import { startStack, stateRoot, stopStack } from '@rekey/local'
import type { Stack } from '@rekey/local'
import { until } from '../faults/harness/system.ts'

const zones = [{ name: 'production', allowedNetworks: ['127.1.0.0/16'] }]
const folder = (name: string) => join(stateRoot, `test-life-${process.pid}-${name}`)
const used = ['a', 'b', 'c', 'd', 'e', 'f'].map(folder)

afterEach(async () => {
  for (const dir of used) {
    await stopStack(dir)
    await rm(dir, { recursive: true, force: true })
  }
})

/** The processes whose /mnt is the state folder, whoever started them. */
function processesOf (dir: string): number[] {
  return readdirSync('/proc').filter(name => /^\d+$/.test(name)).filter(pid => {
    try {
      return readFileSync(`/proc/${pid}/mountinfo`, 'utf8').split('\n').some(line => line.split(' ')[4] === '/mnt' && line.includes(dir.slice(dir.indexOf('.rekey'))))
    } catch {
      return false
    }
  }).map(Number)
}

function identity (pid: number) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const field = (name: string) => new RegExp(`^${name}:[ \\t]*(.*?)[ \\t]*$`, 'm').exec(status)?.[1]?.split(/\s+/).join(' ')
  return {
    uids: field('Uid'),
    groups: field('Groups'),
    mayGainPrivileges: field('NoNewPrivs') === '0',
    capabilities: field('CapEff'),
    environment: readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(one => one !== '').map(one => one.split('=')[0])
  }
}

const health = async (stack: Stack) => (await stack.vaultHttp.send('GET', 'sys/health')).status

async function worker (stack: Stack) {
  const { roleIdFile, secretIdFile } = stack.credentials('worker-production')
  return stack.vaultHttp.as(await stack.vaultHttp.loginRole(await readFile(roleIdFile, 'utf8'), await readFile(secretIdFile, 'utf8')))
}

test('each process runs as a user of its own, without rights, inherits nothing, and can be killed, restarted and doubled', async () => {
  const stack = await startStack({ dir: folder('a'), zones })
  const services = ['api', 'worker-production'].map(name => stack.service(name)?.pid ?? 0)
  const pids = processesOf(stack.dir)
  expect(pids).toHaveLength(4)
  expect(pids).toEqual(expect.arrayContaining([stack.vault.pid, ...services]))
  const seen = pids.map(identity)
  expect(seen.map(({ uids }) => uids).sort()).toEqual([61_000, 61_001, 61_002, 61_003].map(uid => `${uid} ${uid} ${uid} ${uid}`))
  for (const one of seen) {
    expect(one).toMatchObject({ groups: '', mayGainPrivileges: false, capabilities: '0000000000000000' })
    // PWD is the shell's; Redis writes its title over all of it.
    expect(one.environment.filter(name => !/^(REKEY_\w+|HOME|LANG|PATH|PWD|NODE_ENV|GOGC)$/.test(name ?? ''))).toEqual([])
  }
  expect(seen.flatMap(({ environment }) => environment)).toEqual(expect.arrayContaining(['PATH', 'REKEY_VAULT_ADDR', 'REKEY_ZONE']))

  // A service is killed, started again and doubled, each instance with its own log and journal.
  const first = stack.service('worker-production')
  first?.kill('SIGKILL')
  await first?.exited
  expect(stack.service('worker-production')).toBeUndefined()
  const again = await stack.startService('worker-production')
  const twin = await stack.startService('worker-production', { REKEY_VISITS: '1' }, 'twin')
  expect(new Set([first?.pid, again.pid, twin.pid]).size).toBe(3)
  expect([twin.logFile, twin.auditDir]).toEqual([join(stack.dir, 'logs', 'twin.log'), join(stack.dir, 'audit', 'twin')])
  await expect(stack.startService('worker-production')).rejects.toMatchObject({ code: 'stack/failed' })
  await expect(stack.startService('worker-elsewhere')).rejects.toMatchObject({ code: 'stack/failed' })
})

test('two stacks side by side are strangers, and stopping one leaves nothing of it and all of the other', async () => {
  const [a, b] = await Promise.all([startStack({ dir: folder('a'), zones, services: false }), startStack({ dir: folder('b'), zones, services: false })])
  expect(new Set([a.vault.address, b.vault.address, a.redis.port, b.redis.port]).size).toBe(4)
  const { roleIdFile, secretIdFile } = a.credentials('api')
  await expect(b.vaultHttp.loginRole(await readFile(roleIdFile, 'utf8'), await readFile(secretIdFile, 'utf8'))).rejects.toMatchObject({ code: 'stack/failed' })
  await a.stop()
  expect(processesOf(a.dir)).toEqual([])
  expect(processesOf(b.dir)).toHaveLength(2)
  expect(await health(b)).toBe(200)
})

test('a stack goes on with its data, ports and logins: after a stop, the end of one process, a seal and a crash', async () => {
  const dir = folder('a')
  const first = await startStack({ dir, zones, services: false })
  await (await worker(first)).must('POST', 'rekey-production/data/states/web-1/root/ssh-key', { options: { cas: 0 }, data: { kept: true } })
  await first.stop()

  const second = await startStack({ dir, zones, services: false })
  expect([second.vault.address, second.redis.port]).toEqual([first.vault.address, first.redis.port])
  const kept = (await (await worker(second)).must('GET', 'rekey-production/data/states/web-1/root/ssh-key'))['data']
  expect(kept).toMatchObject({ data: { kept: true } })

  const { pid } = second.vault
  const [redis] = processesOf(dir).filter(one => one !== pid)
  process.kill(redis ?? 0, 'SIGKILL')
  while (processesOf(dir).length > 1) await sleep(20)
  const third = await startStack({ dir, zones, services: false })
  expect(third.vault.pid).toBe(pid)
  expect(processesOf(dir)).toHaveLength(2)

  await third.sealVault()
  expect(await health(third)).toBe(503)
  await third.unsealVault()
  expect(await health(third)).toBe(200)
  const before = third.vault.pid
  await third.restartVault('SIGKILL')
  expect(await health(third)).toBe(200)
  expect(third.vault.pid).not.toBe(before)
})

test('a service that can\'t start is told by the last lines of its log, and nothing stays of the stack', async () => {
  const dir = folder('c')
  const failure: unknown = await startStack({ dir, zones, settings: { REKEY_AUDIT_DIR: '' } }).catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'stack/failed' })
  expect(String(failure)).toMatch(/ended at once\. The last lines of .*\.log:\n.*REKEY_AUDIT_DIR/)
  expect(processesOf(dir)).toEqual([])
})

test('a port that is taken is named with who has it, and nothing stays of the stack', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const dir = folder('c')
  const failure: unknown = await startStack({ dir, zones, services: false, ports: { redis: port } }).catch((error: unknown) => error)
  server.close()
  expect(String(failure)).toContain(`port ${port}, meant for Redis, is taken by`)
  expect(String(failure)).toContain(`pid ${process.pid}`)
  expect(processesOf(dir)).toEqual([])
})

test('a set-up that was cut short is begun anew, and a folder of somebody else\'s is left alone', async () => {
  const dir = folder('d')
  const first = await startStack({ dir, zones, services: false })
  await first.stop()
  const record = JSON.parse(await readFile(join(dir, 'stack.json'), 'utf8')) as object
  await writeFile(join(dir, 'stack.json'), JSON.stringify({ ...record, complete: false }))
  const second = await startStack({ dir, zones, services: false })
  expect(await health(second)).toBe(200)
  await second.stop()
  await expect(startStack({ dir, zones: [{ name: 'other', allowedNetworks: [] }], services: false })).rejects.toMatchObject({ code: 'stack/failed' })

  const foreign = folder('e')
  await mkdir(join(foreign, 'vault'), { recursive: true })
  await writeFile(join(foreign, 'vault', 'mine'), 'mine')
  await expect(startStack({ dir: foreign, zones, services: false })).rejects.toMatchObject({ code: 'stack/failed' })
  expect(await readFile(join(foreign, 'vault', 'mine'), 'utf8')).toBe('mine')
})

test('what a test starts ends with it, however the test ends; what `up` starts stays', async () => {
  const script = `import { startStack } from '@rekey/local'
    const stack = await startStack({ dir: process.argv[1], zones: ${JSON.stringify(zones)}, services: false, detached: process.argv[2] === 'detached' })
    process.stdout.write('up')
    setInterval(() => {}, 1000)`
  for (const [dir, how, left] of [[folder('b'), 'attached', 0], [folder('c'), 'detached', 2]] as const) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, dir, how], { cwd: join(stateRoot, '..', 'deploy', 'local'), stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env['PATH'] } })
    await once(child.stdout, 'data')
    expect(processesOf(dir)).toHaveLength(2)
    child.kill('SIGKILL')
    await once(child, 'exit')
    if (left === 0) await until('their end', () => Promise.resolve(processesOf(dir).length === 0 || undefined))
    else await sleep(500)
    expect(processesOf(dir)).toHaveLength(left)
  }
})

test('a stack of another version gets the policies of this one, and nobody keeps a root token', async () => {
  const dir = folder('f')
  const said: string[] = []
  const first = await startStack({ dir, zones, services: false })
  await first.stop()
  const file = join(dir, 'stack.json')
  const record = JSON.parse(await readFile(file, 'utf8')) as { policies: string }
  await writeFile(file, JSON.stringify({ ...record, policies: 'of another version' }))
  const log = join(dir, 'vault', 'audit', 'first.log')
  const before = (await readFile(log, 'utf8')).length

  const second = await startStack({ dir, zones, services: false, say: line => { said.push(line) } })
  expect(said).toContain('Vault   has the policies of this version')
  const entries = (await readFile(log, 'utf8')).slice(before).trim().split('\n')
    .map(line => JSON.parse(line) as { type: string, request: { operation: string, path: string }, error?: string })
    .filter(({ type, error }) => type === 'response' && error === undefined).map(({ request }) => `${request.operation} ${request.path}`)
  expect(entries).toEqual(expect.arrayContaining(['update sys/policies/acl/rekey-worker-production', 'update sys/policies/acl/rekey-person-production', 'update auth/approle/role/rekey-api', 'update transit/keys/rekey-audit-production']))
  expect(entries.filter(entry => /revoke-self|generate-root\/update/.test(entry)).at(-1)).toBe('update auth/token/revoke-self')
  expect((await second.vaultHttp.send('PUT', 'sys/generate-root/attempt', {})).status).toBe(405)
  expect((await (await worker(second)).send('LIST', 'rekey-production/metadata/approvals')).status).toBe(404)
  await second.stop()

  const third = await startStack({ dir, zones, services: false, say: line => { said.push(line) } })
  expect(said.filter(line => line.includes('policies'))).toHaveLength(1)
  await third.stop()
})
