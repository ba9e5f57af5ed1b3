import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** Three minutes: `npm run test:full` only. */
const full = process.env['REKEY_FULL'] === '1' ? test : test.skip

full('three days pass by themselves over real hosts, and every check of the demo holds', async () => {
  const demo = fileURLToPath(new URL('../../deploy/demo/dist/main.js', import.meta.url))
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [demo, '--days', '3'])
  expect(stdout + stderr).toContain('All checks held')
}, 400_000)
