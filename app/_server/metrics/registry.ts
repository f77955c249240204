export type Labels = Readonly<Record<string, string>>
export type Sample = { suffix?: '_bucket' | '_sum' | '_count'; labels: Labels; value: number }
export type Family = { name: string; help: string; type: 'counter' | 'gauge' | 'histogram'; samples: Sample[] }

/** Label values come from code and configuration; this is the net below, so that no mistake fills a monitoring system. */
const mostSeries = 200
const other = 'other'

type Kept<Value> = { of(labels: Labels): Value; entries(): [Labels, Value][] }

function series<Value>(start: () => Value): Kept<Value> {
  const known = new Map<string, [Labels, Value]>()
  const of = (labels: Labels): Value => {
    const key = JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    const found = known.get(key)
    if (found) return found[1]
    const isOther = Object.values(labels).every((value) => value === other)
    if (known.size >= mostSeries && !isOther) return of(Object.fromEntries(Object.keys(labels).map((name) => [name, other])))
    const value = start()
    known.set(key, [labels, value])
    return value
  }
  return { of, entries: () => [...known.values()] }
}

export type Counter = { add(labels?: Labels, by?: number): void; family(): Family }

/** Something that only grows while the process lives. */
export function counter(name: string, help: string): Counter {
  const kept = series(() => ({ value: 0 }))
  return {
    add: (labels = {}, by = 1) => {
      kept.of(labels).value += by
    },
    family: () => ({ name, help, type: 'counter', samples: kept.entries().map(([labels, { value }]) => ({ labels, value })) }),
  }
}

export type Histogram = { observe(labels: Labels, value: number): void; family(): Family }

/** How often something took how long; `bounds` are the buckets' upper ends, ascending, in the unit of the name. */
export function histogram(name: string, help: string, bounds: readonly number[]): Histogram {
  const kept = series(() => ({ counts: bounds.map(() => 0), sum: 0, count: 0 }))
  return {
    observe: (labels, value) => {
      const held = kept.of(labels)
      held.sum += value
      held.count += 1
      for (const [index, bound] of bounds.entries()) if (value <= bound) held.counts[index] = (held.counts[index] ?? 0) + 1
    },
    family: () => ({
      name,
      help,
      type: 'histogram',
      samples: kept.entries().flatMap(([labels, { counts, sum, count }]): Sample[] => [
        ...bounds.map((bound, index): Sample => ({ suffix: '_bucket', labels: { ...labels, le: String(bound) }, value: counts[index] ?? 0 })),
        { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: count },
        { suffix: '_sum', labels, value: sum },
        { suffix: '_count', labels, value: count },
      ]),
    }),
  }
}

export const gauge = (name: string, help: string, samples: readonly [Labels, number][]): Family => ({ name, help, type: 'gauge', samples: samples.map(([labels, value]) => ({ labels, value })) })

const escapeHelp = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
const escapeLabel = (text: string): string => escapeHelp(text).replaceAll('"', '\\"')

/** Prometheus's text exposition format 0.0.4. https://prometheus.io/docs/instrumenting/exposition_formats/ */
export function expose(families: readonly Family[]): string {
  const lines = families.flatMap(({ name, help, type, samples }) => [
    `# HELP ${name} ${escapeHelp(help)}`,
    `# TYPE ${name} ${type}`,
    ...samples.map(({ suffix = '', labels, value }) => {
      const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`)
      return `${name}${suffix}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${Number.isFinite(value) ? value : value > 0 ? '+Inf' : 'NaN'}`
    }),
  ])
  return `${lines.join('\n')}\n`
}

export const metricsContentType = 'text/plain; version=0.0.4; charset=utf-8'
