import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createAuditTrail, findJournals, Notary, verifyJournals } from '@rekey/audit'
import type { ClosableAuditTrail } from '@rekey/audit'
import { MemoryArchive } from './memory-archive.ts'

let dir: string
let archive: MemoryArchive
let alarms: string[]
const file = (): string => join(dir, 'journal.jsonl')

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rekey-audit-'))
  archive = new MemoryArchive('production')
  alarms = []
})
afterEach(async () => { await rm(dir, { recursive: true, force: true }) })

const open = async (more: { mostEntries?: number } = {}): Promise<ClosableAuditTrail> => await createAuditTrail({ dir, service: 'worker-production', ...more })
const notary = (trail: ClosableAuditTrail, more: { headSeconds?: number, headEntries?: number } = {}): Notary =>
  new Notary({ trail, archive, shipSeconds: 0.02, headSeconds: 3600, onAlarm: (alarm) => { alarms.push(alarm) }, ...more })

async function record (trail: ClosableAuditTrail, count: number, detail = ''): Promise<void> {
  await Promise.all(Array.from({ length: count }, async (_, n) => { await trail.record({ act: 'push', target: `production/web-${n}/deploy/ssh-key`, detail }) }))
}

async function until (holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const begun = performance.now(); !await holds();) {
    if (performance.now() - begun > 5000) throw new Error('it did not happen')
    await sleep(5)
  }
}

/** All that is in the archive, as text of a journal. */
const shipped = (): string => archive.segments.flatMap(({ lines }) => lines.map((line) => `${line}\n`)).join('')

test('all that is recorded gets to the archive line for line, in few parts, and a head is signed at the end', async () => {
  const trail = await open()
  const keeper = notary(trail)
  await record(trail, 2000, 'x'.repeat(100))
  await keeper.close()
  await trail.close()
  expect(shipped()).toBe(await readFile(file(), 'utf8'))
  expect(archive.segments.length).toBeLessThan(20)
  expect(archive.kept.at(-1)).toMatchObject({ n: 2001 })
  expect((await verifyJournals([file()], archive.evidence())).problems).toEqual([])
})

test('heads are few: at intervals, and sooner after many entries, and none when nothing is new', async () => {
  const trail = await open()
  const keeper = notary(trail, { headEntries: 50 })
  await until(() => archive.kept.length === 1)
  for (let n = 0; n < 49; n += 1) await trail.record({ act: 'push', target: 'a' })
  await sleep(100)
  expect(archive.kept).toHaveLength(1)
  await trail.record({ act: 'push', target: 'a' })
  await until(() => archive.kept.length === 2)
  await sleep(100)
  expect(archive.kept.map(({ n }) => n)).toEqual([1, 51])
  await keeper.close()
  await trail.close()
  expect(archive.kept).toHaveLength(2)
})

test('how much no head covers is known once Vault has signed one, and since when, over journals that end', async () => {
  archive.isAway = true
  const trail = await open({ mostEntries: 10 })
  const keeper = notary(trail, { headEntries: 5 })
  await until(() => alarms.length === 1)
  expect(await keeper.unsigned()).toBeUndefined()
  archive.isAway = false
  await until(async () => await keeper.unsigned() !== undefined)
  expect(await keeper.unsigned()).toEqual({ entries: 0, seconds: 0 })
  archive.isAway = true
  for (let n = 0; n < 25; n += 1) await trail.record({ act: 'push', target: 'a' })
  // Two more journals have begun, each by an entry of its own.
  expect(await keeper.unsigned()).toMatchObject({ entries: 27 })
  const { seconds = 0 } = await keeper.unsigned() ?? {}
  expect((await keeper.unsigned())?.seconds).toBeGreaterThan(seconds)
  archive.isAway = false
  await until(async () => (await keeper.unsigned())?.entries === 0)
  expect(await keeper.unsigned()).toEqual({ entries: 0, seconds: 0 })
  await keeper.close()
  await trail.close()
})

test('while Vault is away the work goes on, it is alarmed once, and it is caught up with', async () => {
  archive.isAway = true
  const trail = await open()
  const keeper = notary(trail)
  await record(trail, 30)
  await sleep(150)
  expect(alarms).toEqual(['audit-unsigned'])
  archive.isAway = false
  await until(() => shipped().split('\n').length === 32)
  await keeper.close()
  await trail.close()
  expect(shipped()).toBe(await readFile(file(), 'utf8'))
  expect(alarms).toEqual(['audit-unsigned'])
})

test('what a crash kept from the archive gets there after the next start, over journals that ended meanwhile, and nothing twice', async () => {
  const first = await open({ mostEntries: 10 })
  await (notary(first)).close()
  await record(first, 5)
  for (let n = 0; n < 20; n += 1) await first.record({ act: 'push', target: 'a' })
  await first.close()
  const second = await open({ mostEntries: 10 })
  await (notary(second)).close()
  const keeper = notary(second)
  await record(second, 3)
  await keeper.close()
  await second.close()
  const journals = await findJournals([dir])
  expect(journals.length).toBeGreaterThan(2)
  expect(shipped()).toBe((await Promise.all(journals.map(async ({ path }) => await readFile(path, 'utf8')))).join(''))
  expect((await verifyJournals(journals.map(({ path }) => path), archive.evidence())).problems).toEqual([])
})

test('an older copy in the place of the journal is alarmed at the next start, and another journal begins that says so', async () => {
  const first = await open()
  await record(first, 5)
  await (notary(first)).close()
  await first.close()
  await copyFile(file(), join(dir, 'older'))
  const second = await open()
  await record(second, 5)
  await (notary(second)).close()
  await second.close()
  expect(alarms).toEqual([])

  await copyFile(join(dir, 'older'), file())
  const third = await open()
  await (notary(third)).close()
  await third.record({ act: 'push', target: 'a' })
  await (notary(third)).close()
  await third.close()
  expect(alarms).toEqual(['audit-rolled-back'])
  const [old, fresh] = await findJournals([dir])
  expect(JSON.parse((await readFile(fresh?.path ?? '', 'utf8')).split('\n')[0] ?? '')).toMatchObject({ act: 'journal.begin', detail: expect.stringContaining('entry 11 of the journal') as string, after: { journal: old?.name, n: 6 } })
  const { problems } = await verifyJournals([old?.path ?? '', fresh?.path ?? ''], archive.evidence())
  expect(problems).toMatchObject([{ where: old?.path, entry: 7, problem: expect.stringContaining('up to 11 are gone') as string }])
})
