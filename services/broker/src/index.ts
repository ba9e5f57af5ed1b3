export { buildApp } from './app.ts'
export { Environment } from './config.ts'
export type { AppOptions } from './app.ts'
export type { BrokerPorts, Store } from './ports.ts'
