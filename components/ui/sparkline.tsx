import type { ReactNode } from 'react'

/** Bars, because events are counts: a line would invent what lies between two of them. */
export function Sparkline({ values, label }: { values: number[]; label: string }): ReactNode {
  const most = Math.max(1, ...values)
  const step = 100 / Math.max(1, values.length)
  return (
    <svg role="img" aria-label={label} viewBox="0 0 100 20" preserveAspectRatio="none" className="h-5 w-24 text-accent-text">
      <line x1="0" x2="100" y1="19.5" y2="19.5" stroke="currentColor" strokeOpacity="0.35" />
      {values.map((value, index) => {
        const height = value === 0 ? 0 : Math.max(2, (value / most) * 18)
        // A place in time is what identifies a bar.
        // oxlint-disable-next-line react/no-array-index-key
        return <rect key={index} x={index * step} y={19 - height} width={Math.max(0.5, step - 1)} height={height} fill="currentColor" />
      })}
    </svg>
  )
}
