import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createAuditTrail, findJournals, verifyJournals } from '@rekey/audit'
import type { ClosableAuditTrail } from '@rekey/audit'

const run = promisify(execFile)
let root: string
let troubles: string[]
const dirs = (): [string, string] => [join(root, 'first'), join(root, 'spare')]

/** Two disks of 64 KiB each. */
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rekey-spare-'))
  troubles = []
  for (const dir of dirs()) {
    await mkdir(dir)
    await run('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', dir])
  }
})
afterEach(async () => {
  for (const dir of dirs()) await run('umount', [dir])
  await rm(root, { recursive: true, force: true })
})

async function open (): Promise<ClosableAuditTrail> {
  const [dir, spareDir] = dirs()
  return await createAuditTrail({ dir, spareDir, service: 'worker-test', onTrouble: (message) => { troubles.push(message) } })
}

const fill = async (dir: string): Promise<void> => { await run('sh', ['-c', `dd if=/dev/zero of=${dir}/filler bs=1k 2>/dev/null || true`]) }
const detail = 'x'.repeat(8000)

/** Which acts of the tests are there, over all journals, and whether all of them hold together. */
async function recorded (): Promise<string[]> {
  const files = (await findJournals(dirs())).map(({ path }) => path)
  expect((await verifyJournals(files)).problems).toEqual([])
  const lines = (await Promise.all(files.map(async (file) => (await readFile(file, 'utf8')).trimEnd().split('\n')))).flat().map((line) => JSON.parse(line) as { act: string, target: string })
  return lines.filter(({ act }) => act === 'push').map(({ target }) => target)
}

test('when the first disk is full the trail goes on on the second, on the record, and no entry is lost or there twice', async () => {
  const [first] = dirs()
  const trail = await open()
  await trail.record({ act: 'push', target: 'a' })
  await fill(first)
  await Promise.all(['b', 'c', 'd'].map(async (target) => { await trail.record({ act: 'push', target, detail }) }))
  await trail.record({ act: 'push', target: 'e' })
  await trail.close()
  expect((await recorded()).sort()).toEqual(['a', 'b', 'c', 'd', 'e'])
  const [old, next] = await findJournals(dirs())
  expect(next?.after).toMatchObject({ journal: old?.name, n: 2 })
  expect(JSON.parse((await readFile(next?.path ?? '', 'utf8')).split('\n')[0] ?? '')).toMatchObject({ act: 'journal.begin', detail: expect.stringContaining('ENOSPC') as string })
  expect(troubles).toEqual([expect.stringContaining('It goes on in')])
})

test('a start with a full first disk goes on on the second, and is back on the first once there is room', async () => {
  const [first, spare] = dirs()
  const one = await open()
  await fill(first)
  await one.record({ act: 'push', target: 'a', detail })
  await one.close()
  const two = await open()
  await two.record({ act: 'push', target: 'b', detail })
  await two.close()
  expect((await findJournals([spare])).length).toBeGreaterThan(0)
  await rm(join(first, 'filler'))
  const three = await open()
  await three.record({ act: 'push', target: 'c' })
  await three.close()
  expect(await recorded()).toEqual(['a', 'b', 'c'])
  expect((await findJournals(dirs())).at(-1)?.path).toBe(join(first, 'journal.jsonl'))
})

test('when both are full nothing is recorded, and the next act may be once there is room on either', async () => {
  const [first, spare] = dirs()
  const trail = await open()
  await fill(first)
  await fill(spare)
  await expect(trail.record({ act: 'push', target: 'a', detail })).rejects.toMatchObject({ code: 'audit/unwritable' })
  await rm(join(spare, 'filler'))
  await trail.record({ act: 'push', target: 'b', detail })
  await trail.close()
  expect(await recorded()).toEqual(['b'])
})
