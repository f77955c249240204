'use client'
import type { ReactNode } from 'react'

/**
 * Bars, because events are counts: a line would invent what lies between two of them. A client component, as all that
 * draws SVG: a server component's SVG may be streamed in pieces, which React hides with an inline style.
 */
export function Sparkline({ values, label }: { values: number[]; label: string }): ReactNode {
  return (
    <svg role="img" aria-label={label} viewBox="0 0 100 20" preserveAspectRatio="none" className="h-5 w-24 text-accent-text">
      <line x1="0" x2="100" y1="19.5" y2="19.5" stroke="currentColor" strokeOpacity="0.35" />
      <path d={barsOf(values)} fill="currentColor" />
    </svg>
  )
}

/** All bars as one shape: a table has hundreds of them. */
function barsOf(values: readonly number[]): string {
  const most = Math.max(1, ...values)
  const step = 100 / Math.max(1, values.length)
  const width = Math.max(0.5, step - 1).toFixed(1)
  return values
    .map((value, index) => {
      const height = Math.max(2, (value / most) * 18).toFixed(1)
      return value === 0 ? '' : `M${(index * step).toFixed(1)} 19v-${height}h${width}v${height}z`
    })
    .join('')
}
