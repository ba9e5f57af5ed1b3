import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { describeFull } from './full.ts'
import { attempt, root, type Ended } from './run.ts'

const units = [
  { unit: 'rekey-api.service', instance: 'rekey-api.service', exposure: 1.1 },
  { unit: 'rekey-worker@.service', instance: 'rekey-worker@production.service', exposure: 0.9 }
]

describeFull.each(units)('to systemd, $unit', ({ unit, instance, exposure }) => {
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rekey-units-'))
  })
  afterAll(async () => await rm(folder, { recursive: true, force: true }))

  /** Writes the unit as an installed one, with the programs of this machine, which systemd looks for. */
  async function installed (change: (text: string) => string = text => text): Promise<string> {
    const text = await readFile(join(root, 'deploy/systemd', unit), 'utf8')
    const file = join(folder, instance)
    await writeFile(file, change(text).replaceAll('/usr/bin/node', process.execPath).replaceAll('/opt/rekey', root))
    return file
  }
  const verify = async (file: string): Promise<Ended> => await attempt('systemd-analyze', ['verify', '--man=no', '--recursive-errors=one', file])
  // Tenths of a point, as systemd counts the threshold.
  const assess = async (file: string): Promise<number> => (await attempt('systemd-analyze', ['security', '--offline=true', `--threshold=${exposure * 10}`, file])).code

  test('has no word that it does not know', async () => {
    expect(await verify(await installed())).toEqual({ code: 0, stdout: '', stderr: '' })
    const { stderr } = await verify(await installed(text => text.replace('ProtectClock=', 'ProtectClocks=')))
    expect(stderr).toContain("Unknown key 'ProtectClocks'")
  })

  test(`is exposed by ${exposure} of 10 at most, and by more without a line of its sandbox`, async () => {
    expect(await assess(await installed())).toBe(0)
    expect(await assess(await installed(text => text.replace('PrivateDevices=yes\n', '')))).not.toBe(0)
  })
})
