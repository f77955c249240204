import { Search } from 'lucide-react'
import type { ReactNode } from 'react'
import { Select, TextInput } from './controls.tsx'

export type FilterOption = { value: string; label: string }

export function FilterSelect({ name, label, value, options, any = 'Any' }: { name: string; label: string; value: string; options: FilterOption[]; any?: string }): ReactNode {
  return (
    <label className="flex min-w-0 flex-col gap-1 text-xs text-ink-3">
      {label}
      <Select name={name} defaultValue={value} className="max-w-56 sm:min-w-24">
        <option value="">{any}</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </Select>
    </label>
  )
}

/** A list to choose from, or, where there are too many to list (`null`), a field to type in. */
export function FilterChoice({ options, placeholder, ...field }: { name: string; label: string; value: string; options: FilterOption[] | null; placeholder: string }): ReactNode {
  return options ? <FilterSelect {...field} options={options} /> : <FilterSearch {...field} placeholder={placeholder} />
}

export function FilterDate({ name, label, value }: { name: string; label: string; value: string }): ReactNode {
  return (
    <label className="flex flex-col gap-1 text-xs text-ink-3">
      {label}
      <TextInput type="date" name={name} defaultValue={value} className="max-w-40" />
    </label>
  )
}

export function FilterSearch({ name, label, value, placeholder }: { name: string; label: string; value: string; placeholder?: string }): ReactNode {
  return (
    <label className="flex min-w-40 flex-1 flex-col gap-1 text-xs text-ink-3">
      {label}
      <span className="relative">
        <Search aria-hidden className="pointer-events-none absolute top-1/2 left-2.5 size-3.5 -translate-y-1/2 text-ink-3" />
        <TextInput type="search" name={name} defaultValue={value} placeholder={placeholder} autoComplete="off" className="pl-8" />
      </span>
    </label>
  )
}
