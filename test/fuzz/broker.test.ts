import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { CiSystem } from '../integration/ci-system.ts'
import { examples, phases, seed } from './extent.ts'
import { fuzz } from './schemathesis.ts'

/** Every operation of a broker's document is tried with what its schemas take and what they don't, by jobs that a grant lets in. */

let system: CiSystem
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-fuzz-broker-'))
  system = await CiSystem.start(212, 'web-1/deploy')
  const { stack } = system.system
  const broker = stack.service('broker-production')
  broker?.kill('SIGTERM')
  await broker?.exited
  await stack.startService('broker-production', { REKEY_BROKER_REQUESTS_PER_SECOND: '1000000', REKEY_BROKER_REQUEST_BURST: '1000000' })
  // The secret stays, so that one lease after another can be taken.
  await system.grant('fuzzed', { hosts: ['web-1'] }, { rotateAfter: 'never' })
}, 120_000)

afterAll(async () => {
  await system.stop()
  await rm(folder, { recursive: true, force: true })
})

/** A token is good once, so each request asks the issuer for one, as a job does; to a lease that was taken, its secret is sent. */
function hooks (): string {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = system.github
  return `
import json, ssl, urllib.request
import schemathesis

trust = ssl.create_default_context(cafile=${JSON.stringify(system.system.stack.caFile)})
secrets = {}

def fresh():
    request = urllib.request.Request(${JSON.stringify(`${url}&audience=rekey-production`)}, headers={"Authorization": ${JSON.stringify(`Bearer ${token}`)}})
    with urllib.request.urlopen(request, context=trust) as answer:
        return json.load(answer)["value"]

@schemathesis.auth(refresh_interval=None)
class Bearer:
    def get(self, case, context):
        lease = (case.path_parameters or {}).get("id")
        return fresh() if lease is None else secrets.get(lease, "rekey_lease_unknown")

    def set(self, case, data, context):
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {data}"

@schemathesis.hook
def after_call(context, case, response):
    if response.status_code == 201:
        lease = response.json()
        secrets[lease["id"]] = lease["secret"]
`
}

const ofLeases = ['POST /v1/leases/{id}/renew', 'DELETE /v1/leases/{id}']

function unlikeOthers (name: string): string[] {
  return [
    '[[operations]]',
    `include-name = ${JSON.stringify(name)}`,
    // A wrong secret is answered 404, like a lease that there is none of: whoever asks doesn't learn which it is.
    'checks.ignored_auth.enabled = false',
    // The ids that answers have named are few; without them there are enough others. The stateful phase gives those back.
    ...name.startsWith('DELETE') ? ['phases.fuzzing.extra-data-sources.responses = false'] : []
  ]
}

test(`no operation of a broker fails, or answers what it does not document (seed ${seed}: REKEY_FUZZ_SEED=${seed} npm run fuzz)`, async () => {
  const file = join(folder, 'hooks.py')
  await writeFile(file, hooks(), { mode: 0o600 })
  const { failures, requests, taken } = await fuzz({
    url: `${system.environment['REKEY_BROKER_ADDR'] ?? ''}/openapi.json`,
    folder: join(folder, 'run'),
    examples,
    seed,
    phases,
    config: [
      `hooks = ${JSON.stringify(file)}`,
      `tls-verify = ${JSON.stringify(system.system.stack.caFile)}`,
      '[checks]',
      'positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409", "422"]',
      ...ofLeases.flatMap(unlikeOthers)
    ]
  })
  expect(failures).toBe('')
  for (const operation of ['POST /v1/leases', ...ofLeases]) {
    expect([operation, (requests.get(operation) ?? 0) >= examples]).toEqual([operation, true])
    // Each is let in sometimes, or all the refusals would show nothing.
    expect([...taken]).toContain(operation)
  }
}, Math.ceil(examples / 100) * 10 * 60_000)
