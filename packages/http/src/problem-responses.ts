import { Type } from 'typebox'
import { RekeyError, type ErrorCode } from '@rekey/domain'
import { problemOf, statusOf } from './problems.ts'

const ProblemSchema = Type.Object({
  type: Type.String({ description: '`urn:rekey:error:` and the code' }),
  title: Type.String({ description: 'What the code means' }),
  status: Type.Integer(),
  detail: Type.String({ description: 'What was wrong in this request, and the way out' }),
  code: Type.String({ description: 'Stable; docs/errors.md lists them all' }),
  retry: Type.String({ enum: ['never', 'later', 'after-change'], description: 'Whether the same request can succeed later' }),
  requestId: Type.String({ description: 'Also in the log and in the header `x-request-id`' }),
  field: Type.Optional(Type.String({ description: 'The field that was wrong' }))
}, { additionalProperties: false, description: 'A problem as RFC 9457 defines it' })

const exampleId = 'c7f5d8f2-51c5-4c4d-9d4f-6a3b1f0f9f5e'

interface ProblemResponse {
  description: string
  content: { 'application/problem+json': { schema: typeof ProblemSchema, examples: Record<string, { value: unknown }> } }
}

/** The responses for error codes, as a route's schema lists them: grouped by their status, each code with an example. */
export function problems (...codes: ErrorCode[]): Record<number, ProblemResponse> {
  const responses: Record<number, ProblemResponse> = {}
  for (const code of new Set(codes)) {
    const status = statusOf(code)
    const problem = problemOf(new RekeyError(code, exampleDetails[code] ?? 'what was wrong, and the way out'), exampleId)
    const response = responses[status] ??= { description: '', content: { 'application/problem+json': { schema: ProblemSchema, examples: {} } } }
    response.description += `${response.description === '' ? '' : '; '}\`${code}\`: ${problem.title}`
    response.content['application/problem+json'].examples[code.replace('/', '-')] = { value: problem }
  }
  return responses
}

const exampleDetails: Partial<Record<ErrorCode, string>> = {
  'input/invalid': 'port must be <= 65535: a whole number from 1 to 65535',
  'name/invalid': 'id is malformed: use 1 to 63 lower-case letters, digits, dots and hyphens, no two dots in a row, a letter or digit at both ends',
  'auth/missing': 'send a token as `Authorization: Bearer <token>`',
  'auth/forbidden': 'this needs the role operator, and you have the role viewer; ask an admin for another',
  'request/too-many': 'this token sends more requests than it may; nothing was done, wait 1 s',
  'zone/unknown': 'zone: no zone of that name; the zones are backup, production',
  'network/not-allowed': '10.9.9.9 lies outside the networks that this zone may dial',
  'host/exists': 'production/web-1 exists already',
  'lease/unknown': 'there is no such lease, or this is not its secret',
  'lease/withheld': 'nothing was handed out: production/web-1/deploy/ssh-key is being replaced',
  'vault/sealed': 'Vault is sealed: have its operators unseal it, then send the same request again; nothing was done'
}
