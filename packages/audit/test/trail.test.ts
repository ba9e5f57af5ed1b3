import { appendFile, mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { createAuditTrail } from '@rekey/audit'
import { isIntact, verified } from './verified.ts'

const run = promisify(execFile)
let dir: string
const journal = (): string => join(dir, 'journal.jsonl')

beforeEach(async () => { dir = await mkdtemp(join(tmpdir(), 'rekey-audit-')) })
afterEach(async () => { await rm(dir, { recursive: true, force: true }) })

async function written (count: number): Promise<string[]> {
  const trail = await createAuditTrail({ dir, service: 'worker-test' })
  await Promise.all(Array.from({ length: count }, async (_, n) => trail.record({ act: 'push', target: `production/web-${n}/deploy/ssh-key`, epoch: n })))
  await trail.close()
  return (await readFile(journal(), 'utf8')).trimEnd().split('\n')
}

test('entries are numbered, chained, and say who did what to which epoch', async () => {
  const lines = await written(50)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ n: 1, act: 'journal.begin', detail: 'the first one' })
  expect(JSON.parse(lines[8] ?? '')).toMatchObject({ n: 9, service: 'worker-test', act: 'push', target: 'production/web-7/deploy/ssh-key', epoch: 7 })
  expect(await isIntact(journal(), 51)).toBe(true)
})

test('a journal goes on where it ended', async () => {
  await written(3)
  await written(2)
  expect(await isIntact(journal(), 6)).toBe(true)
})

test('a tail that a crash has torn is cut off, on the record', async () => {
  await written(3)
  await appendFile(journal(), '{"n":5,"act":"pu')
  expect((await verified(journal())).problems).toMatchObject([{ entry: 5, problem: 'is torn: 16 bytes without a line end' }])
  const lines = await written(1)
  expect(lines[4]).toContain('"act":"repair"')
  expect(await isIntact(journal(), 6)).toBe(true)
})

test('a second process with the same journal is refused, a dead one\'s lock is taken over', async () => {
  const trail = await createAuditTrail({ dir, service: 'worker-test' })
  await expect(createAuditTrail({ dir, service: 'worker-test' })).rejects.toMatchObject({ code: 'audit/unwritable' })
  await trail.close()
  await writeFile(join(dir, 'lock'), `${process.pid} 1`)
  await (await createAuditTrail({ dir, service: 'worker-test' })).close()
})

test('a full disk refuses every entry, leaves no half line, and goes on once there is room', async () => {
  await run('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', dir])
  try {
    const trail = await createAuditTrail({ dir, service: 'worker-test' })
    await trail.record({ act: 'push', target: 'a' })
    await run('sh', ['-c', `dd if=/dev/zero of=${dir}/filler bs=1k 2>/dev/null || true`])
    const detail = 'x'.repeat(8000)
    const outcomes = await Promise.allSettled([1, 2, 3].map(async () => trail.record({ act: 'push', target: 'b', detail })))
    expect(outcomes.every((outcome) => outcome.status === 'rejected' && (outcome.reason as { code: string }).code === 'audit/unwritable')).toBe(true)
    await rm(join(dir, 'filler'))
    await trail.record({ act: 'push', target: 'c' })
    await trail.close()
    expect(await isIntact(journal(), 3)).toBe(true)
  } finally {
    await run('umount', [dir])
  }
})

test('a journal that can\'t be read is refused, not begun anew', async () => {
  // Of a process's memory nothing is at address 0: reading there is EIO, as from a broken disk.
  await symlink('/proc/self/mem', journal())
  await expect(createAuditTrail({ dir, service: 'worker-test' })).rejects.toMatchObject({ code: 'audit/unwritable', message: expect.stringContaining('EIO') as string })
  await rm(journal())
  await written(1)
})

test('a journal longer than any string goes on where it ended, and a full disk takes nothing of it', async () => {
  await run('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', dir])
  try {
    const lines = await written(3)
    await truncate(journal(), 537 * 1024 * 1024) // sparse
    const trail = await createAuditTrail({ dir, service: 'worker-test' })
    await run('sh', ['-c', `dd if=/dev/zero of=${dir}/filler bs=1k 2>/dev/null || true`])
    await expect(trail.record({ act: 'push', target: 'b', detail: 'x'.repeat(9000) })).rejects.toMatchObject({ code: 'audit/unwritable' })
    await rm(join(dir, 'filler'))
    await trail.record({ act: 'push', target: 'c' })
    await trail.close()
    expect((await readFile(journal(), 'utf8')).split('\n').slice(0, 4)).toEqual(lines)
    expect(await isIntact(journal(), 6)).toBe(true)
  } finally {
    await run('umount', [dir])
  }
})

test('the journal belongs to its process alone', async () => {
  await written(1)
  const { stdout } = await run('stat', ['-c', '%a', journal()])
  expect(stdout.trim()).toBe('600')
})
