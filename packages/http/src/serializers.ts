import { SerializerSelector, type Serializer, type SerializerFactory } from '@fastify/fast-json-stringify-compiler'

/**
 * Makes the serializer of a schema when an answer needs it first, and once for all that share the schema: hundreds of responses are the same problem,
 * and to make one for each takes a starting service longer than all else that it does by itself.
 */
export const serializersOnDemand: SerializerFactory = (externalSchemas, options) => {
  const compile = SerializerSelector()(externalSchemas, options)
  const made = new Map<unknown, Serializer>()
  return route => answer => {
    const serialize = made.get(route.schema) ?? compile(route)
    made.set(route.schema, serialize)
    return serialize(answer)
  }
}
