// What an action and the runner say to each other: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
import { spawnSync } from 'node:child_process'
import { appendFileSync } from 'node:fs'

/** @returns undefined when the workflow does not say it */
export function input (name) {
  return process.env[`INPUT_${name.toUpperCase()}`]?.trim() || undefined
}

/** From here on the runner writes *** in its place, whoever prints it. It does so line by line, so each line is told by itself. */
export function mask (secret) {
  for (const line of secret.split(/\r?\n/)) {
    if (line.trim() !== '') process.stdout.write(`::add-mask::${escaped(line)}\n`)
  }
}

/** Ends the step: what can't be done is no reason to go on. */
export function fail (message) {
  process.stdout.write(`::error::${escaped(message)}\n`)
  process.exit(1)
}

function escaped (text) {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

/** @param file `ENV`, `PATH`, `STATE` or `OUTPUT` @param lines without a line end in them */
export function tell (file, ...lines) {
  appendFileSync(process.env[`GITHUB_${file}`], lines.map(line => `${line}\n`).join(''))
}

/** Runs rekey, whose notes and errors are on stderr and hold no secret. */
export function rekey (program, args, env = {}) {
  const { status, error } = spawnSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } })
  if (error !== undefined) fail(`${program} can't be run: install it in an earlier step, as docs/ci-github.md says`)
  return status
}
