import { appendFile, mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { createAuditTrail, verifyJournal } from '@rekey/audit'

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
  expect(JSON.parse(lines[7] ?? '')).toMatchObject({ n: 8, service: 'worker-test', act: 'push', target: 'production/web-7/deploy/ssh-key', epoch: 7 })
  expect(await verifyJournal(journal())).toMatchObject({ head: { n: 50 }, breaks: [], isTorn: false })
})

test('a journal goes on where it ended', async () => {
  await written(3)
  await written(2)
  expect(await verifyJournal(journal())).toMatchObject({ head: { n: 5 }, breaks: [] })
})

test.each<[string, (lines: string[]) => string[]]>([
  ['an edit', (lines) => lines.with(4, (lines[4] ?? '').replace('web-4', 'web-9'))],
  ['a removal', (lines) => lines.toSpliced(4, 1)],
  ['an insertion', (lines) => lines.toSpliced(4, 0, lines[4] ?? '')],
  ['a change of order', (lines) => lines.with(4, lines[5] ?? '').with(5, lines[4] ?? '')],
  ['a line that is no entry', (lines) => lines.with(4, 'null')]
])('%s is found', async (_, tamper) => {
  const lines = await written(10)
  await writeFile(journal(), tamper(lines).join('\n') + '\n')
  expect((await verifyJournal(journal())).breaks.length).toBeGreaterThan(0)
})

test('a tail that a crash has torn is cut off, on the record', async () => {
  await written(3)
  await appendFile(journal(), '{"n":4,"act":"pu')
  expect(await verifyJournal(journal())).toMatchObject({ isTorn: true, breaks: [] })
  const lines = await written(1)
  expect(lines[3]).toContain('"act":"repair"')
  expect(await verifyJournal(journal())).toMatchObject({ head: { n: 5 }, breaks: [], isTorn: false })
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
    expect(await verifyJournal(journal())).toMatchObject({ head: { n: 2 }, breaks: [], isTorn: false })
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
    expect((await readFile(journal(), 'utf8')).split('\n').slice(0, 3)).toEqual(lines)
    expect(await verifyJournal(journal())).toMatchObject({ head: { n: 5 }, breaks: [], isTorn: false })
  } finally {
    await run('umount', [dir])
  }
})

test('the journal belongs to its process alone', async () => {
  await written(1)
  const { stdout } = await run('stat', ['-c', '%a', journal()])
  expect(stdout.trim()).toBe('600')
})
