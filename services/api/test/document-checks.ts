import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { FastifyInstance } from 'fastify'

/** What every OpenAPI document of ours is held to. */

interface Media {
  readonly schema: object
  readonly example?: unknown
  readonly examples?: Record<string, { value: unknown }>
}

export interface Operation {
  readonly summary?: string
  readonly description?: string
  readonly operationId?: string
  readonly security?: unknown[]
  readonly parameters?: ReadonlyArray<{ name: string, description?: string }>
  readonly requestBody?: { readonly content: Record<string, Media> }
  readonly responses: Record<string, { readonly description: string, readonly content?: Record<string, Media> }>
}

export interface Document {
  readonly paths: Record<string, Record<string, Operation>>
}

// Formats are checked, and an unknown keyword of the document is an error of the document.
const ajv = new Ajv2020({ strict: false, allErrors: true })
formats.default(ajv)

/** Each with its name: `GET /v1/hosts`. */
export function operationsOf ({ paths }: Document): Array<[string, Operation]> {
  return Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]): [string, Operation] => [`${method.toUpperCase()} ${path}`, operation]))
}

/** How many methods all routes of a service take. */
export function methodsOf (app: FastifyInstance): number {
  return [...app.printRoutes({ commonPrefix: false }).matchAll(/\(([A-Z, ]+)\)/g)].flatMap(([, methods = '']) => methods.split(', ')).length
}

/** What makes it no OpenAPI 3.1 document. */
export async function malformed (document: Document): Promise<unknown[]> {
  const { valid, errors = [] } = await new Validator().validate(structuredClone(document) as unknown as Record<string, unknown>)
  return valid ? [] : [errors].flat()
}

/** What an operation does not say of itself, its request, its answers and its refusals, or shows by a wrong example. */
export function undescribed ([name, { summary, description, operationId, parameters = [], requestBody, responses }]: [string, Operation]): string[] {
  const bodies: Array<[string, Record<string, Media>]> = [
    ...requestBody === undefined ? [] : [['request', requestBody.content] as [string, Record<string, Media>]],
    ...Object.entries(responses).map(([status, { content = {} }]): [string, Record<string, Media>] => [status, content])
  ]
  return [
    ...Object.entries({ summary, description, operationId }).filter(([, text]) => typeof text !== 'string').map(([field]) => `${name} has no ${field}`),
    ...parameters.filter((one) => typeof one.description !== 'string').map((one) => `${name} does not describe ${one.name}`),
    ...bodies.flatMap(([part, content]) => Object.values(content).flatMap((media) => {
      const examples = examplesOf(media)
      return examples.length === 0 ? [`${name} has no example of ${part}`] : examples.flatMap((example) => faults(media.schema, example)).map((fault) => `${name} has a wrong example of ${part}: ${fault}`)
    }))
  ]
}

function examplesOf (media: Media): unknown[] {
  return [...media.example === undefined ? [] : [media.example], ...Object.values(media.examples ?? {}).map(({ value }) => value)]
}

/** What a value has that its schema doesn't take. */
export function faults (schema: object, value: unknown): string[] {
  const check = ajv.compile(schema)
  return check(value) ? [] : (check.errors ?? []).map(error => `${error.instancePath} ${error.message ?? ''}`)
}
