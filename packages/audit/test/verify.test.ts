import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuditTrail, verifyJournals } from '@rekey/audit'
import type { AuditEvidence } from '@rekey/domain'
import { MemoryArchive } from './memory-archive.ts'

let dir: string
let archive: MemoryArchive
const file = (): string => join(dir, 'journal.jsonl')

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rekey-audit-'))
  archive = new MemoryArchive('production')
})
afterEach(async () => { await rm(dir, { recursive: true, force: true }) })

/** Goes on by so many entries, and has the end signed. */
async function work (entries: number): Promise<void> {
  const trail = await createAuditTrail({ dir, service: 'worker-production' })
  for (let n = 1; n <= entries; n += 1) await trail.record({ act: 'push', target: `production/web-${n}/deploy/ssh-key`, epoch: n })
  await archive.keepHead(trail.head())
  await trail.close()
}

const lines = async (): Promise<string[]> => (await readFile(file(), 'utf8')).trimEnd().split('\n')
const put = async (changed: readonly string[]): Promise<void> => { await writeFile(file(), changed.map((line) => `${line}\n`).join('')) }
const problems = async (evidence: AuditEvidence = archive.evidence()) => (await verifyJournals([file()], evidence)).problems

/** The chain made anew over changed lines, as whoever has the file can. */
function rechained (changed: readonly string[]): string[] {
  let prev = createHash('sha256').update('').digest('hex')
  return changed.map((line, index) => {
    const next = JSON.stringify({ ...JSON.parse(line) as object, n: index + 1, prev })
    prev = createHash('sha256').update(next).digest('hex')
    return next
  })
}

const changed = (all: readonly string[]): string[] => all.map((line) => line.replace('web-4/', 'web-9/'))

test('what nobody has touched passes, up to its last signed entry', async () => {
  await work(10)
  await work(5)
  expect(await verifyJournals([file()], archive.evidence())).toMatchObject({ journals: [{ entries: 16, heads: 2, signedUpTo: 16 }], problems: [], notes: [] })
})

/** Each: what is done to ten entries of which all are signed, and where it shows. */
test.each<[string, (all: string[]) => readonly string[], number, string]>([
  ['an edit', changed, 6, 'does not stand on the line before'],
  ['a removal', (all) => all.toSpliced(4, 1), 5, 'has number 6 where 5 belongs'],
  ['an insertion', (all) => all.toSpliced(4, 0, all[3] ?? ''), 5, 'has number 4 where 5 belongs'],
  ['a change of order', (all) => all.with(4, all[5] ?? '').with(5, all[4] ?? ''), 5, 'has number 6 where 5 belongs'],
  ['a line that is no entry', (all) => all.with(4, 'null'), 5, 'is no entry'],
  ['a truncation', (all) => all.slice(0, 7), 8, 'and all up to 11 are gone'],
  ['an edit with the chain made anew', (all) => rechained(changed(all)), 11, 'is another one than was signed'],
  ['a removal with the chain made anew', (all) => rechained(all.toSpliced(4, 1)), 11, 'and all up to 11 are gone'],
  ['an insertion with the chain made anew', (all) => rechained(all.toSpliced(4, 0, all[3] ?? '')), 11, 'is another one than was signed']
])('%s is found, with its place and what to do', async (_, tamper, entry, problem) => {
  await work(10)
  expect(await problems()).toEqual([])
  await put(tamper(await lines()))
  expect((await problems()).find((one) => one.problem.includes(problem))).toMatchObject({ where: file(), entry, advice: expect.stringMatching(/\w/) as string })
})

test('without heads an edit is found, and that nothing is known of the end is said', async () => {
  await work(10)
  const whole = await lines()
  await put(whole.slice(0, 7))
  expect(await verifyJournals([file()])).toMatchObject({ problems: [], notes: [expect.stringContaining('without heads')] })
  await put(changed(whole))
  expect((await verifyJournals([file()])).problems).toHaveLength(1)
})

