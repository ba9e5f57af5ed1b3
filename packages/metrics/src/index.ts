export * from './serve.ts'
export { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
