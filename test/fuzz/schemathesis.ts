import { spawn } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stateRoot } from '@rekey/local'

export interface Run {
  /** The document's address. */
  readonly url: string
  readonly folder: string
  /** Lines of its configuration file, which holds the token: it is in no argument and no environment. */
  readonly config: readonly string[]
  /** Examples of each operation. */
  readonly examples: number
  readonly seed: number
  readonly phases: readonly string[]
  /** Only these operations, as `GET /v1/hosts`. */
  readonly only?: readonly string[]
  readonly without?: readonly string[]
}

export interface Outcome {
  /** What is wrong, each with the request that shows it; empty when nothing is. */
  readonly failures: string
  /** The requests that were sent to each operation, by `GET /v1/hosts`. */
  readonly requests: ReadonlyMap<string, number>
  /** The operations that answered 2xx, by the same names. */
  readonly taken: ReadonlySet<string>
}

interface Recorder {
  /** By an id of each request. */
  readonly cases?: Readonly<Record<string, { readonly value: { readonly method: string, readonly path: string } }>>
  readonly interactions?: Readonly<Record<string, { readonly response?: { readonly status_code: number } | null }>>
}

/** Lets schemathesis try every operation of a running API. @throws Error when it could not */
export async function fuzz ({ url, folder, config, examples, seed, phases, only = [], without = [] }: Run): Promise<Outcome> {
  const reports = join(folder, 'reports')
  await mkdir(reports, { recursive: true, mode: 0o700 })
  const configFile = join(folder, 'schemathesis.toml')
  await writeFile(configFile, config.join('\n') + '\n', { mode: 0o600 })
  const { code, output } = await run(join(stateRoot, 'tools/schemathesis/bin/python'), [
    '-m', 'schemathesis.cli', '--config-file', configFile, 'run', url, '--no-color', '--continue-on-failure', '--workers', '1', '--generation-database', 'none',
    '--phases', phases.join(','), '--max-examples', String(examples), '--seed', String(seed), '--report', 'ndjson', '--report-dir', reports,
    ...only.flatMap(name => ['--include-name', name]), ...without.flatMap(name => ['--exclude-name', name])
  ], folder)
  if (code !== 0 && code !== 1) throw new Error(`schemathesis ended with ${code}:\n${output.slice(-5000)}`)
  const [, failures = ''] = /^=+ (?:FAILURES|ERRORS) =+$(.*?)^=+ (?:WARNINGS|SUMMARY) =+$/ms.exec(output) ?? []
  if ((code === 0) !== (failures === '')) throw new Error(`schemathesis ended with ${code} and this:\n${output.slice(-5000)}`)
  const [report = ''] = await readdir(reports)
  return { failures, ...readReport(await readFile(join(reports, report), 'utf8')) }
}

function readReport (report: string): Pick<Outcome, 'requests' | 'taken'> {
  const requests = new Map<string, number>()
  const taken = new Set<string>()
  for (const line of report.trimEnd().split('\n')) {
    const { cases = {}, interactions = {} } = (JSON.parse(line) as { ScenarioFinished?: { recorder: Recorder } }).ScenarioFinished?.recorder ?? {}
    for (const [id, { value: { method, path } }] of Object.entries(cases)) {
      const name = `${method} ${path}`
      requests.set(name, (requests.get(name) ?? 0) + 1)
      const status = interactions[id]?.response?.status_code ?? 0
      if (status >= 200 && status < 300) taken.add(name)
    }
  }
  return { requests, taken }
}

async function run (program: string, args: readonly string[], cwd: string): Promise<{ code: number | null, output: string }> {
  return await new Promise((resolve, reject) => {
    let output = ''
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'], HOME: cwd, LANG: 'C.UTF-8' } })
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => { output += data.toString() })
    child.on('error', reject).on('close', code => resolve({ code, output }))
  })
}
