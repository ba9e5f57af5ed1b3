/** The arrows of ARCHITECTURE.md: services -> adapters -> rotation -> domain, never back, never sideways. */
const adapters = '^packages/(vault|ssh|queue|audit|webhooks)/'
module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'domain-stands-alone', severity: 'error', from: { path: '^packages/domain/src' }, to: { path: '^(packages|services|deploy|test)/', pathNot: '^packages/domain/' } },
    { name: 'rotation-knows-only-domain', severity: 'error', from: { path: '^packages/rotation/src' }, to: { path: '^(packages|services|deploy|test)/', pathNot: '^packages/(rotation|domain)/' } },
    { name: 'inventory-knows-only-domain', severity: 'error', from: { path: '^packages/inventory/src' }, to: { path: '^(packages|services|deploy|test)/', pathNot: '^packages/(inventory|domain)/' } },
    { name: 'client-knows-only-domain', severity: 'error', from: { path: '^packages/client/src' }, to: { path: '^(packages|services|deploy|test)/', pathNot: '^packages/(client|domain)/' } },
    { name: 'http-metrics-traces-and-identities-know-only-domain', severity: 'error', from: { path: '^packages/(http|metrics|tracing)/src' }, to: { path: '^(packages|services|deploy|test)/', pathNot: '^packages/($1|domain)/' } },
    { name: 'adapters-never-see-each-other', severity: 'error', from: { path: '^packages/(vault|ssh|queue|audit|webhooks)/src' }, to: { path: adapters, pathNot: '^packages/$1/' } },
    { name: 'packages-never-reach-up', severity: 'error', from: { path: '^packages/' }, to: { path: '^(services|deploy|test)/' } },
    { name: 'services-are-apart', severity: 'error', from: { path: '^services/([^/]+)/src' }, to: { path: '^services/', pathNot: '^services/$1/' } },
    { name: 'only-compose-wires-adapters', severity: 'error', from: { path: '^services/[^/]+/src', pathNot: '(compose|config|server|main)\\.ts$' }, to: { path: '^packages/(vault|queue|audit)/' } },
    { name: 'only-listed-dependencies', severity: 'error', from: { path: '^(packages|services|deploy|test)/[^/]+/src' }, to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'] } }
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['source', 'types', 'import', 'default'] }
  }
}