test('a rollback is found: an older copy in its place, also once it was gone on with', async () => {
  await work(5)
  await copyFile(file(), join(dir, 'older'))
  await work(5)
  expect(await problems()).toEqual([])
  await copyFile(join(dir, 'older'), file())
  expect(await problems()).toMatchObject([{ entry: 7, problem: expect.stringContaining('up to 11 are gone') as string }])
  const trail = await createAuditTrail({ dir, service: 'worker-production' })
  for (let n = 0; n < 9; n += 1) await trail.record({ act: 'push', target: 'another history' })
  await trail.close()
  expect(await problems()).toMatchObject([{ entry: 11, problem: expect.stringContaining('another one than was signed') as string }])
})

test('a file that is gone, or whose first line was changed, is missed', async () => {
  await work(3)
  const other = new MemoryArchive('production')
  await put(rechained((await lines()).map((line) => line.replace('"at":"20', '"at":"19'))))
  expect(await problems()).toMatchObject([{ where: expect.stringMatching(/^journal worker-production-/) as string, problem: expect.stringContaining('was not given: entry 4') as string }])
  expect(await problems(other.evidence())).toEqual([])
})

describe('a forged head is found:', () => {
  const forged = async (change: (evidence: AuditEvidence) => AuditEvidence): Promise<string[]> => {
    await work(3)
    await put(rechained(changed(await lines()).with(2, (await lines())[2]?.replace('web-2', 'web-9') ?? '')))
    const hash = createHash('sha256').update((await lines()).at(-1) ?? '').digest('hex')
    const { heads: [head], ...rest } = archive.evidence()
    if (head === undefined) throw new Error('nothing was signed')
    return (await problems(change({ ...rest, heads: [{ ...head, hash }] }))).map(({ problem }) => problem)
  }

  test('one with an old signature', async () => {
    expect(await forged((evidence) => evidence)).toEqual([expect.stringContaining('its signature is not by the key rekey-audit-production')])
  })

  test('one by another key', async () => {
    const { keys } = new MemoryArchive('production').evidence()
    expect(await forged((evidence) => ({ ...evidence, keys }))).toEqual([expect.stringContaining('not by the key')])
  })

  test('one by a key that nobody knows', async () => {
    expect(await forged((evidence) => ({ ...evidence, keys: {} }))).toEqual([expect.stringContaining('is not among the keys')])
  })

  test('one by another zone\'s key, which is good there', async () => {
    await work(3)
    const backup = new MemoryArchive('backup')
    await backup.keepHead(archive.kept[0] ?? { journal: '', n: 0, hash: '' })
    expect(await problems(backup.evidence())).toMatchObject([{ problem: expect.stringContaining('signed by rekey-audit-backup, which does not sign for that process') as string }])
  })
})

test('entries that were added to a journal once it had ended are found, and journals that go on from one another pass', async () => {
  const trail = await createAuditTrail({ dir, service: 'worker-production', mostEntries: 4 })
  for (let n = 0; n < 6; n += 1) await trail.record({ act: 'push', target: 'a' })
  await archive.keepHead(trail.head())
  await trail.close()
  const { findJournals } = await import('@rekey/audit')
  const files = (await findJournals([dir])).map(({ path }) => path)
  expect(files).toHaveLength(2)
  expect(await verifyJournals(files, archive.evidence())).toMatchObject({ journals: [{ entries: 4 }, { entries: 4 }], problems: [] })
  const [first = ''] = files
  const old = (await readFile(first, 'utf8')).trimEnd().split('\n')
  await writeFile(first, [...old.slice(0, 2), ''].join('\n'))
  expect((await verifyJournals(files, archive.evidence())).problems).toMatchObject([{ where: first, problem: expect.stringContaining('is not what') as string }])
  await writeFile(first, [...old, JSON.stringify({ ...JSON.parse(old[3] ?? '') as object, n: 5, prev: createHash('sha256').update(old[3] ?? '').digest('hex') }), ''].join('\n'))
  expect((await verifyJournals(files, archive.evidence())).problems).toMatchObject([{ where: first, entry: 5, problem: expect.stringContaining('were added once the journal had ended') as string }])
})
