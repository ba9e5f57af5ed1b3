// Runs Jest and closes with one line of counts.
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { logs, repository, say } from './say.mjs'

/** @param full also what takes too long for every change: see CONTRIBUTING.md */
export async function runTests (args, full) {
  mkdirSync(logs, { recursive: true })
  const results = join(logs, `jest-${process.pid}.json`)
  const jest = join(repository, 'node_modules', 'jest', 'bin', 'jest.js')
  const child = spawn(process.execPath, [
    '--experimental-vm-modules', '--disable-warning=ExperimentalWarning', jest, '--json', `--outputFile=${results}`, ...args
  ], { cwd: repository, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...(full ? { REKEY_FULL: '1' } : {}) } })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  const code = await new Promise((resolve) => child.on('exit', (status) => resolve(status ?? 1)))
  const { passed, failed, skipped } = counts(results)
  rmSync(results, { force: true })
  say(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  return code === 0 && failed > 0 ? 1 : code
}

/** A suite that could not even be loaded counts as one failure: none of its tests was run. */
function counts (file) {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(file, 'utf8'))
    return { passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites, skipped: numPendingTests }
  } catch {
    return { passed: 0, failed: 1, skipped: 0 }
  }
}
