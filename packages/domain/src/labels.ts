/** What people call a host by, besides its id. */
export type Labels = Readonly<Record<string, string>>

export function hasLabels (labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([label, value]) => Object.hasOwn(labels, label) && labels[label] === value)
}

export function isSameLabels (one: Labels, other: Labels): boolean {
  return Object.keys(one).length === Object.keys(other).length && hasLabels(one, other)
}

/** `role=frontend,tier=web`, by key. */
export function formatLabels (labels: Labels): string {
  return Object.keys(labels).sort().map(label => `${label}=${labels[label] ?? ''}`).join(',')
}

/** @param text as `formatLabels` writes it, well-formed */
export function parseLabels (text: string): Labels {
  return Object.fromEntries(text.split(',').map(pair => {
    const at = pair.indexOf('=')
    return [pair.slice(0, at), pair.slice(at + 1)]
  }))
}
