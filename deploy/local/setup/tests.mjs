// Runs Jest with the arguments given, and then says in one line how it went.
import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root, say, state } from './say.mjs'

const counts = join(state, `counts-${process.pid}.json`)
const options = [process.env.NODE_OPTIONS, '--experimental-vm-modules', '--disable-warning=ExperimentalWarning'].filter(Boolean).join(' ')

/** As many files of tests on real parts may fail and be run again; more than that is no coincidence. */
const mostRunAgain = 2

let child
// Jest gets an interrupt from the terminal too, and ends by itself.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => child.kill('SIGTERM'))

/** @returns how each file went; nothing where Jest itself broke off, and has said why */
async function jest (args) {
  // After the caller's own options, as Jest takes every word that follows --reporters for another one; before a bare --.
  const all = args.toSpliced(args.includes('--') ? args.indexOf('--') : args.length, 0, '--reporters=default', '--reporters=<rootDir>/deploy/local/setup/count.mjs')
  rmSync(counts, { force: true })
  child = spawn(process.execPath, ['node_modules/jest/bin/jest.js', ...all], { cwd: root, stdio: 'inherit', env: { ...process.env, NODE_OPTIONS: options, REKEY_TEST_COUNTS: counts } })
  const code = await new Promise(resolve => {
    child.on('error', () => resolve(127))
    child.on('exit', (status, signal) => resolve(status ?? (signal === 'SIGINT' ? 130 : 1)))
  })
  try {
    return { code, files: JSON.parse(readFileSync(counts, 'utf8')) }
  } catch {
    return { code, files: [] }
  } finally {
    rmSync(counts, { force: true })
  }
}

/**
 * What waits for daemons, PAM and clocks can meet a machine that stood still at the wrong moment. So in a run of everything, a file of them that failed is run
 * once more, alone, and that is said; a fault of the code fails it again. See docs/decisions/0030.
 */
function worthAnotherTry ({ code, files }, args) {
  const failed = files.filter(({ failed }) => failed > 0)
  return code === 1 && args.length === 0 && failed.length > 0 && failed.length <= mostRunAgain && failed.every(({ path }) => path.startsWith('test/')) ? failed : []
}

const args = process.argv.slice(2)
let run = await jest(args)
const again = worthAnotherTry(run, args)
const remarks = []
if (again.length > 0) {
  say(`Failed, and run once more, alone: ${again.map(({ path }) => path).join(', ')}`)
  const second = await jest(['--runTestsByPath', ...again.map(({ path }) => path)])
  for (const { path, names } of again) {
    const still = second.files.find(file => file.path === path)?.names ?? names
    remarks.push(...names.map(name => still.includes(name) ? `failed twice: ${path}: ${name}` : `failed once, and passed when it was run again: ${path}: ${name}`))
  }
  run = { code: second.code, files: [...run.files.filter(({ path }) => !second.files.some(file => file.path === path)), ...second.files] }
}
const sum = key => run.files.reduce((total, file) => total + file[key], 0)
remarks.forEach(say)
say(`${sum('passed')} passed, ${sum('failed')} failed${sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : ''}`)
process.exitCode = run.code
