export { buildApp } from './app.ts'
export type { AppOptions } from './app.ts'
export { Environment } from './config.ts'
export type { ApiPorts, Inventory, OrderRequest, Zone } from './inventory-port.ts'
