// Runs Jest with the arguments given, and then says in one line how it went.
import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root, say, state } from './say.mjs'

const counts = join(state, `counts-${process.pid}.json`)
const options = [process.env.NODE_OPTIONS, '--experimental-vm-modules', '--disable-warning=ExperimentalWarning'].filter(Boolean).join(' ')
// After the caller's own options, as Jest takes every word that follows --reporters for another one; before a bare --.
const args = process.argv.slice(2)
args.splice(args.includes('--') ? args.indexOf('--') : args.length, 0, '--reporters=default', '--reporters=<rootDir>/deploy/local/setup/count.mjs')
const child = spawn(process.execPath, ['node_modules/jest/bin/jest.js', ...args], { cwd: root, stdio: 'inherit', env: { ...process.env, NODE_OPTIONS: options, REKEY_TEST_COUNTS: counts } })

// Jest gets an interrupt from the terminal too, and ends by itself.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => child.kill('SIGTERM'))

const code = await new Promise(resolve => {
  child.on('error', () => resolve(127))
  child.on('exit', (status, signal) => resolve(status ?? (signal === 'SIGINT' ? 130 : 1)))
})
try {
  const { passed, failed, skipped } = JSON.parse(readFileSync(counts, 'utf8'))
  say(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
} catch {
  // Jest itself broke off and has said why.
  say('0 passed, 0 failed')
}
rmSync(counts, { force: true })
process.exitCode = code
