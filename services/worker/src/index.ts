export { configSchema, readConfig } from './config.ts'
export type { Config } from './config.ts'
export { Scanner } from './scanner.ts'
export { createVisit } from './visitor.ts'
