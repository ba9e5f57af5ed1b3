import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { Environment } from '@rekey/api'
import { Environment as BrokerEnvironment } from '@rekey/broker'
import { Environment as WorkerEnvironment } from '@rekey/worker'

const page = readFileSync(new URL('../../../docs/deployment.md', import.meta.url), 'utf8')

test.each([['API', Environment], ['Worker', WorkerEnvironment], ['Broker', BrokerEnvironment]])('docs/deployment.md lists exactly the variables of the service %s, in their order, with their defaults and meanings', (service, schema: object) => {
  // As JSON Schema, which it is; TypeBox's types tell more.
  const { properties, required } = JSON.parse(JSON.stringify(schema)) as { properties: Record<string, { default?: string | number, description: string }>, required: string[] }
  const section = page.split(/^##+ /m).find(text => text.startsWith(`${service}\n`)) ?? ''
  const rows = [...section.matchAll(/^\| `((?:REKEY|OTEL)_[A-Z_]+)` \| (.+) \| (.+) \|$/gm)].map(([, name, fallback, means]) => [name, fallback, means])
  expect(rows).toEqual(Object.entries(properties).map(([name, { default: fallback, description }]) => {
    const shown = fallback !== undefined ? `\`${fallback}\`` : required.includes(name) ? 'must be set' : '–'
    return [name, shown, description]
  }))
})
