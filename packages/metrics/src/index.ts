export * from './certificate.ts'
export { joinRemarks } from './remarks.ts'
export * from './serve.ts'
export { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
