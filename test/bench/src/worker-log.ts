/** Hosts whose visit came to its end, from the JSON lines of a worker's log. */
export function visitedHosts (log: string): Set<string> {
  const hosts = new Set<string>()
  for (const text of log.split('\n')) {
    if (!text.includes('"visited"')) continue
    const { event, host } = JSON.parse(text) as { event?: string, host?: string }
    if (event === 'visited' && host !== undefined) hosts.add(host)
  }
  return hosts
}
